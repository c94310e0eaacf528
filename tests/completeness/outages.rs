//! Servers that lose their messages while a history is read: they send other rows, or none, with counts that agree with them.

use super::*;
use api::{FIRST, Row};
use voximplant_sms_history::{
    ErrorKind,
    history::SpansOptions,
    summary::{Summarizer, SummaryOptions, Utc},
};

/// An API whose rows are replaced for some requests.
fn losing(
    rows: u64,
    requests: std::ops::Range<u32>,
    lose: impl Fn(&mut Vec<Row>) + 'static,
) -> Rc<Api> {
    let mut all = Vec::new();
    Api::evenly_spaced(rows, 60, Order::OldestFirst).before_each(move |number, rows| {
        assert!(number < 1000, "does not end");
        if all.is_empty() {
            all.clone_from(rows);
        }
        if requests.contains(&number) {
            rows.clone_from(&all);
            lose(rows);
        } else if number == requests.end {
            rows.clone_from(&all);
        }
    })
}

fn pages_of(count: u32) -> SmsHistoryQuery {
    SmsHistoryQuery::new().with_count(count)
}

/// Reads the ids of all pages, and asserts that only the last of a complete history is marked so.
async fn read_pages(
    api: &Rc<Api>,
    count: u32,
    options: HistoryOptions,
) -> Result<(Vec<u64>, bool), SmsHistoryError> {
    let mut history = client(api).history(&pages_of(count), options)?;
    let (mut ids, mut is_last) = (Vec::new(), false);
    while let Some(page) = history.next().await {
        let page = page?;
        ids.extend(page.iter().map(|message| id_of(&message)));
        is_last = page.is_last();
    }
    Ok((ids, is_last))
}

#[tokio::test]
async fn a_history_whose_rows_vanish_is_reported_incomplete() {
    let losses: [fn(&mut Vec<Row>); 4] = [
        |rows| rows.clear(),
        |rows| rows.truncate(rows.len() / 2),
        |rows| rows.retain(|(_, id)| id % 2 == 0),
        |rows| {
            *rows = (0..10)
                .map(|row| (FIRST + row, 700_000 + row as u64))
                .collect()
        },
    ];
    for (rows, count) in [
        (3000, 200),
        (3000, 1000),
        (1500, 1000),
        (1000, 1000),
        (12, 10),
    ] {
        for first in [2, 3, 5] {
            for options in [one_by_one(), HistoryOptions::default()] {
                for (number, lose) in losses.iter().enumerate() {
                    let api = losing(rows, first..u32::MAX, *lose);
                    match read_pages(&api, count, options.clone()).await {
                        Ok((ids, _)) => assert_complete(&ids, 1..=rows),
                        Err(error) => {
                            let case = format!("{rows} {count} {first} {number}: {error}");
                            assert_eq!(error.kind(), ErrorKind::Incomplete, "{case}");
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_short_outage_hides_no_rows() {
    for first in [2, 3, 5] {
        for requests in [1, 2, 4, 8] {
            for options in [one_by_one(), HistoryOptions::default()] {
                let api = losing(3000, first..first + requests, Vec::clear);
                let (ids, is_last) = read_pages(&api, 200, options).await.unwrap();
                assert_complete(&ids, 1..=3000);
                assert!(is_last);
            }
        }
    }
}

#[tokio::test]
async fn a_limited_history_whose_rows_vanish_is_reported_incomplete() {
    let limited = |limit| HistoryOptions {
        limit: Some(limit),
        ..one_by_one()
    };
    let api = losing(3000, 2..u32::MAX, Vec::clear);
    let error = read_pages(&api, 200, limited(500)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    // The second read brings more rows than the limit leaves.
    let api = losing(3000, 2..4, Vec::clear);
    let (ids, is_last) = read_pages(&api, 200, limited(500)).await.unwrap();
    assert_eq!((ids.len(), is_last), (500, false));
}

#[tokio::test]
async fn a_long_history_whose_rows_vanish_is_reported_incomplete() {
    for requests in [2..u32::MAX, 80..u32::MAX, 140..150] {
        let first = requests.start;
        let api = losing(140_000, requests, Vec::clear);
        match read_pages(&api, 1000, HistoryOptions::default()).await {
            Ok((ids, _)) => assert_complete(&ids, 1..=140_000),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{first}: {error}"),
        }
    }
}

#[tokio::test]
async fn counts_spans_summaries_and_newest_messages_do_not_believe_an_outage() {
    for first in 2..12 {
        let client = || client(&losing(3000, first..u32::MAX, Vec::clear));
        let query = pages_of(200);
        match client().count(&query).await {
            Ok(count) => assert_eq!(count, 3000),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
        }
        match client().spans(&query, SpansOptions::default()).await {
            Ok(spans) => assert_eq!(spans.iter().map(|span| span.count).sum::<u64>(), 3000),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
        }
        for wanted in [1, 50, 2500] {
            let newest = client()
                .newest(wanted, &query, HistoryOptions::default())
                .await;
            match newest {
                Ok(newest) => {
                    let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
                    assert_eq!(ids, Vec::from_iter((3001 - wanted..=3000).rev()));
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
            }
        }
        let summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc)).unwrap();
        let mut history = client().history(&query, one_by_one()).unwrap();
        let summary = history.summarize(summarizer).await;
        assert_eq!(summary.unwrap_err().kind(), ErrorKind::Incomplete);
    }
}

#[tokio::test]
async fn a_few_removed_messages_are_no_outage() {
    for number in 2..8 {
        let api = losing(3000, number..u32::MAX, |rows| drop(rows.drain(2700..2705)));
        let (ids, is_last) = read_pages(&api, 1000, one_by_one()).await.unwrap();
        assert!(
            is_last && [2995, 3000].contains(&ids.len()),
            "{}",
            ids.len()
        );
    }
}

#[tokio::test]
async fn an_outage_beside_a_capped_count_is_reported_incomplete() {
    for first in 2..9 {
        let mut all = Vec::new();
        let mut api = Api::evenly_spaced(3000, 60, Order::OldestFirst);
        api.max_total = 2000;
        let api = api.before_each(move |number, rows| {
            if number == first {
                all.append(rows);
            }
        });
        let error = read_pages(&api, 1000, one_by_one()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{first}: {error}");
    }
}

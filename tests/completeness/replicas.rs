//! Two replicas answer in turn, and one of them lacks the newest messages.

use super::*;
use api::{FIRST, Row};
use voximplant_sms_history::{
    ErrorKind,
    history::SpansOptions,
    summary::{Summarizer, SummaryOptions, Utc},
};

/// Whether the replica that lags behind sends a response, by its number from 1 on.
type Pattern = fn(u32) -> bool;

const PATTERNS: [(&str, Pattern); 6] = [
    ("odd", |number| number % 2 == 1),
    ("even", |number| number % 2 == 0),
    ("second", |number| number == 2),
    ("second and third", |number| (2..4).contains(&number)),
    ("two of three", |number| number % 3 != 1),
    ("without order", |number| {
        number.wrapping_mul(0x9E37_79B9) >> 31 == 0
    }),
];

/// An API whose replica lacks the newest `lag` rows.
fn lagging(rows: u64, lag: u64, order: Order, sends: impl Fn(u32) -> bool + 'static) -> Rc<Api> {
    let mut newest: Vec<Row> = Vec::new();
    Api::evenly_spaced(rows, 60, order).before_each(move |number, rows| {
        assert!(number < 1000, "does not end");
        rows.append(&mut newest);
        if sends(number) {
            newest = rows.split_off(rows.len() - lag as usize);
        }
    })
}

fn pages_of(count: u32) -> SmsHistoryQuery {
    SmsHistoryQuery::new().with_count(count)
}

/// Reads the ids of all messages, from newest to oldest.
async fn read_pages(api: &Rc<Api>, count: u32) -> Result<Vec<u64>, SmsHistoryError> {
    let mut history = client(api).history(&pages_of(count), HistoryOptions::default())?;
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        ids.extend(page?.iter().map(|message| id_of(&message)));
    }
    ids.sort_unstable_by(|one, other| other.cmp(one));
    Ok(ids)
}

async fn read_newest(api: &Rc<Api>, wanted: u64) -> Result<Vec<u64>, SmsHistoryError> {
    let client = client(api);
    let query = SmsHistoryQuery::new();
    let newest = client.newest(wanted, &query, HistoryOptions::default());
    Ok(newest
        .await?
        .iter()
        .map(|message| id_of(&message))
        .collect())
}

async fn summarize(api: &Rc<Api>, count: u32) -> Result<u64, SmsHistoryError> {
    let summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc)).unwrap();
    let mut history = client(api).history(&pages_of(count), HistoryOptions::default())?;
    Ok(history.summarize(summarizer).await?.totals.count)
}

async fn sum_of_spans(api: &Rc<Api>, max_messages: u64) -> Result<u64, SmsHistoryError> {
    let options = SpansOptions {
        max_messages,
        ..SpansOptions::default()
    };
    let spans = client(api).spans(&SmsHistoryQuery::new(), options).await?;
    Ok(spans.iter().map(|span| span.count).sum())
}

fn newest_ids(rows: u64, wanted: u64) -> Vec<u64> {
    (1..=rows).rev().take(wanted as usize).collect()
}

#[tokio::test]
async fn a_row_of_an_earlier_response_is_one_of_the_newest_messages() {
    let api = lagging(7, 1, Order::NewestFirst, |number| number == 2);
    assert_eq!(read_newest(&api, 5).await.unwrap(), [7, 6, 5, 4, 3]);
    // The first response has the newest row, and no later one has it.
    for rows in [7, 3000] {
        let api = lagging(rows, 1, Order::NewestFirst, |number| number > 1);
        assert_eq!(read_newest(&api, 5).await.unwrap(), newest_ids(rows, 5));
    }
}

#[tokio::test]
async fn a_lower_count_than_an_earlier_one_ends_no_history() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let api = || lagging(7, 1, order, |number| number % 2 == 1);
        assert_eq!(read_pages(&api(), 4).await.unwrap(), newest_ids(7, 7));
        assert_eq!(summarize(&api(), 4).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn a_lower_count_than_an_earlier_one_is_not_counted() {
    let query = SmsHistoryQuery::new();
    for parity in 0..2 {
        let api = lagging(7, 1, Order::NewestFirst, move |number| number % 2 == parity);
        assert_eq!(client(&api).count(&query).await.unwrap(), 7);
    }
}

#[tokio::test]
async fn alternating_replicas_hide_no_messages() {
    for rows in [7, 51, 130, 1001, 1300] {
        for lag in [1, 3] {
            for order in [Order::OldestFirst, Order::NewestFirst] {
                for (name, sends) in PATTERNS {
                    let is_newest_first = order == Order::NewestFirst;
                    let case = format!("{rows} {lag} {name} {is_newest_first}");
                    let api = || lagging(rows, lag, order, sends);
                    for wanted in [5, 200] {
                        let newest = read_newest(&api(), wanted).await.unwrap();
                        assert_eq!(newest, newest_ids(rows, wanted), "{case}");
                    }
                    let half = rows.div_ceil(2) as u32;
                    let ids = read_pages(&api(), half).await.unwrap();
                    assert_eq!(ids, newest_ids(rows, rows), "{case}");
                    assert_eq!(summarize(&api(), half).await.unwrap(), rows, "{case}");
                    let count = client(&api()).count(&SmsHistoryQuery::new()).await;
                    assert_eq!(count.unwrap(), rows, "{case}");
                    // Messages may be missing in both halves of a span. The halves depend on the time of the test.
                    match sum_of_spans(&api(), rows.div_ceil(3)).await {
                        Ok(sum) => assert_eq!(sum, rows, "{case}"),
                        Err(error) => {
                            assert_eq!(error.kind(), ErrorKind::Incomplete, "{case}: {error}")
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn removed_messages_are_counted_no_more() {
    // The rows are removed after the first response, and eight responses in a row confirm it.
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let api = || lagging(30, 3, order, |number| number > 1);
        let all = SmsHistoryQuery::new();
        assert_eq!(client(&api()).count(&all).await.unwrap(), 27);
        assert_eq!(sum_of_spans(&api(), 10).await.unwrap(), 27);
        let first = SmsHistoryQuery::new().with_to_date(FIRST * 1000);
        assert_eq!(client(&api()).count(&first).await.unwrap(), 1);
    }
}

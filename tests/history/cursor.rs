//! Histories that are resumed from a cursor.

use super::*;
use voximplant_sms_history::ErrorKind;

fn on_from(cursor: Option<String>) -> HistoryOptions {
    HistoryOptions {
        cursor,
        ..HistoryOptions::default()
    }
}

#[tokio::test]
async fn a_resumed_history_returns_exactly_the_remaining_rows() {
    // The long histories are left in the first of two segments, and in the second.
    let lefts: [(u32, Order, &[usize]); 6] = [
        (3500, Order::Asc, &[1000, 1700]),
        (3500, Order::Desc, &[1000, 1700]),
        (3500, Order::Shuffled, &[1000, 1700]),
        (150_000, Order::Asc, &[64_000]),
        (150_000, Order::Desc, &[64_000, 140_000]),
        (150_000, Order::Shuffled, &[140_000]),
    ];
    for (messages, order, limits) in lefts {
        let sandbox = sandbox(messages, order).await;
        let client = client(&sandbox);
        for &limit in limits {
            let mut history = client
                .history(&SmsHistoryQuery::new(), HistoryOptions::default())
                .unwrap();
            let mut first = Read::default();
            while first.ids.len() < limit {
                let page = history.next().await.unwrap().unwrap();
                first
                    .ids
                    .extend(page.iter().map(|message| message.message_id.unwrap()));
                first.totals = first.totals.checked_add(page.totals()).unwrap();
                first.cursor = page.cursor().map(str::to_owned);
            }
            drop(history);
            assert!(first.cursor.is_some());
            let rest = read_all(
                &client,
                &SmsHistoryQuery::new(),
                on_from(first.cursor.clone()),
            )
            .await
            .unwrap();
            let both = Read {
                ids: [first.ids, rest.ids].concat(),
                totals: first.totals.checked_add(rest.totals).unwrap(),
                ..Read::default()
            };
            assert_complete(&both, &sandbox);
        }
    }
}

#[tokio::test]
async fn a_limit_within_a_page_gives_a_cursor_to_the_next_row() {
    let sandbox = sandbox(2000, Order::Desc).await;
    // The limit truncates the second page of each call.
    let query = SmsHistoryQuery::new().with_count(300);
    let client = client(&sandbox);
    let (mut ids, mut cursor) = (Vec::new(), None);
    let mut is_at_end = false;
    for _ in 0..5 {
        assert!(!is_at_end);
        let options = HistoryOptions {
            limit: Some(401),
            ..on_from(cursor.take())
        };
        let read = read_all(&client, &query, options).await.unwrap();
        (ids, cursor) = ([ids, read.ids].concat(), read.cursor);
        is_at_end = read.is_at_end;
    }
    assert!(is_at_end && cursor.is_none());
    let all: Vec<u64> = sandbox.dataset().rows().map(|row| row.message_id).collect();
    assert_eq!(ids, all);
}

#[tokio::test]
async fn a_limit_at_the_end_of_the_history_gives_a_cursor_to_an_empty_last_page() {
    let sandbox = sandbox(600, Order::Desc).await;
    let query = SmsHistoryQuery::new().with_count(300);
    let client = client(&sandbox);
    let options = HistoryOptions {
        limit: Some(600),
        ..HistoryOptions::default()
    };
    let read = read_all(&client, &query, options).await.unwrap();
    assert!(read.ids.len() == 600 && !read.is_at_end && read.cursor.is_some());
    let rest = read_all(&client, &query, on_from(read.cursor)).await;
    let rest = rest.unwrap();
    assert_eq!((rest.ids.len(), rest.pages), (0, 1));
    assert!(rest.is_at_end && rest.cursor.is_none());
}

#[tokio::test]
async fn a_cursor_of_another_query_is_rejected() {
    let sandbox = sandbox(3000, Order::Desc).await;
    let client = client(&sandbox);
    let mut history = client
        .history(&SmsHistoryQuery::new(), HistoryOptions::default())
        .unwrap();
    let cursor = history
        .next()
        .await
        .unwrap()
        .unwrap()
        .cursor()
        .map(str::to_owned);
    let query = SmsHistoryQuery::new().with_direction(voximplant_sms_history::query::Direction::In);
    let error = read_all(&client, &query, on_from(cursor))
        .await
        .unwrap_err();
    assert!(
        error.kind() == ErrorKind::InvalidOptions && error.message().contains("another query's"),
        "{error}"
    );
}

#[tokio::test]
async fn a_cursor_of_another_span_is_rejected() {
    let sandbox = sandbox(3000, Order::Desc).await;
    let client = client(&sandbox);
    const DAY: i64 = 86_400_000;
    let page = client.get_sms_history(&SmsHistoryQuery::new()).await;
    let dates = page.unwrap();
    let dates = dates.iter().filter_map(|message| message.processed_date);
    let (from, to) = dates.fold((i64::MAX, 0), |(from, to), at| (from.min(at), to.max(at)));
    let query = |from, to| {
        SmsHistoryQuery::new()
            .with_count(100)
            .with_from_date(from)
            .with_to_date(to)
    };
    let mut history = client
        .history(&query(from, to), HistoryOptions::default())
        .unwrap();
    let page = history.next().await.unwrap().unwrap();
    let cursor = page.cursor().map(str::to_owned);
    let others = [
        query(from + 1000, to),
        query(to, to),
        query(from, to - 1000),
        query(to + DAY, to + 2 * DAY),
        query(from - DAY, from),
    ];
    for other in others {
        let rest = read_all(&client, &other, on_from(cursor.clone())).await;
        let error = rest.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{error}");
        assert!(error.message().contains("another query"), "{error}");
    }
    // A wider query cannot be told from a history with added messages until everything is read.
    for wider in [query(from - DAY, to), query(from - 30 * DAY, to)] {
        let rest = read_all(&client, &wider, on_from(cursor.clone())).await;
        let error = rest.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
        assert!(error.message().contains("another query"), "{error}");
    }
    let rest = read_all(&client, &query(from, to), on_from(cursor)).await;
    assert!(rest.unwrap().ids.len() > 100);
}

//! Limits, concurrency, and queries that are not histories.

use super::*;
use voximplant_sms_history::{ErrorKind, query::Output};

#[tokio::test]
async fn a_limit_ends_the_history_without_further_requests() {
    let sandbox = sandbox(5000, Order::Desc).await;
    let all: Vec<u64> = sandbox.dataset().rows().map(|row| row.message_id).collect();
    for (limit, most_requests) in [(0, 0), (1, 1), (10, 1), (1000, 1), (1001, 2), (2500, 3)] {
        let before = requests();
        let options = HistoryOptions {
            limit: Some(limit),
            ..HistoryOptions::default()
        };
        let read = read_all(&client(&sandbox), &SmsHistoryQuery::new(), options)
            .await
            .unwrap();
        assert_eq!(read.ids, all[..limit as usize]);
        assert!(requests() - before <= most_requests, "{limit}");
    }
}

#[tokio::test]
async fn invalid_queries_and_options_are_rejected_before_any_request() {
    let sandbox = sandbox(10, Order::Desc).await;
    let client = client(&sandbox);
    let query = SmsHistoryQuery::new();
    let options = |concurrency| HistoryOptions {
        concurrency,
        ..HistoryOptions::default()
    };
    let cursor = HistoryOptions {
        cursor: Some("none".into()),
        ..HistoryOptions::default()
    };
    let mut zoned = query.clone();
    zoned.set_extra("timezone", "Europe/Berlin").unwrap();
    for (query, options, kind, word) in [
        (zoned, options(4), ErrorKind::InvalidQuery, "timezone"),
        (
            query.clone().with_output(Output::Csv),
            options(4),
            ErrorKind::InvalidQuery,
            "open_export()",
        ),
        (
            query.clone().with_offset(0),
            options(4),
            ErrorKind::InvalidQuery,
            "cursor",
        ),
        (
            query.clone().with_count(0),
            options(4),
            ErrorKind::InvalidQuery,
            "count",
        ),
        (
            query.clone(),
            options(0),
            ErrorKind::InvalidOptions,
            "concurrency",
        ),
        (
            query.clone(),
            options(7),
            ErrorKind::InvalidOptions,
            "concurrency",
        ),
        (query.clone(), cursor, ErrorKind::InvalidOptions, "cursor"),
    ] {
        let error = client.history(&query, options).err().unwrap();
        assert_eq!(error.kind(), kind);
        assert!(error.message().contains(word), "{error}");
    }
    assert_eq!(requests(), 0);
}

#[tokio::test]
async fn dropping_a_history_aborts_its_requests() {
    let sandbox = sandbox(20_000, Order::Desc).await;
    let client = client(&sandbox);
    let mut history = client
        .history(&SmsHistoryQuery::new(), HistoryOptions::default())
        .unwrap();
    assert_eq!(history.next().await.unwrap().unwrap().len(), 1000);
    assert_eq!((history.rows_read(), history.total_rows()), (1000, 20_000));
    drop(history);
    let before = requests();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(requests(), before);
    assert!(before <= 6, "{before}");
}

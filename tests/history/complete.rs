//! Complete histories of every length and order.

use super::*;
use voximplant_sms_history::query::Direction;

#[tokio::test]
async fn histories_of_every_length_are_complete() {
    for (messages, pages) in [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (4321, 5)] {
        for order in ORDERS {
            let sandbox = sandbox(messages, order).await;
            let read = read_all(
                &client(&sandbox),
                &SmsHistoryQuery::new(),
                HistoryOptions::default(),
            )
            .await
            .unwrap();
            assert_complete(&read, &sandbox);
            assert_eq!(read.pages, pages);
            assert!(read.is_at_end && read.cursor.is_none());
            native::contract::holds(&sandbox);
        }
    }
}

#[tokio::test]
async fn rows_keep_the_order_of_the_api() {
    for order in ORDERS {
        let sandbox = sandbox(3500, order).await;
        let read = read_all(
            &client(&sandbox),
            &SmsHistoryQuery::new(),
            HistoryOptions::default(),
        )
        .await
        .unwrap();
        let expected: Vec<u64> = sandbox.dataset().rows().map(|row| row.message_id).collect();
        assert!(read.ids == expected, "{order:?}");
    }
}

#[tokio::test]
async fn long_histories_are_partitioned_and_complete() {
    for order in ORDERS {
        let sandbox = sandbox(170_000, order).await;
        let read = read_all(
            &client(&sandbox),
            &SmsHistoryQuery::new(),
            HistoryOptions::default(),
        )
        .await
        .unwrap();
        assert_complete(&read, &sandbox);
        let requests = REQUESTS.replace(0);
        assert!(
            (171..200).contains(&requests),
            "{order:?}: {requests} requests for 170 pages"
        );
    }
}

#[tokio::test]
async fn filters_apply_to_the_whole_history() {
    let sandbox = sandbox(5000, Order::Desc).await;
    let query = SmsHistoryQuery::new()
        .with_direction(Direction::In)
        .with_count(100);
    let read = read_all(&client(&sandbox), &query, HistoryOptions::default())
        .await
        .unwrap();
    let expected: Vec<u64> = sandbox
        .dataset()
        .rows()
        .filter(|row| row.direction.eq_ignore_ascii_case("in"))
        .map(|row| row.message_id)
        .collect();
    assert!(expected.len() > 1000 && read.ids == expected);
}

#[tokio::test]
async fn only_the_queried_time_span_is_read() {
    let sandbox = sandbox(5000, Order::Asc).await;
    let all: Vec<_> = sandbox.dataset().rows().collect();
    let date = |row: usize| {
        all[row..]
            .iter()
            .find_map(|row| row.processed_date.value())
            .unwrap()
            .clone()
    };
    let millis = |date: &str| voximplant_sms_history::date::parse(date.as_bytes()).unwrap();
    let (from, to) = (millis(&date(1000)), millis(&date(3000)));
    let query = SmsHistoryQuery::new().with_from_date(from).with_to_date(to);
    let read = read_all(&client(&sandbox), &query, HistoryOptions::default())
        .await
        .unwrap();
    let filter = sandbox::Filter {
        from_date: Some(from / 1000),
        to_date: Some(to / 1000),
        ..sandbox::Filter::default()
    };
    assert_eq!(read.totals.count, sandbox.dataset().totals(&filter).count);
    assert!((1500..2500).contains(&read.ids.len()));
}

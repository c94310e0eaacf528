//! Servers that send fewer rows per page than requested.

use super::*;

fn capped(rows: u64, max_page: usize, order: Order) -> Api {
    let mut api = Api::evenly_spaced(rows, 1, order);
    api.max_page = max_page;
    api
}

#[tokio::test]
async fn a_history_continues_from_short_pages() {
    for (rows, max_page) in [
        (1250, 100),
        (250, 100),
        (101, 100),
        (100, 100),
        (99, 100),
        (2500, 999),
        (30, 1),
        (30, 7),
    ] {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            for options in [one_by_one(), HistoryOptions::default()] {
                let api = Rc::new(capped(rows, max_page, order));
                let ids = read_all(&client(&api), options).await.unwrap();
                assert_complete(&ids, 1..=rows);
            }
        }
    }
}

#[tokio::test]
async fn a_long_history_continues_from_short_pages() {
    let api = Rc::new(capped(140_000, 500, Order::NewestFirst));
    let ids = read_all(&client(&api), HistoryOptions::default())
        .await
        .unwrap();
    assert_complete(&ids, 1..=140_000);
}

#[tokio::test]
async fn a_history_of_short_pages_can_be_resumed() {
    for options in [one_by_one(), HistoryOptions::default()] {
        let api = Rc::new(capped(1250, 100, Order::NewestFirst));
        let client = client(&api);
        let (begun, cursor) = read(&client, options, 300).await.unwrap();
        assert!(cursor.is_some());
        let rest = read_all(&client, from(cursor)).await.unwrap();
        assert_complete(&[begun, rest].concat(), 1..=1250);
    }
}

#[tokio::test]
async fn a_removed_message_hides_no_other_if_pages_are_short() {
    let api = capped(1250, 100, Order::NewestFirst).before_each(|number, rows| {
        assert!(number < 200, "does not end");
        if number == 5 {
            rows.remove(1200);
        }
    });
    let ids = read_all(&client(&api), HistoryOptions::default())
        .await
        .unwrap();
    assert_complete(&ids, 1..=1250);
}

#[tokio::test]
async fn a_limit_is_reached_with_short_pages() {
    let api = Rc::new(capped(1250, 100, Order::OldestFirst));
    for limit in [1, 100, 101, 250, 1250] {
        let options = HistoryOptions {
            limit: Some(limit),
            ..HistoryOptions::default()
        };
        let ids = read_all(&client(&api), options).await.unwrap();
        assert_eq!(ids, Vec::from_iter(1..=limit));
    }
}

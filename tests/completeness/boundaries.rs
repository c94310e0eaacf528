//! The boundaries of pages and segments.

use super::*;
use api::FIRST;

#[tokio::test]
async fn no_message_is_lost_if_spans_exclude_their_first_second() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        // One message per second, and sparse messages, so that most boundaries fall between them.
        for most_apart in [1, 16] {
            let (mut at, mut seed) = (FIRST, 7_u64);
            let rows = (1..=300_000).map(|id| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                at += 1 + (seed >> 40) as i64 % most_apart;
                (at, id)
            });
            let mut api = Api::new(rows.collect(), order);
            api.excludes_from_date = true;
            let api = Rc::new(api);
            let ids = read_all(&client(&api), HistoryOptions::default())
                .await
                .unwrap();
            assert_complete(&ids, 1..=300_000);
            assert_eq!(
                api.peak_in_flight.get(),
                HistoryOptions::default().concurrency
            );
        }
    }
}

#[tokio::test]
async fn messages_in_every_span_are_returned_once() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        for undated in [1, 2500] {
            let mut api = Api::evenly_spaced(140_000, 7, order);
            api.undated = undated;
            let ids = read_all(&client(&Rc::new(api)), HistoryOptions::default())
                .await
                .unwrap();
            assert_complete(&ids, (1..=140_000).chain(1_000_001..=1_000_000 + undated));
        }
    }
}

#[tokio::test]
async fn a_page_with_a_missing_row_has_no_cursor() {
    for pages in 1..4 {
        let api = Rc::new(Api::evenly_spaced(5000, 1, Order::NewestFirst));
        api.omitted_once.set(Some(3500));
        let client = client(&api);
        let most = pages * 1000 - 1;
        let (begun, cursor) = read(&client, one_by_one(), most).await.unwrap();
        // The second page omits a row.
        assert_eq!(cursor.is_some(), pages == 1, "{pages}");
        if cursor.is_some() {
            api.omitted_once.set(None);
            let rest = read_all(&client, from(cursor)).await.unwrap();
            assert_complete(&[begun, rest].concat(), 1..=5000);
        }
    }
}

#[tokio::test]
async fn an_unstable_order_within_a_second_gives_no_cursor() {
    // Four rows of one second across the boundary of the first two pages.
    let tie = 3998..4002;
    let row = |number: usize| {
        let second = if tie.contains(&number) { 3998 } else { number };
        (FIRST + second as i64, number as u64 + 1)
    };
    let ties = tie.clone();
    let api = Api::new((0..5000).map(row).collect(), Order::NewestFirst).before_each(
        move |number, rows| {
            if number > 1 {
                rows[ties.clone()].reverse();
            }
        },
    );
    let client = client(&api);
    let (_, cursor) = read(&client, one_by_one(), 2900).await.unwrap();
    assert_eq!(cursor, None);
    let ids = read_all(&client, one_by_one()).await.unwrap();
    assert_complete(&ids, 1..=5000);
}

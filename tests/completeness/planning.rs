//! Counts, spans and the newest messages. Each is exact, or an error.

use super::*;
use api::FIRST;
use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind,
    history::{HistorySpan, SpansOptions},
};

fn max_messages(max_messages: u64) -> SpansOptions {
    SpansOptions {
        max_messages,
        ..SpansOptions::default()
    }
}

/// A query of the time of all rows, so that planning begins there, not in 1970.
fn since_first() -> SmsHistoryQuery {
    SmsHistoryQuery::new().with_from_date(FIRST * 1000)
}

/// Asserts that spans touch, are bounded, and have the rows that they count.
fn assert_spans(spans: &[HistorySpan], rows: &[api::Row], most: u64) {
    let pairs = spans.windows(2);
    for pair in pairs {
        assert_eq!(pair[0].to + 1000, pair[1].from, "a gap or an overlap");
    }
    for span in spans {
        assert!(span.from % 1000 == 0 && span.to % 1000 == 0 && span.from <= span.to);
        let in_span = |at: i64| (span.from..=span.to).contains(&(at * 1000));
        let count = rows.iter().filter(|(at, _)| in_span(*at)).count() as u64;
        assert_eq!(span.count, count);
        assert!(count <= most || span.from == span.to, "{span:?}");
    }
    let sum: u64 = spans.iter().map(|span| span.count).sum();
    assert_eq!(sum, rows.len() as u64);
}

fn newest_ids(rows: &[api::Row], count: usize) -> Vec<u64> {
    let mut rows: Vec<_> = rows.to_vec();
    rows.sort_unstable();
    rows.iter().rev().take(count).map(|&(_, id)| id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Rows in bursts: some seconds have many, some hours none.
    #[test]
    fn plans_and_newest_messages_are_exact(
        bursts in prop::collection::vec((0_i64..40_000, 1_u64..60, 1_i64..4), 0..24),
        most in 1_u64..200,
        wanted in 0_u64..3000,
        newest_first in any::<bool>(),
        has_beginning in any::<bool>(),
        count in 1_u32..400,
    ) {
        let (mut rows, mut at) = (Vec::new(), FIRST);
        for (gap, messages, seconds) in bursts {
            at += gap;
            for message in 0..messages {
                rows.push((at + message as i64 % seconds, rows.len() as u64 + 1));
            }
            at += seconds;
        }
        rows.sort_unstable();
        let order = if newest_first { Order::NewestFirst } else { Order::OldestFirst };
        let client = client(&Rc::new(Api::new(rows.clone(), order)));
        let query = if has_beginning { since_first() } else { SmsHistoryQuery::new() };
        let query = query.with_count(count);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            assert_eq!(client.count(&query).await.unwrap(), rows.len() as u64);
            let spans = client.spans(&query, max_messages(most)).await.unwrap();
            assert_spans(&spans, &rows, most);
            assert_eq!(spans[0].from, if has_beginning { FIRST * 1000 } else { 0 });
            let newest = client.newest(wanted, &query, HistoryOptions::default()).await.unwrap();
            let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
            assert_eq!(ids, newest_ids(&rows, wanted as usize));
            assert_eq!(newest.len(), ids.len());
        });
    }
}

#[tokio::test]
async fn planning_a_long_history_takes_about_three_requests_a_span() {
    let requests = Rc::new(std::cell::Cell::new(0));
    let counter = Rc::clone(&requests);
    let api = Api::evenly_spaced(300_000, 60, Order::NewestFirst)
        .before_each(move |number, _| counter.set(number));
    let (client, query) = (client(&api), SmsHistoryQuery::new());
    let spans = client.spans(&query, SpansOptions::default()).await.unwrap();
    assert_spans(&spans, &api.rows.borrow(), 10_000);
    assert!((30..60).contains(&spans.len()), "{}", spans.len());
    let per_span = f64::from(requests.get()) / spans.len() as f64;
    assert!(per_span < 3.5, "{} for {}", requests.get(), spans.len());
}

#[tokio::test]
async fn newest_messages_take_few_requests_in_every_order() {
    for (order, wanted, most) in [
        (Order::NewestFirst, 100, 3),
        (Order::OldestFirst, 100, 4),
        (Order::NewestFirst, 3000, 8),
        (Order::OldestFirst, 3000, 9),
    ] {
        let requests = Rc::new(std::cell::Cell::new(0));
        let counter = Rc::clone(&requests);
        let api =
            Api::evenly_spaced(50_000, 60, order).before_each(move |number, _| counter.set(number));
        let (client, query) = (client(&api), SmsHistoryQuery::new());
        let newest = client.newest(wanted, &query, HistoryOptions::default());
        let newest = newest.await.unwrap();
        let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
        assert_eq!(ids, newest_ids(&api.rows.borrow(), wanted as usize));
        assert!(
            requests.get() <= most,
            "{wanted}: {} requests",
            requests.get()
        );
    }
}

#[tokio::test]
async fn newest_messages_without_a_date_come_last() {
    for (undated, wanted, expected_undated) in [(30, 20, 0), (30, 70, 20), (2000, 20, 0)] {
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let mut api = Api::evenly_spaced(50, 60, order);
            api.undated = undated;
            let client = client(&Rc::new(api));
            let query = SmsHistoryQuery::new();
            let newest = client.newest(wanted, &query, HistoryOptions::default());
            let newest = newest.await.unwrap();
            let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
            let dated = wanted - expected_undated;
            assert_eq!(
                ids[..dated as usize],
                (51 - dated..=50).rev().collect::<Vec<_>>()
            );
            let rest = (1_000_001..=1_000_000 + undated).rev();
            let rest: Vec<u64> = rest.take(expected_undated as usize).collect();
            assert_eq!(ids[dated as usize..], rest);
        }
    }
}

#[tokio::test]
async fn a_capped_count_is_not_counted() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        for (max_total, max_offset) in [(1000, usize::MAX), (1000, 1000), (70, usize::MAX)] {
            let mut api = Api::evenly_spaced(1200, 60, order);
            (api.max_total, api.max_offset) = (max_total, max_offset);
            let client = client(&Rc::new(api));
            let query = SmsHistoryQuery::new();
            assert_eq!(client.count(&query).await.unwrap(), 1200);
            let spans = client.spans(&query, max_messages(10_000)).await;
            assert_eq!(spans.unwrap_err().kind(), ErrorKind::Incomplete);
            let newest = client.newest(20, &query, HistoryOptions::default());
            let newest = newest.await.unwrap();
            let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
            assert_eq!(ids, (1181..=1200).rev().collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn a_true_count_takes_two_requests_and_a_round_one_four() {
    for (rows, expected) in [(0, 2), (1, 2), (999, 2), (2500, 2), (3000, 4)] {
        let requests = Rc::new(std::cell::Cell::new(0));
        let counter = Rc::clone(&requests);
        let api = Api::evenly_spaced(rows, 60, Order::NewestFirst)
            .before_each(move |number, _| counter.set(number));
        let count = client(&api).count(&SmsHistoryQuery::new()).await;
        assert_eq!((count.unwrap(), requests.get()), (rows, expected));
    }
}

#[tokio::test]
async fn spans_of_an_api_whose_filters_do_not_add_up_are_an_error() {
    let mut shared = Api::evenly_spaced(500, 60, Order::NewestFirst);
    shared.undated = 100;
    let mut excluding = Api::evenly_spaced(500, 1, Order::NewestFirst);
    excluding.excludes_from_date = true;
    for api in [shared, excluding] {
        let client = client(&Rc::new(api));
        let spans = client.spans(&since_first(), max_messages(50)).await;
        let error = spans.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        assert_eq!(
            (error.is_retryable(), error.stale_cursor()),
            (true, Some(false))
        );
        assert!(error.message().starts_with("spans: "), "{error}");
    }
}

#[tokio::test]
async fn messages_that_come_and_go_while_spans_are_planned_are_no_error() {
    let api = Api::evenly_spaced(2000, 60, Order::NewestFirst).before_each(|number, rows| {
        if number == 5 {
            rows.push((FIRST + 90_000, 9000));
            rows.sort_unstable();
        }
        if number == 12 {
            rows.remove(3);
        }
    });
    let (client, query) = (client(&api), SmsHistoryQuery::new());
    let spans = client.spans(&query, max_messages(100)).await.unwrap();
    assert!(spans.iter().all(|span| span.count <= 100));
    let sum: u64 = spans.iter().map(|span| span.count).sum();
    assert!((1999..=2002).contains(&sum), "{sum}");
}

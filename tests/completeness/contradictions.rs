//! Responses that contradict each other.

use super::*;
use api::FIRST;
use voximplant_sms_history::{ErrorKind, history::History};

/// A history of the first row's second.
fn history_of_first_second(api: &Rc<Api>) -> History<Fake, StaticToken, Impatient> {
    let second = SmsHistoryQuery::new()
        .with_from_date(FIRST * 1000)
        .with_to_date(FIRST * 1000);
    client(api)
        .history(&second, HistoryOptions::default())
        .unwrap()
}

#[tokio::test]
async fn a_second_with_more_rows_than_a_segment_is_complete() {
    let rows = (1..=140_000).map(|id| (FIRST, id));
    let api = Rc::new(Api::new(rows.collect(), Order::NewestFirst));
    let mut history = history_of_first_second(&api);
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        ids.extend(
            page.unwrap()
                .iter()
                .filter_map(|message| message.message_id),
        );
    }
    assert_complete(&ids, 1..=140_000);
}

#[tokio::test]
async fn too_high_counts_are_reported_incomplete() {
    for total in [200_000, 1 << 40, (1 << 53) - 1] {
        let api = Rc::new(Api::evenly_spaced(1000, 0, Order::NewestFirst));
        api.total.set(Some(total));
        let mut history = history_of_first_second(&api);
        let error = loop {
            match history.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => break error,
                None => panic!("{total}: no error"),
            }
        };
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{total}: {error}");
    }
}

fn limited(limit: u64, concurrency: usize) -> HistoryOptions {
    HistoryOptions {
        limit: Some(limit),
        concurrency,
        ..HistoryOptions::default()
    }
}

#[tokio::test]
async fn a_limit_needs_no_total_count() {
    let mut api = Api::evenly_spaced(3000, 1, Order::OldestFirst);
    api.omits_total = true;
    let api = Rc::new(api);
    for limit in [1, 2, 999, 1000, 1001, 2500, 3000] {
        for concurrency in [1, 4] {
            let client = client(&api);
            let mut history = client
                .history(&SmsHistoryQuery::new(), limited(limit, concurrency))
                .unwrap();
            let mut ids = Vec::new();
            while let Some(page) = history.next().await {
                let page = page.unwrap();
                assert_eq!(page.total_count(), None);
                ids.extend(page.iter().map(|message| id_of(&message)));
            }
            assert_eq!(ids, Vec::from_iter(1..=limit));
        }
    }
}

#[tokio::test]
async fn a_limit_beyond_the_history_needs_total_count() {
    for rows in [2500, 3000] {
        let mut api = Api::evenly_spaced(rows, 1, Order::OldestFirst);
        api.omits_total = true;
        let error = read_all(&client(&Rc::new(api)), limited(5000, 4))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{error}");
        assert!(error.message().contains("total_count"), "{error}");
    }
}

#[tokio::test]
async fn a_rejected_field_names_the_row_in_the_history_and_not_in_its_page() {
    // In the first segment, and in a later one.
    for (rows, index) in [(3_000, 2_345), (150_000, 140_001)] {
        let mut api = Api::evenly_spaced(rows, 60, Order::OldestFirst);
        api.invalid = Some(index + 1);
        let client = client(&Rc::new(api));
        let error = read_all(&client, one_by_one()).await.unwrap_err();
        let expected = format!("result[{index}].cost: expected ");
        assert!(error.message().starts_with(&expected), "{error}");
    }
}

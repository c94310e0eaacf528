//! Responses that contradict each other.

use super::*;
use api::FIRST;
use voximplant_sms_history::{ErrorKind, history::History};

/// A history of the first row's second.
fn history_of_first_second(api: &Rc<Api>) -> History<Fake, StaticToken> {
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
    for total in [200_000, 1 << 40, u64::MAX] {
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

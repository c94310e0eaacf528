//! Rows without an id, and rows that share one.

use super::*;
use api::FIRST;
use voximplant_sms_history::ErrorKind;

fn api_with(id_field: IdField) -> Api {
    let mut api = Api::evenly_spaced(5000, 1, Order::OldestFirst);
    api.id_field = id_field;
    api
}

/// Three old messages arrive after the first page.
fn add_old_messages(number: u32, rows: &mut Vec<api::Row>) {
    if number == 2 {
        rows.splice(10..10, (9001..=9003).map(|id| (FIRST + 10, id)));
    }
}

#[tokio::test]
async fn rows_without_message_id_are_told_apart_by_transaction_id() {
    for options in [one_by_one(), HistoryOptions::default()] {
        let api = api_with(IdField::TransactionId).before_each(add_old_messages);
        let ids = read_all(&client(&api), options).await.unwrap();
        assert_complete(&ids, (1..=5000).chain(9001..=9003));
    }
}

#[tokio::test]
async fn rows_without_any_id_are_complete_if_nothing_changes() {
    let api = Rc::new(api_with(IdField::Text));
    let ids = read_all(&client(&api), HistoryOptions::default())
        .await
        .unwrap();
    assert_complete(&ids, 1..=5000);
}

#[tokio::test]
async fn rows_without_any_id_are_reported_incomplete_if_the_count_changes() {
    for options in [one_by_one(), HistoryOptions::default()] {
        let api = api_with(IdField::Text).before_each(add_old_messages);
        let error = read_all(&client(&api), options)
            .await
            .map(|ids| ids.len())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
        assert!(error.message().contains("without an id"), "{error}");
    }
}

#[tokio::test]
async fn rows_without_any_id_are_reported_incomplete_if_one_is_added_and_one_removed() {
    // The count stays the same, and the last row of the first page comes twice.
    let api = api_with(IdField::Text).before_each(|number, rows| {
        if number == 2 {
            rows.pop();
            rows.insert(10, (FIRST + 10, 9001));
        }
    });
    let error = read_all(&client(&api), one_by_one())
        .await
        .map(|ids| ids.len())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

#[tokio::test]
async fn rows_that_repeat_in_all_fields_are_reported_incomplete() {
    // Within a page, and across two.
    for first in [100, 3999] {
        let mut rows: Vec<_> = (0..5000).map(|second| (FIRST + second, 0)).collect();
        rows[first + 1].0 = rows[first].0;
        let mut api = Api::new(rows, Order::NewestFirst);
        api.id_field = IdField::Nothing;
        let error = read_all(&client(&Rc::new(api)), HistoryOptions::default())
            .await
            .map(|ids| ids.len())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
        assert!(error.message().contains("all fields"), "{error}");
    }
}

#[tokio::test]
async fn rows_that_share_an_id_are_named_in_the_error() {
    // On the only page, and on one of several.
    for rows in [3, 2500] {
        let same = (0..rows).map(|second| (FIRST + second, 7)).collect();
        let api = Rc::new(Api::new(same, Order::NewestFirst));
        let error = read_all(&client(&api), one_by_one())
            .await
            .map(|ids| ids.len())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
        assert!(error.message().contains("share an id"), "{error}");
    }
}

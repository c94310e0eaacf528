//! Orders of rows that change between the call that made a cursor and the one that resumes from it.

use super::*;
use api::{FIRST, Row};
use voximplant_sms_history::ErrorKind;

/// Reads three pages, changes the rows, and resumes.
async fn read_across(change: fn(&mut Vec<Row>)) -> Result<Vec<u64>, SmsHistoryError> {
    let row = |number: u64| (FIRST, number);
    let api = Rc::new(Api::new((1..=3000).map(row).collect(), Order::OldestFirst));
    let client = client(&api);
    let (begun, cursor) = read(&client, limited(600), 600).await?;
    assert!(cursor.is_some());
    change(&mut api.rows.borrow_mut());
    let rest = read_all(&client, from(cursor)).await?;
    Ok([begun, rest].concat())
}

fn limited(limit: u64) -> HistoryOptions {
    HistoryOptions {
        limit: Some(limit),
        ..one_by_one()
    }
}

#[tokio::test]
async fn a_changed_order_before_a_cursor_is_reported_incomplete() {
    let changes: [fn(&mut Vec<Row>); 4] = [
        |rows| rows.reverse(),
        |rows| rows.rotate_left(37),
        |rows| rows.swap(599, 600),
        |rows| rows.swap(10, 599),
    ];
    for change in changes {
        let error = read_across(change).await.map(|ids| ids.len()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        assert_eq!(error.stale_cursor(), Some(true));
        assert!(error.message().starts_with("cursor: "), "{error}");
    }
    let ids = read_across(|_| {}).await.unwrap();
    assert_complete(&ids, 1..=3000);
}

//! Messages that are removed and added while a history is read.

use super::*;
use api::FIRST;
use voximplant_sms_history::ErrorKind;

#[tokio::test]
async fn a_removed_message_hides_no_other() {
    for options in [one_by_one(), HistoryOptions::default()] {
        // A row of the first page: all rows behind it move up by one, across the page boundary.
        let api = Api::evenly_spaced(3000, 1, Order::NewestFirst).before_each(|number, rows| {
            if number == 2 {
                rows.remove(2500);
            }
        });
        let ids = read_all(&client(&api), options).await.unwrap();
        assert_complete(&ids, 1..=3000);
    }
}

#[tokio::test]
async fn a_removed_message_hides_no_other_if_many_are_in_every_span() {
    let mut api = Api::evenly_spaced(3000, 1, Order::NewestFirst);
    api.undated = 2500;
    let api = api.before_each(|number, rows| {
        assert!(number < 100, "does not end");
        if number == 2 {
            rows.remove(1500);
        }
    });
    let ids = read_all(&client(&api), one_by_one()).await.unwrap();
    // The removed row had not been read.
    let dated = (1..=3000).filter(|&id| id != 1501);
    assert_complete(&ids, dated.chain(1_000_001..=1_002_500));
}

/// Adds five late messages to the newest second, and returns their ids.
fn add_late(api: &Api) -> std::ops::Range<u64> {
    let mut rows = api.rows.borrow_mut();
    let newest = rows.last().unwrap().0;
    let late = 900_000..900_005;
    rows.extend(late.clone().map(|id| (newest, id)));
    late
}

#[tokio::test]
async fn late_messages_are_returned_or_reported_incomplete() {
    for resumes in [false, true] {
        let api = Rc::new(Api::evenly_spaced(200_000, 10, Order::NewestFirst));
        let client = client(&api);
        let most = if resumes { 3000 } else { 0 };
        let (mut ids, cursor) = read(&client, one_by_one(), most).await.unwrap();
        let query = SmsHistoryQuery::new();
        let mut history = client.history(&query, from(cursor)).unwrap();
        let mut late = None;
        let error = loop {
            match history.next().await {
                None => break None,
                Some(Err(error)) => break Some(error),
                Some(Ok(page)) => {
                    ids.extend(page.iter().map(|message| message.message_id.unwrap()))
                }
            }
            // The segment with the newest messages is complete.
            if ids.len() > 150_000 {
                late.get_or_insert_with(|| add_late(&api));
            }
        };
        if resumes {
            // The ids of the messages before the cursor are unknown.
            assert_eq!(error.unwrap().kind(), ErrorKind::Incomplete);
        } else {
            assert!(error.is_none(), "{error:?}");
            assert_complete(&ids, (1..=200_000).chain(late.unwrap()));
        }
    }
}

#[tokio::test]
async fn late_messages_before_a_cursor_are_reported_incomplete() {
    let api = Rc::new(Api::evenly_spaced(200_000, 10, Order::NewestFirst));
    let client = client(&api);
    let (_, cursor) = read(&client, one_by_one(), 150_000).await.unwrap();
    add_late(&api);
    let error = read_all(&client, from(cursor)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert_eq!(error.stale_cursor(), Some(true));
}

#[tokio::test]
async fn resuming_at_the_last_row_returns_no_rows() {
    for rows in [3000, 200_000] {
        let api = Rc::new(Api::evenly_spaced(rows, 10, Order::NewestFirst));
        let client = client(&api);
        let options = HistoryOptions {
            limit: Some(rows),
            ..one_by_one()
        };
        let (ids, cursor) = read(&client, options, rows as usize).await.unwrap();
        assert_complete(&ids, 1..=rows);
        assert!(cursor.is_some());
        assert!(read_all(&client, from(cursor)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_last_total_count_is_the_number_of_rows_read() {
    let api = Api::evenly_spaced(2500, 1, Order::NewestFirst).before_each(|number, rows| {
        // One message is added while pages are read, and one after the last page.
        if number == 2 || number == 4 {
            rows.push((FIRST + 2000, 9000 + u64::from(number)));
            rows.sort();
        }
    });
    let client = client(&api);
    let mut history = client
        .history(&SmsHistoryQuery::new(), one_by_one())
        .unwrap();
    let (mut rows, mut total) = (0, None);
    while let Some(page) = history.next().await {
        let page = page.unwrap();
        (rows, total) = (rows + page.len() as u64, page.total_count());
    }
    assert_eq!(total, Some(rows));
}

#[tokio::test]
async fn a_lagging_replica_at_both_ends_hides_no_rows() {
    // The replica lacks the newest rows. It sends the first page, and the responses up to `last`.
    for last in 4..8 {
        let mut newest = Vec::new();
        let api =
            Api::evenly_spaced(2500, 60, Order::OldestFirst).before_each(move |number, rows| {
                if number != 2 && number <= last && newest.is_empty() {
                    newest = rows.split_off(2400);
                } else if number == 2 || number > last {
                    rows.append(&mut newest);
                }
            });
        let ids = read_all(&client(&api), one_by_one()).await.unwrap();
        assert_complete(&ids, 1..=2500);
    }
}

#[tokio::test]
async fn an_error_reports_the_rows_of_the_best_response() {
    // The first response has 5 of 7 rows, the later ones have none.
    let api = Api::evenly_spaced(5, 60, Order::NewestFirst);
    api.total.set(Some(7));
    let api = api.before_each(|number, rows| {
        if number == 2 {
            rows.clear();
        }
    });
    let error = read_all(&client(&api), one_by_one()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(error.message().contains("got 5"), "{error}");
}

//! Messages that go and come while a history is read.

use super::*;
use api::FIRST;
use voximplant_sms_history::ErrorKind;

#[tokio::test]
async fn a_message_that_goes_hides_no_other() {
    for options in [one_by_one(), HistoryOptions::default()] {
        // One of the first page: all behind it move up by one, over the border of that page.
        let api = Api::steady(3000, 1, Order::NewestFirst).before_each(|number, rows| {
            if number == 2 {
                rows.remove(2500);
            }
        });
        let ids = read_all(&client(&api), options).await.unwrap();
        assert_whole(&ids, 1..=3000);
    }
}

#[tokio::test]
async fn a_message_that_goes_hides_no_other_where_many_belong_to_every_span() {
    let mut api = Api::steady(3000, 1, Order::NewestFirst);
    api.undated = 2500;
    let api = api.before_each(|number, rows| {
        assert!(number < 100, "does not end");
        if number == 2 {
            rows.remove(1500);
        }
    });
    let ids = read_all(&client(&api), one_by_one()).await.unwrap();
    // The one that went had not been read.
    let dated = (1..=3000).filter(|&id| id != 1501);
    assert_whole(&ids, dated.chain(1_000_001..=1_002_500));
}

/// Five late messages in the newest second, when so many were read. Their ids.
fn add_late(api: &Api) -> std::ops::Range<u64> {
    let mut rows = api.rows.borrow_mut();
    let newest = rows.last().unwrap().0;
    let late = 900_000..900_005;
    rows.extend(late.clone().map(|id| (newest, id)));
    late
}

#[tokio::test]
async fn late_messages_are_found_or_missed_aloud() {
    for resumes in [false, true] {
        let api = Rc::new(Api::steady(200_000, 10, Order::NewestFirst));
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
            // The segment with the newest messages is through.
            if ids.len() > 150_000 {
                late.get_or_insert_with(|| add_late(&api));
            }
        };
        if resumes {
            // The ids of the messages before the cursor are not known.
            assert_eq!(error.unwrap().kind(), ErrorKind::Incomplete);
        } else {
            assert!(error.is_none(), "{error:?}");
            assert_whole(&ids, (1..=200_000).chain(late.unwrap()));
        }
    }
}

#[tokio::test]
async fn late_messages_before_a_cursor_are_missed_aloud() {
    let api = Rc::new(Api::steady(200_000, 10, Order::NewestFirst));
    let client = client(&api);
    let (_, cursor) = read(&client, one_by_one(), 150_000).await.unwrap();
    add_late(&api);
    let error = read_all(&client, from(cursor)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
}

#[tokio::test]
async fn a_cursor_of_the_very_last_page_goes_on_to_nothing() {
    for rows in [3000, 200_000] {
        let api = Rc::new(Api::steady(rows, 10, Order::NewestFirst));
        let client = client(&api);
        let (ids, cursor) = read(&client, one_by_one(), rows as usize).await.unwrap();
        assert_whole(&ids, 1..=rows);
        assert!(read_all(&client, from(cursor)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_total_is_that_of_the_messages_that_were_read() {
    let api = Api::steady(2500, 1, Order::NewestFirst).before_each(|number, rows| {
        // One comes while pages are read, and one after the last of them.
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

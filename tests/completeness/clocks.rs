//! Servers whose `Date` differs from this machine's clock, or from that of other responses.

use super::*;
use voximplant_sms_history::ErrorKind;

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

/// An API with a row every 50 seconds, up to a time from now in seconds.
fn recent(rows: u64, until: i64, date_skew: fn(u32) -> i64) -> Rc<Api> {
    let last = SystemClock.now() / 1000 + until;
    let row = |number: u64| (last - 50 * (rows - number) as i64, number);
    let mut api = Api::new((1..=rows).map(row).collect(), Order::OldestFirst);
    api.date_skew = Some(date_skew);
    api.before_each(|number, _| assert!(number < 100, "does not end"))
}

async fn assert_all(api: &Rc<Api>, rows: u64) {
    let query = SmsHistoryQuery::new().with_count(200);
    let mut history = client(api).history(&query, one_by_one()).unwrap();
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        ids.extend(page.unwrap().iter().map(|message| id_of(&message)));
    }
    assert_complete(&ids, 1..=rows);
    assert_eq!(client(api).count(&query).await.unwrap(), rows);
    let client = client(api);
    let newest = client.newest(1, &query, HistoryOptions::default());
    let newest = newest.await.unwrap();
    assert_eq!(
        newest.iter().next().map(|message| id_of(&message)),
        Some(rows)
    );
}

#[tokio::test]
async fn an_old_date_of_some_responses_hides_no_rows() {
    let skews: [fn(u32) -> i64; 5] = [
        |_| -20 * DAY,
        |number| if number == 1 { -5 * HOUR } else { 0 },
        |number| if number % 3 == 1 { -5 * HOUR } else { 0 },
        |number| {
            if number < 4 {
                -i64::from(number) * HOUR
            } else {
                0
            }
        },
        |number| if number == 1 { 5 * HOUR } else { 0 },
    ];
    for date_skew in skews {
        assert_all(&recent(1500, -60, date_skew), 1500).await;
    }
}

#[tokio::test]
async fn the_clock_of_the_server_ends_the_history() {
    // This machine's clock is behind.
    assert_all(&recent(50, 1700, |_| 1800), 50).await;
    assert_all(&recent(1500, DAY - 60, |_| DAY), 1500).await;
    assert_all(&recent(50, 700 * DAY - 60, |_| 700 * DAY), 50).await;
    // The server's clock is behind: messages are still added behind it.
    let api = recent(1500, -10, |_| -HOUR);
    let ids = read_all(&client(&api), one_by_one()).await.unwrap();
    assert_complete(&ids, 1..=1428);
}

#[tokio::test]
async fn an_end_that_later_dates_contradict_is_reported_incomplete() {
    let api = recent(1500, -60, |number| if number < 3 { -5 * HOUR } else { 0 });
    let error = read_all(&client(&api), one_by_one()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(error.message().contains("Date"), "{error}");
}

//! Inserted messages: ids, times and positions. Each response sees one moment.

use crate::common::{HttpResponse, admin, history, start, with};
use sandbox::{Dataset, Filter, MAX_INSERTS_PER_SECOND, MAX_MESSAGES, Options, Order, Sandbox};
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};

const ORDERS: [Order; 3] = [Order::Asc, Order::Desc, Order::Shuffled];

fn ids(dataset: &Dataset) -> Vec<u64> {
    dataset.rows().map(|row| row.message_id).collect()
}

async fn post(sandbox: &Sandbox, path: &str, body: &str) -> HttpResponse {
    let url = format!("{}/sandbox/{path}", sandbox.origin());
    HttpResponse::of(reqwest::Client::new().post(url).body(body.to_owned())).await
}

/// A past time in the API's format.
fn ago(seconds: i64) -> String {
    let time = chrono::Utc::now() - chrono::TimeDelta::seconds(seconds);
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[tokio::test]
async fn inserted_messages_have_larger_ids_and_keep_the_order() {
    for order in ORDERS {
        let sandbox = with(Options {
            order,
            ..Options::default()
        })
        .await;
        let before = ids(sandbox.dataset());
        let largest = *before.iter().max().unwrap();
        sandbox.insert(200, Duration::ZERO).unwrap();
        let after = ids(sandbox.dataset());
        assert_eq!(after.len(), 1_200);
        assert_eq!(after.iter().collect::<HashSet<_>>().len(), 1_200);
        let is_new = |id: &u64| *id > largest;
        let old: Vec<u64> = after.iter().copied().filter(|id| !is_new(id)).collect();
        assert_eq!(old, before, "existing rows keep their order");
        match order {
            Order::Asc => assert!(after[1_000..].iter().all(is_new)),
            Order::Desc => assert!(after[..200].iter().all(is_new)),
            Order::Shuffled => {
                let early = after[..600].iter().filter(|id| is_new(id)).count();
                assert!((60..=140).contains(&early), "{early}");
            }
        }
    }
}

#[tokio::test]
async fn messages_are_inserted_over_http_with_any_age() {
    let sandbox = start(10).await;
    let window = |from: i64, to: i64| [("from_date", ago(from)), ("to_date", ago(to))];
    let count = async |window: &[(&str, String)]| {
        let pairs: Vec<(&str, &str)> = window
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let page = history(&sandbox, &pairs).await.json();
        let totals = admin(
            &sandbox,
            &format!("totals?{}", crate::common::query(&pairs)),
        )
        .await
        .json();
        assert_eq!(page["total_count"], totals["count"]);
        totals["count"].as_u64().unwrap()
    };
    let response = post(
        &sandbox,
        "messages",
        r#"{"count": 3, "age_seconds": 86400}"#,
    )
    .await;
    assert_eq!(response.json(), json!({ "inserted": 3, "messages": 13 }));
    post(&sandbox, "messages", r#"{"count": 2}"#).await;
    assert_eq!(count(&window(86_410, 86_390)).await, 3);
    assert_eq!(count(&window(60, -60)).await, 2);
    assert_eq!(count(&window(86_410, -60)).await, 5);
    // In descending order the last inserted message is first, however old it is.
    post(
        &sandbox,
        "messages",
        r#"{"count": 1, "age_seconds": 999999}"#,
    )
    .await;
    let newest = &history(&sandbox, &[("count", "1")]).await.json()["result"][0];
    assert_eq!(
        newest["message_id"].as_u64(),
        ids(sandbox.dataset()).into_iter().max()
    );

    for (path, body, expected) in [
        ("messages", "3", "body: expected a JSON object"),
        (
            "messages",
            "{}",
            "count: expected an integer from 1 to 10000000, got none",
        ),
        (
            "messages",
            r#"{"count": 0}"#,
            "count: expected an integer from 1 to",
        ),
        (
            "messages",
            r#"{"count": 10000000}"#,
            "count: expected at most 10000000 messages in total",
        ),
        (
            "messages",
            r#"{"count": 1, "age": 3}"#,
            "age: expected count or age_seconds, got an unknown name",
        ),
        (
            "messages",
            r#"{"count": 1, "age_seconds": -3}"#,
            "age_seconds: expected an integer",
        ),
        (
            "inserts",
            "{}",
            "perSecond: expected an integer from 0 to 100000, got none",
        ),
        (
            "inserts",
            r#"{"perSecond": 100001}"#,
            "perSecond: expected an integer from 0 to 100000",
        ),
    ] {
        let response = post(&sandbox, path, body).await;
        let message = response.json()["message"].as_str().unwrap().to_owned();
        assert!(
            response.status == 400 && message.starts_with(expected),
            "{message}"
        );
    }
    assert_eq!(sandbox.dataset().len(), 16);
}

#[tokio::test]
async fn insertions_at_a_rate_start_with_the_first_request() {
    let sandbox = with(Options {
        messages: 100,
        insert_per_second: 200,
        ..Options::default()
    })
    .await;
    admin(&sandbox, "health").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(sandbox.dataset().len(), 100, "no request, no insertions");
    history(&sandbox, &[]).await;
    let start = Instant::now();
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    // On a busy machine insertions may be late.
    let mut counts = Vec::new();
    let came = loop {
        let came = sandbox.dataset().len() - 100;
        let due = start.elapsed().as_secs_f64() * 200.0;
        if (due * 0.9 - 5.0..due * 1.1 + 5.0).contains(&(came as f64)) {
            break came;
        }
        counts.push((came, due));
        assert!(counts.len() < 10, "inserted and due: {counts:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    // They have the current time.
    let newest = admin(
        &sandbox,
        &format!("totals?from_date={}", ago(10).replace(' ', "%20")),
    )
    .await;
    assert!(newest.json()["count"].as_u64().unwrap() >= came as u64);

    let response = post(&sandbox, "inserts", r#"{"perSecond": 0}"#)
        .await
        .json();
    assert_eq!(response["perSecond"], 0);
    let count = sandbox.dataset().len();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(sandbox.dataset().len(), count);
    post(&sandbox, "inserts", r#"{"perSecond": 1000}"#).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        sandbox.dataset().len() >= count + 100,
        "over HTTP the insertions start at once"
    );
}

#[tokio::test]
async fn inserted_messages_are_dated_by_the_servers_clock() {
    let sandbox = with(Options {
        messages: 10,
        faults: ["clock:skew=7200", "clock:skew=60,every=2"]
            .map(|fault| fault.parse().unwrap())
            .into(),
        ..Options::default()
    })
    .await;
    sandbox.insert(1, Duration::from_secs(100)).unwrap();
    let path = |seconds| format!("totals?from_date={}", ago(seconds).replace(' ', "%20"));
    for (seconds, count) in [(-7050, 1), (-7150, 0)] {
        let newest = admin(&sandbox, &path(seconds)).await.json();
        assert_eq!(newest["count"], count, "{seconds} seconds ago");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_response_sees_one_moment() {
    for order in ORDERS {
        let sandbox = with(Options {
            messages: 10_000,
            order,
            ..Options::default()
        })
        .await;
        std::thread::scope(|scope| {
            // One by one, so fast that some come between any two reads of the table, but less than a page.
            scope.spawn(|| {
                while sandbox.dataset().len() < 100_000 {
                    sandbox.insert(1, Duration::ZERO).unwrap();
                    let now = Instant::now();
                    while now.elapsed() < Duration::from_micros(3) {}
                }
            });
            let read = async {
                let mut last = 0;
                while sandbox.dataset().len() < 100_000 {
                    // The page after the last total: its length is the growth.
                    let offset = last.to_string();
                    let page = history(&sandbox, &[("offset", &offset)]).await.json();
                    let rows = page["result"].as_array().unwrap().len() as u64;
                    let total = page["total_count"].as_u64().unwrap();
                    assert_eq!(rows, (total - last).min(1_000), "{order:?}");
                    last = total;
                }
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(read));
        });
    }
}

#[tokio::test]
async fn ids_are_returned_as_json_or_lines() {
    let sandbox = start(500).await;
    let direct = sandbox.dataset().ids(&Filter::default());
    assert!(direct.is_sorted() && direct.len() == 500);
    let all: Vec<u64> = serde_json::from_value(admin(&sandbox, "ids").await.json()).unwrap();
    assert_eq!(all, direct);
    let some = admin(&sandbox, "ids?direction=IN").await.json();
    let page = history(&sandbox, &[("direction", "IN")]).await.json();
    let mut expected: Vec<u64> = page["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["message_id"].as_u64().unwrap())
        .collect();
    expected.sort_unstable();
    assert_eq!(some, json!(expected));
    let url = format!("{}/sandbox/ids", sandbox.origin());
    let request = reqwest::Client::new()
        .get(url)
        .header("accept", "text/plain");
    let lines = String::from_utf8(HttpResponse::of(request).await.body).unwrap();
    let lines: Vec<u64> = lines.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(lines, direct);
    assert_eq!(admin(&sandbox, "ids?direction=up").await.status, 400);
}

#[tokio::test]
async fn insertions_beyond_the_maximum_are_rejected() {
    let sandbox = start(5).await;
    let error = sandbox
        .insert(MAX_MESSAGES - 4, Duration::ZERO)
        .unwrap_err();
    assert!(error.to_string().starts_with("count: "), "{error}");
    assert_eq!(sandbox.dataset().len(), 5);
    let options = Options {
        insert_per_second: MAX_INSERTS_PER_SECOND + 1,
        ..Options::default()
    };
    let error = Sandbox::start(options).await.unwrap_err().to_string();
    assert!(error.starts_with("insert_per_second: "), "{error}");
}

#[tokio::test]
async fn messages_are_settled_and_removed_over_http() {
    let sandbox = start(1_000).await;
    let dataset = sandbox.dataset();
    let waiting = || {
        dataset
            .totals(&Filter::default())
            .by_status
            .get("3")
            .copied()
    };
    let before = waiting().unwrap();
    let change = async |method: reqwest::Method, path: &str, body: &str| {
        let url = format!("{}/sandbox/{path}", sandbox.origin());
        let request = reqwest::Client::new().request(method, url);
        HttpResponse::of(request.body(body.to_owned())).await
    };

    let response = change(reqwest::Method::POST, "settle", r#"{"count":5}"#).await;
    assert_eq!(response.json(), json!({ "settled": 5 }));
    assert_eq!(waiting(), Some(before - 5));
    let all = change(reqwest::Method::POST, "settle", r#"{"count":1000}"#).await;
    assert_eq!(all.json(), json!({ "settled": before - 5 }));
    assert_eq!(waiting(), None);

    let sent = || dataset.totals(&Filter::default()).by_direction["OUT"];
    let sent_before = sent();
    let path = "messages?direction=OUT";
    let response = change(reqwest::Method::DELETE, path, r#"{"count":7}"#).await;
    assert_eq!(response.json(), json!({ "removed": 7, "messages": 993 }));
    assert_eq!(sent(), sent_before - 7);

    for body in ["{}", r#"{"count":0}"#, r#"{"count":1,"age":2}"#] {
        let response = change(reqwest::Method::DELETE, "messages", body).await;
        assert_eq!(response.status, 400, "{body}");
    }
    let response = change(
        reqwest::Method::POST,
        "settle?direction=UP",
        r#"{"count":1}"#,
    )
    .await;
    assert_eq!(response.status, 400);
}

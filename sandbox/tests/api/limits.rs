//! Limits of the API, and the counters that tests hold readers against.

use crate::common::{Reply, history, method, start, tool, with};
use reqwest::Method;
use sandbox::{ErrorStatus, Options, RateReply, RetryHint, Sandbox, StartError, Stats};
use serde_json::json;
use std::time::{Duration, Instant};

async fn limited(rate: &str, rate_reply: RateReply, rate_hint: RetryHint) -> Sandbox {
    with(Options {
        rate: Some(rate.parse().unwrap()),
        rate_reply,
        rate_hint,
        error_status: ErrorStatus::Native,
        ..Options::default()
    })
    .await
}

async fn at_once(sandbox: &Sandbox, requests: usize) -> Vec<Reply> {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let client = reqwest::Client::new();
    let send = |_| {
        let request = client.post(method(sandbox, "count=1")).bearer_auth(&token);
        tokio::spawn(Reply::of(request))
    };
    let sent: Vec<_> = (0..requests).map(send).collect();
    let mut replies = Vec::new();
    for reply in sent {
        replies.push(reply.await.unwrap());
    }
    replies
}

/// Waits until nothing is under way, and tells what was.
async fn settled(sandbox: &Sandbox) -> Stats {
    let begun = Instant::now();
    while sandbox.stats().in_flight > 0 && begun.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sandbox.stats()
}

#[tokio::test]
async fn requests_beyond_the_rate_are_refused() {
    let sandbox = limited("2:5", RateReply::Status, RetryHint::Seconds).await;
    let replies = at_once(&sandbox, 12).await;
    let (good, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert!((5..=6).contains(&good.len()), "{}", good.len());
    for reply in refused {
        assert_eq!((reply.status, reply.error_code()), (429, Some(340)));
        assert_eq!(reply.header("retry-after"), "1");
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(history(&sandbox, &[]).await.status, 200);
    assert_eq!(history(&sandbox, &[]).await.status, 200);

    let sandbox = limited("0.1:1", RateReply::ApiError, RetryHint::Date).await;
    history(&sandbox, &[]).await;
    let reply = history(&sandbox, &[]).await;
    assert_eq!((reply.status, reply.error_code()), (400, Some(340)));
    let date = |name| chrono::DateTime::parse_from_rfc2822(reply.header(name)).unwrap();
    let wait = (date("retry-after") - date("date")).num_seconds();
    assert!((8..=11).contains(&wait), "{wait}");

    let sandbox = limited("0.1:1", RateReply::Status, RetryHint::None).await;
    history(&sandbox, &[]).await;
    let reply = history(&sandbox, &[]).await;
    assert_eq!(reply.status, 429);
    assert!(!reply.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn requests_beyond_those_at_once_are_refused_as_late_as_others() {
    let sandbox = with(Options {
        max_in_flight: Some(3),
        latency: Duration::from_millis(200).into(),
        ..Options::default()
    })
    .await;
    let begun = Instant::now();
    let replies = at_once(&sandbox, 8).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let refused = replies
        .iter()
        .filter(|reply| reply.json().get("error").is_some());
    let codes: Vec<_> = refused.map(|reply| reply.error_code()).collect();
    assert_eq!(codes, [Some(314); 5]);
    let stats = settled(&sandbox).await;
    assert_eq!((stats.requests, stats.peak_in_flight), (8, 8));
    // The places are free again.
    let replies = at_once(&sandbox, 3).await;
    assert!(
        replies
            .iter()
            .all(|reply| reply.json().get("error").is_none())
    );
}

#[tokio::test]
async fn requests_are_counted_by_what_came_of_them() {
    let sandbox = start(10).await;
    assert_eq!(
        tool(&sandbox, "stats").await.json(),
        json!({
            "requests": 0, "inFlight": 0, "peakInFlight": 0, "replies": {}, "tokens": 0,
        })
    );
    at_once(&sandbox, 4).await;
    sandbox.set_faults(vec![
        "503:times=2".parse().unwrap(),
        "reset:times=1".parse().unwrap(),
    ]);
    history(&sandbox, &[]).await;
    history(&sandbox, &[]).await;
    let bare = reqwest::Client::new().post(method(&sandbox, ""));
    assert!(bare.send().await.is_err());
    let stats = settled(&sandbox).await;
    assert_eq!((stats.requests, stats.in_flight), (7, 0));
    let replies = serde_json::to_value(&stats.replies).unwrap();
    assert_eq!(replies, json!({ "200": 4, "503": 2, "none": 1 }));
    // The tokens of one second are the same one.
    assert!((1..=3).contains(&stats.tokens), "{}", stats.tokens);
    assert!((1..=4).contains(&stats.peak_in_flight));

    let url = format!("{}/sandbox/stats", sandbox.origin());
    let reply = Reply::of(reqwest::Client::new().request(Method::DELETE, url)).await;
    assert_eq!(reply.json()["requests"], 0);
    assert_eq!(sandbox.stats(), Stats::default());
}

#[tokio::test]
async fn a_request_is_under_way_until_its_reply_is_sent_or_unwanted() {
    let sandbox = start(50).await;
    for (spec, replies) in [
        ("hang", json!({ "none": 1 })),
        ("hang:at=9", json!({ "200": 1 })),
        ("drip:bytes=1,interval-ms=500", json!({ "200": 1 })),
        ("latency:ms=60000", json!({ "none": 1 })),
    ] {
        sandbox.set_faults(vec![spec.parse().unwrap()]);
        sandbox.reset_stats();
        let token = sandbox.token(Duration::from_secs(60)).unwrap();
        let request = reqwest::Client::new()
            .post(method(&sandbox, ""))
            .bearer_auth(token);
        let waiting = tokio::spawn(Reply::of(request));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(sandbox.stats().in_flight, 1, "{spec}");
        waiting.abort();
        let stats = settled(&sandbox).await;
        assert_eq!(stats.in_flight, 0, "{spec}");
        assert_eq!(
            serde_json::to_value(&stats.replies).unwrap(),
            replies,
            "{spec}"
        );
    }
    // A reset leaves what is under way.
    sandbox.set_faults(vec!["hang".parse().unwrap()]);
    let waiting = tokio::spawn(Reply::of(reqwest::Client::new().post(method(&sandbox, ""))));
    tokio::time::sleep(Duration::from_millis(200)).await;
    sandbox.reset_stats();
    let stats = sandbox.stats();
    assert_eq!(
        (stats.requests, stats.in_flight, stats.peak_in_flight),
        (0, 1, 1)
    );
    waiting.abort();
}

#[tokio::test]
async fn a_rate_that_cannot_be_kept_stops_the_start() {
    let options = Options {
        rate: Some(sandbox::Rate {
            per_second: 0.0,
            burst: 1,
        }),
        ..Options::default()
    };
    let error = Sandbox::start(options).await.unwrap_err();
    assert!(matches!(error, StartError::Rate(_)), "{error}");
    assert!(error.to_string().starts_with("rate: requests per second"));
}

//! The API's limits, and the counters of requests.

use crate::common::{HttpResponse, admin, history, method, start, with};
use reqwest::Method;
use sandbox::{ErrorStatus, Options, RateResponse, RetryAfterFormat, Sandbox, StartError, Stats};
use serde_json::json;
use std::time::{Duration, Instant};

async fn limited(
    rate: &str,
    rate_response: RateResponse,
    rate_retry_after: RetryAfterFormat,
) -> Sandbox {
    with(Options {
        rate: Some(rate.parse().unwrap()),
        rate_response,
        rate_retry_after,
        error_status: ErrorStatus::Native,
        ..Options::default()
    })
    .await
}

async fn send_concurrently(sandbox: &Sandbox, requests: usize) -> Vec<HttpResponse> {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let client = reqwest::Client::new();
    let send = |_| {
        let request = client.post(method(sandbox, "count=1")).bearer_auth(&token);
        tokio::spawn(HttpResponse::of(request))
    };
    let sent: Vec<_> = (0..requests).map(send).collect();
    let mut responses = Vec::new();
    for response in sent {
        responses.push(response.await.unwrap());
    }
    responses
}

/// Waits until no request is in flight, and returns the counters.
async fn idle_stats(sandbox: &Sandbox) -> Stats {
    let start = Instant::now();
    while sandbox.stats().in_flight > 0 && start.elapsed() < Duration::from_secs(5) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sandbox.stats()
}

#[tokio::test]
async fn requests_beyond_the_rate_are_rejected() {
    let sandbox = limited("2:5", RateResponse::Status, RetryAfterFormat::Seconds).await;
    let responses = send_concurrently(&sandbox, 12).await;
    let (good, rejected): (Vec<_>, Vec<_>) = responses
        .iter()
        .partition(|response| response.status == 200);
    assert!((5..=6).contains(&good.len()), "{}", good.len());
    for response in rejected {
        assert_eq!((response.status, response.error_code()), (429, Some(340)));
        assert_eq!(response.header("retry-after"), "1");
    }
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(history(&sandbox, &[]).await.status, 200);
    assert_eq!(history(&sandbox, &[]).await.status, 200);

    let sandbox = limited("0.1:1", RateResponse::ApiError, RetryAfterFormat::Date).await;
    history(&sandbox, &[]).await;
    let response = history(&sandbox, &[]).await;
    assert_eq!((response.status, response.error_code()), (400, Some(340)));
    let date = |name| chrono::DateTime::parse_from_rfc2822(response.header(name)).unwrap();
    let wait = (date("retry-after") - date("date")).num_seconds();
    assert!((8..=11).contains(&wait), "{wait}");

    let sandbox = limited("0.1:1", RateResponse::Status, RetryAfterFormat::None).await;
    history(&sandbox, &[]).await;
    let response = history(&sandbox, &[]).await;
    assert_eq!(response.status, 429);
    assert!(!response.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn requests_beyond_max_in_flight_are_rejected_with_latency() {
    let sandbox = with(Options {
        max_in_flight: Some(3),
        latency: Duration::from_millis(200).into(),
        ..Options::default()
    })
    .await;
    let start = Instant::now();
    let responses = send_concurrently(&sandbox, 8).await;
    assert!(start.elapsed() >= Duration::from_millis(200));
    let rejected = responses
        .iter()
        .filter(|response| response.json().get("error").is_some());
    let codes: Vec<_> = rejected.map(|response| response.error_code()).collect();
    assert_eq!(codes, [Some(314); 5]);
    let stats = idle_stats(&sandbox).await;
    assert_eq!((stats.requests, stats.peak_in_flight), (8, 8));
    // The permits are released.
    let responses = send_concurrently(&sandbox, 3).await;
    assert!(
        responses
            .iter()
            .all(|response| response.json().get("error").is_none())
    );
}

#[tokio::test]
async fn requests_are_counted_by_status() {
    let sandbox = start(10).await;
    assert_eq!(
        admin(&sandbox, "stats").await.json(),
        json!({
            "requests": 0, "inFlight": 0, "peakInFlight": 0, "responses": {}, "tokens": 0,
        })
    );
    send_concurrently(&sandbox, 4).await;
    sandbox.set_faults(vec![
        "503:times=2".parse().unwrap(),
        "reset:times=1".parse().unwrap(),
    ]);
    history(&sandbox, &[]).await;
    history(&sandbox, &[]).await;
    let bare = reqwest::Client::new().post(method(&sandbox, ""));
    assert!(bare.send().await.is_err());
    let stats = idle_stats(&sandbox).await;
    assert_eq!((stats.requests, stats.in_flight), (7, 0));
    let responses = serde_json::to_value(&stats.responses).unwrap();
    assert_eq!(responses, json!({ "200": 4, "503": 2, "none": 1 }));
    // Tokens of the same second are equal.
    assert!((1..=3).contains(&stats.tokens), "{}", stats.tokens);
    assert!((1..=4).contains(&stats.peak_in_flight));

    let url = format!("{}/sandbox/stats", sandbox.origin());
    let response = HttpResponse::of(reqwest::Client::new().request(Method::DELETE, url)).await;
    assert_eq!(response.json()["requests"], 0);
    assert_eq!(sandbox.stats(), Stats::default());
}

#[tokio::test]
async fn request_is_in_flight_until_response_is_sent_or_dropped() {
    let sandbox = start(50).await;
    for (spec, responses) in [
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
        let waiting = tokio::spawn(HttpResponse::of(request));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(sandbox.stats().in_flight, 1, "{spec}");
        waiting.abort();
        let stats = idle_stats(&sandbox).await;
        assert_eq!(stats.in_flight, 0, "{spec}");
        assert_eq!(
            serde_json::to_value(&stats.responses).unwrap(),
            responses,
            "{spec}"
        );
    }
    // Resetting the counters keeps requests in flight.
    sandbox.set_faults(vec!["hang".parse().unwrap()]);
    let waiting = tokio::spawn(HttpResponse::of(
        reqwest::Client::new().post(method(&sandbox, "")),
    ));
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
async fn invalid_rate_fails_the_start() {
    let options = Options {
        rate: Some(sandbox::Rate {
            per_second: 0.0,
            burst: 1,
        }),
        ..Options::default()
    };
    let error = Sandbox::start(options).await.unwrap_err();
    assert!(matches!(error, StartError::Rate(_)), "{error}");
    assert!(
        error
            .to_string()
            .starts_with("rate: expected 0.01 to 100000 requests per second")
    );
}

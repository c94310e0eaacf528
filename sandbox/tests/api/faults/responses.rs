//! Faults that replace a response or change a page.

use crate::common::{HttpResponse, history, method, start};
use chrono::{DateTime, Utc};
use sandbox::Sandbox;
use serde_json::Value;
use std::time::{Duration, Instant};

fn set(sandbox: &Sandbox, spec: &str) {
    sandbox.set_faults(vec![spec.parse().unwrap()]);
}

async fn faulty(sandbox: &Sandbox, spec: &str) -> HttpResponse {
    set(sandbox, spec);
    history(sandbox, &[("count", "10")]).await
}

fn ids(page: &Value) -> Vec<u64> {
    let rows = page["result"].as_array().unwrap();
    rows.iter()
        .map(|row| row["message_id"].as_u64().unwrap())
        .collect()
}

fn date(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc2822(text).unwrap().to_utc()
}

#[tokio::test]
async fn latency_delays_responses() {
    let sandbox = start(1).await;
    for (spec, least) in [("latency:ms=150", 150), ("latency:ms=120-180", 120)] {
        let start_time = Instant::now();
        let page = faulty(&sandbox, spec).await.json();
        assert!(
            start_time.elapsed() >= Duration::from_millis(least),
            "{spec}"
        );
        assert_eq!(page["total_count"], 1);
    }
    set(&sandbox, "latency:mean-ms=40,cap-ms=100");
    let mut times = Vec::new();
    for _ in 0..30 {
        let start_time = Instant::now();
        history(&sandbox, &[]).await;
        times.push(start_time.elapsed().as_millis());
    }
    let short = times.iter().filter(|&&ms| ms < 40).count();
    // About 19. On a busy machine all of them take longer.
    assert!((1..=28).contains(&short), "{times:?}");
}

#[tokio::test]
async fn status_has_html_or_no_body_and_retry_after() {
    let sandbox = start(1).await;
    for status in [408, 425, 429, 500, 502, 503, 504] {
        let response = faulty(&sandbox, &status.to_string()).await;
        assert_eq!(response.status, status);
        assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
        assert!(response.body.starts_with(b"<!DOCTYPE html>"));
        assert!(!response.headers.contains_key("retry-after"));
        let response = faulty(&sandbox, &format!("{status}:body=empty,retry-after=3")).await;
        assert_eq!((response.status, response.body.len()), (status, 0));
        assert_eq!(response.header("retry-after"), "3");
    }
    let response = faulty(&sandbox, "503:retry-after-date=90").await;
    let wait = date(response.header("retry-after")) - date(response.header("date"));
    assert!((89..=91).contains(&wait.num_seconds()), "{wait}");
}

#[tokio::test]
async fn api_error_has_any_code_and_status() {
    let sandbox = start(1).await;
    for code in [1, 2, 4, 100, 104, 162, 314, 340, 416, 455, 456, 9999] {
        for status in [200, 400, 429, 500] {
            let spec = format!("api-error:code={code},status={status}");
            let response = faulty(&sandbox, &spec).await;
            assert_eq!(
                (response.status, response.error_code()),
                (status, Some(code))
            );
            assert!(!response.json()["error"]["msg"].as_str().unwrap().is_empty());
        }
    }
    let response = faulty(&sandbox, "api-error:code=340,retry-after=2").await;
    assert_eq!(
        (response.status, response.header("retry-after")),
        (200, "2")
    );
}

#[tokio::test]
async fn html_replaces_json() {
    let response = faulty(&start(1).await, "html").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
    assert!(String::from_utf8(response.body).unwrap().contains("<html>"));
}

#[tokio::test]
async fn total_count_is_wrong_or_absent() {
    let sandbox = start(30).await;
    for (spec, count) in [
        ("by=-3", Some(27)),
        ("by=5", Some(35)),
        ("by=-99", Some(0)),
        ("absent", None),
    ] {
        let page = faulty(&sandbox, &format!("total-count:{spec}"))
            .await
            .json();
        assert_eq!(
            page.get("total_count").map(|count| count.as_u64().unwrap()),
            count,
            "{spec}"
        );
        assert_eq!(ids(&page).len(), 10);
    }
}

#[tokio::test]
async fn rows_are_repeated_or_removed() {
    let sandbox = start(30).await;
    let whole = ids(&history(&sandbox, &[("count", "10")]).await.json());
    let page = faulty(&sandbox, "duplicate:rows=2").await.json();
    let mut repeated = ids(&page);
    assert_eq!((repeated.len(), &page["total_count"]), (12, &30.into()));
    repeated.dedup();
    assert_eq!(repeated, whole);

    let page = faulty(&sandbox, "drop-row:rows=3").await.json();
    assert_eq!((ids(&page).len(), &page["total_count"]), (7, &30.into()));
    assert!(ids(&page).iter().all(|id| whole.contains(id)));
    let page = faulty(&sandbox, "drop-row:rows=11").await.json();
    assert_eq!(ids(&page), [0; 0]);

    // Files too.
    set(&sandbox, "duplicate");
    let file = history(&sandbox, &[("count", "10"), ("output", "csv")]).await;
    let rows = csv::Reader::from_reader(file.body.as_slice())
        .into_records()
        .count();
    assert_eq!(rows, 11);
}

#[tokio::test]
async fn wrong_clock_changes_date_and_token_checks() {
    let sandbox = start(1).await;
    let behind = faulty(&sandbox, "clock:skew=-60").await;
    assert_eq!(behind.error_code(), Some(455), "issued in the future");
    let skew = date(behind.header("date")) - Utc::now();
    assert!((-62..=-58).contains(&skew.num_seconds()), "{skew}");
    let ahead = faulty(&sandbox, "clock:skew=3600").await;
    assert_eq!(ahead.error_code(), Some(456), "expired");
    assert!(date(ahead.header("date")) - Utc::now() > chrono::TimeDelta::minutes(59));
    // If the skew is so small that the token is valid, only the date is wrong.
    let page = faulty(&sandbox, "clock:skew=20").await;
    assert_eq!(page.json()["total_count"], 1);
    assert!(date(page.header("date")) - Utc::now() > chrono::TimeDelta::seconds(17));
}

#[tokio::test]
async fn expired_tokens_are_rejected_once_or_always() {
    let sandbox = start(1).await;
    set(&sandbox, "token-expired:times=1");
    assert_eq!(history(&sandbox, &[]).await.error_code(), Some(456));
    assert_eq!(history(&sandbox, &[]).await.json()["total_count"], 1);

    set(&sandbox, "token-expired:stays,times=1");
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let client = reqwest::Client::new();
    let send = || HttpResponse::of(client.post(method(&sandbox, "")).bearer_auth(&token));
    for _ in 0..3 {
        assert_eq!(send().await.error_code(), Some(456));
    }
    let newer = sandbox.token(Duration::from_secs(61)).unwrap();
    let response = HttpResponse::of(client.post(method(&sandbox, "")).bearer_auth(newer)).await;
    assert_eq!(response.json()["total_count"], 1);
    assert_eq!(send().await.error_code(), Some(456));
    assert_eq!(sandbox.faults()[0].injected, 1);
}

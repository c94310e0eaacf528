//! Triggers of faults, the admin route, and the contract under faults.

use crate::common::{HttpResponse, admin, contract_file, history, method, start, with};
use reqwest::Method;
use sandbox::{Fault, Options, Sandbox};
use serde_json::{Value, json};

async fn faulty(specs: &[&str]) -> Sandbox {
    with(Options {
        messages: 50,
        faults: faults(specs),
        ..Options::default()
    })
    .await
}

fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().unwrap()).collect()
}

/// The numbers of the next requests that a fault is injected into.
async fn injected(sandbox: &Sandbox, requests: usize) -> Vec<usize> {
    let mut injected = Vec::new();
    for number in 1..=requests {
        if history(sandbox, &[("count", "1")]).await.status != 200 {
            injected.push(number);
        }
    }
    injected
}

async fn send_admin(sandbox: &Sandbox, method: Method, body: &str) -> HttpResponse {
    let url = format!("{}/sandbox/faults", sandbox.origin());
    let request = reqwest::Client::new().request(method, url);
    HttpResponse::of(request.body(body.to_owned())).await
}

#[tokio::test]
async fn rules_select_the_named_requests() {
    for (spec, expected) in [
        ("503", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10][..]),
        ("503:times=2", &[1, 2]),
        ("503:every=3", &[3, 6, 9]),
        ("503:every=3,times=2", &[3, 6]),
        ("503:first=2", &[1, 2]),
        ("503:requests=4-6", &[4, 5, 6]),
        ("503:probability=0", &[]),
        ("503:probability=1,times=1", &[1]),
        ("503:offset=5", &[]),
        ("503:offset=0,count=1,every=5", &[5, 10]),
        ("503:count=1000", &[]),
    ] {
        let sandbox = faulty(&[spec]).await;
        assert_eq!(injected(&sandbox, 10).await, expected, "{spec}");
        let report = &sandbox.faults()[0];
        assert_eq!(report.injected, expected.len() as u64, "{spec}");
        assert_eq!(report.fault.to_string().split(':').next(), Some("503"));
    }
}

#[tokio::test]
async fn trigger_matches_effective_offset_and_count() {
    let sandbox = faulty(&["503:offset=0,count=1000"]).await;
    assert_eq!(history(&sandbox, &[]).await.status, 503);
    assert_eq!(history(&sandbox, &[("offset", "0")]).await.status, 503);
    assert_eq!(history(&sandbox, &[("offset", "1")]).await.status, 200);
    assert_eq!(history(&sandbox, &[("count", "999")]).await.status, 200);
    let report = &sandbox.faults()[0];
    assert_eq!((report.matched, report.injected), (2, 2));
}

#[tokio::test]
async fn random_draws_depend_on_the_seed_only() {
    let draw = async |spec: &str| injected(&faulty(&[spec]).await, 60).await;
    let first = draw("503:probability=0.3").await;
    assert!((8..=28).contains(&first.len()), "{first:?}");
    assert_eq!(draw("503:probability=0.3").await, first);
    assert_ne!(draw("503:probability=0.3,seed=5").await, first);
    // Replacing the faults restarts the draws.
    let sandbox = start(1).await;
    for _ in 0..2 {
        sandbox.set_faults(faults(&["503:probability=0.3"]));
        assert_eq!(injected(&sandbox, 60).await, first);
    }
}

#[tokio::test]
async fn first_matching_fault_combines_with_additive_faults_only() {
    let sandbox = faulty(&["latency:ms=60", "503:every=2", "429", "latency:ms=60"]).await;
    let start = std::time::Instant::now();
    assert_eq!(history(&sandbox, &[]).await.status, 429);
    assert!(start.elapsed().as_millis() >= 120);
    assert_eq!(history(&sandbox, &[]).await.status, 503);
    let injected: Vec<u64> = sandbox
        .faults()
        .iter()
        .map(|fault| fault.injected)
        .collect();
    assert_eq!(injected, [2, 1, 1, 2]);
}

#[tokio::test]
async fn faults_are_replaced_and_returned_over_http() {
    let sandbox = faulty(&["503"]).await;
    let shown = admin(&sandbox, "faults").await.json();
    assert_eq!(
        shown,
        json!([{ "fault": { "kind": "503" }, "matched": 0, "injected": 0 }])
    );

    let list = r#"[{"kind": "429", "retry-after": 7, "times": 1}, "html:every=2"]"#;
    let response = send_admin(&sandbox, Method::PUT, list).await;
    assert_eq!(
        (response.status, response.json().as_array().unwrap().len()),
        (200, 2)
    );
    let response = history(&sandbox, &[]).await;
    assert_eq!(
        (response.status, response.header("retry-after")),
        (429, "7")
    );
    assert_eq!(
        history(&sandbox, &[]).await.header("content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(history(&sandbox, &[]).await.json()["total_count"], 50);
    let shown = admin(&sandbox, "faults").await.json();
    let expected = json!([
        { "fault": { "kind": "429", "retry-after": 7, "times": 1 }, "matched": 3, "injected": 1 },
        { "fault": { "kind": "html", "every": 2 }, "matched": 3, "injected": 1 },
    ]);
    assert_eq!(shown, expected);
    assert_eq!(serde_json::to_value(sandbox.faults()).unwrap(), expected);

    for (body, expected) in [
        ("", "body: expected a JSON list of faults"),
        ("{}", "body: expected a JSON list of faults"),
        (
            r#"["429", "429:time=1"]"#,
            "faults[1]: time: expected a field of 429",
        ),
        (
            r#"[{"kind": "api-error"}]"#,
            "faults[0]: code: expected an integer",
        ),
    ] {
        let response = send_admin(&sandbox, Method::PUT, body).await;
        let message = response.json()["message"].as_str().unwrap().to_owned();
        assert!(
            response.status == 400 && message.starts_with(expected),
            "{message}"
        );
    }
    assert_eq!(sandbox.faults().len(), 2, "an invalid list changes nothing");

    assert_eq!(
        send_admin(&sandbox, Method::DELETE, "").await.json(),
        json!([])
    );
    assert_eq!(injected(&sandbox, 3).await, [0; 0]);
}

#[tokio::test]
async fn admin_cors_allows_any_origin() {
    let sandbox = start(1).await;
    let url = format!("{}/sandbox/faults", sandbox.origin());
    let preflight = reqwest::Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type");
    let response = HttpResponse::of(preflight).await;
    assert_eq!(response.header("access-control-allow-origin"), "*");
    assert!(
        response
            .header("access-control-allow-methods")
            .contains("PUT")
    );
}

#[tokio::test]
async fn contract_ignores_faulty_responses_but_not_their_requests() {
    let sandbox = with(Options {
        contract: Some(contract_file()),
        ..Options::default()
    })
    .await;
    let report = async || admin(&sandbox, "contract").await.json();
    let all = [
        "503",
        "html",
        "truncate:at=9",
        "truncate:at=9,length=cut",
        "reset",
        "reset:at=9",
        "total-count:absent",
        "duplicate",
        "drop-row",
        "drip",
        "api-error:code=340,status=418",
        "row-id:field=none",
        "value:field=total_count,form=empty",
        "result-null",
        "page-cap",
        "api-error:body=text",
    ];
    for spec in all {
        sandbox.set_faults(faults(&[spec]));
        let token = sandbox.token(std::time::Duration::from_secs(60)).unwrap();
        let request = reqwest::Client::new()
            .post(method(&sandbox, ""))
            .bearer_auth(token);
        if let Ok(response) = request.send().await {
            let _ = response.bytes().await;
        }
    }
    let expected = json!({
        "requests": all.len(), "rejected": 0, "responses": 0, "faulty": all.len(),
        "violation_count": 0, "violations": [],
    });
    assert_eq!(report().await, expected);

    // A delayed response with a wrong clock and an expired token keeps the contract.
    sandbox.set_faults(faults(&[
        "latency:ms=1",
        "clock:skew=7200",
        "no-date",
        "token-expired",
    ]));
    history(&sandbox, &[]).await;
    assert_eq!(report().await["responses"], 1);
    assert_eq!(report().await["violation_count"], 0);

    // The request is validated whatever its response, unless the API rejects it.
    sandbox.set_faults(faults(&["503"]));
    history(&sandbox, &[("tz", "UTC")]).await;
    let violations = report().await["violations"].clone();
    assert_eq!(violations, json!(["request: unknown parameter tz"]));
    history(&sandbox, &[("direction", "up")]).await;
    assert_eq!(report().await["violation_count"], 1);
    let rejected: &Value = &report().await["rejected"];
    assert_eq!(rejected, &json!(2));
}

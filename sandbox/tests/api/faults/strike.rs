//! When faults strike, how they are set and shown, and that the contract does not mind them.

use crate::common::{Reply, contract_file, history, method, start, tool, with};
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

/// Which of the next so many requests are struck, by number.
async fn struck(sandbox: &Sandbox, requests: usize) -> Vec<usize> {
    let mut struck = Vec::new();
    for number in 1..=requests {
        if history(sandbox, &[("count", "1")]).await.status != 200 {
            struck.push(number);
        }
    }
    struck
}

async fn admin(sandbox: &Sandbox, method: Method, body: &str) -> Reply {
    let url = format!("{}/sandbox/faults", sandbox.origin());
    let request = reqwest::Client::new().request(method, url);
    Reply::of(request.body(body.to_owned())).await
}

#[tokio::test]
async fn rules_strike_the_requests_they_name() {
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
        assert_eq!(struck(&sandbox, 10).await, expected, "{spec}");
        let report = &sandbox.faults()[0];
        assert_eq!(report.struck, expected.len() as u64, "{spec}");
        assert_eq!(report.fault.to_string().split(':').next(), Some("503"));
    }
}

#[tokio::test]
async fn offset_and_count_are_those_that_hold_for_the_request() {
    let sandbox = faulty(&["503:offset=0,count=1000"]).await;
    assert_eq!(history(&sandbox, &[]).await.status, 503);
    assert_eq!(history(&sandbox, &[("offset", "0")]).await.status, 503);
    assert_eq!(history(&sandbox, &[("offset", "1")]).await.status, 200);
    assert_eq!(history(&sandbox, &[("count", "999")]).await.status, 200);
    let report = &sandbox.faults()[0];
    assert_eq!((report.seen, report.struck), (2, 2));
}

#[tokio::test]
async fn lots_depend_on_the_seed_alone() {
    let draw = async |spec: &str| struck(&faulty(&[spec]).await, 60).await;
    let first = draw("503:probability=0.3").await;
    assert!((8..=28).contains(&first.len()), "{first:?}");
    assert_eq!(draw("503:probability=0.3").await, first);
    assert_ne!(draw("503:probability=0.3,seed=5").await, first);
    // Set again, they begin again.
    let sandbox = start(1).await;
    for _ in 0..2 {
        sandbox.set_faults(faults(&["503:probability=0.3"]));
        assert_eq!(struck(&sandbox, 60).await, first);
    }
}

#[tokio::test]
async fn the_first_that_strikes_is_alone_but_for_those_that_add() {
    let sandbox = faulty(&["latency:ms=60", "503:every=2", "429", "latency:ms=60"]).await;
    let begun = std::time::Instant::now();
    assert_eq!(history(&sandbox, &[]).await.status, 429);
    assert!(begun.elapsed().as_millis() >= 120);
    assert_eq!(history(&sandbox, &[]).await.status, 503);
    let struck: Vec<u64> = sandbox.faults().iter().map(|fault| fault.struck).collect();
    assert_eq!(struck, [2, 1, 1, 2]);
}

#[tokio::test]
async fn faults_are_set_and_shown_over_http() {
    let sandbox = faulty(&["503"]).await;
    let shown = tool(&sandbox, "faults").await.json();
    assert_eq!(
        shown,
        json!([{ "fault": { "kind": "503" }, "seen": 0, "struck": 0 }])
    );

    let list = r#"[{"kind": "429", "retry-after": 7, "times": 1}, "html:every=2"]"#;
    let reply = admin(&sandbox, Method::PUT, list).await;
    assert_eq!(
        (reply.status, reply.json().as_array().unwrap().len()),
        (200, 2)
    );
    let reply = history(&sandbox, &[]).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, "7"));
    assert_eq!(
        history(&sandbox, &[]).await.header("content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(history(&sandbox, &[]).await.json()["total_count"], 50);
    let shown = tool(&sandbox, "faults").await.json();
    let expected = json!([
        { "fault": { "kind": "429", "retry-after": 7, "times": 1 }, "seen": 3, "struck": 1 },
        { "fault": { "kind": "html", "every": 2 }, "seen": 3, "struck": 1 },
    ]);
    assert_eq!(shown, expected);
    assert_eq!(serde_json::to_value(sandbox.faults()).unwrap(), expected);

    for (body, told) in [
        ("", "body: has to be a JSON list of faults"),
        ("{}", "body: has to be a JSON list of faults"),
        (
            r#"["429", "429:time=1"]"#,
            "faults[1]: time: is not a part of 429",
        ),
        (r#"[{"kind": "api-error"}]"#, "faults[0]: code: is missing"),
    ] {
        let reply = admin(&sandbox, Method::PUT, body).await;
        let message = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(
            reply.status == 400 && message.starts_with(told),
            "{message}"
        );
    }
    assert_eq!(sandbox.faults().len(), 2, "a bad list changes nothing");

    assert_eq!(admin(&sandbox, Method::DELETE, "").await.json(), json!([]));
    assert_eq!(struck(&sandbox, 3).await, [0; 0]);
}

#[tokio::test]
async fn pages_of_any_origin_may_set_faults() {
    let sandbox = start(1).await;
    let url = format!("{}/sandbox/faults", sandbox.origin());
    let preflight = reqwest::Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type");
    let reply = Reply::of(preflight).await;
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("access-control-allow-methods").contains("PUT"));
}

#[tokio::test]
async fn spoiled_replies_are_no_violations_and_bad_requests_still_are() {
    let sandbox = with(Options {
        contract: Some(contract_file()),
        ..Options::default()
    })
    .await;
    let report = async || tool(&sandbox, "contract").await.json();
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
    ];
    for spec in all {
        sandbox.set_faults(faults(&[spec]));
        let token = sandbox.token(std::time::Duration::from_secs(60)).unwrap();
        let request = reqwest::Client::new()
            .post(method(&sandbox, ""))
            .bearer_auth(token);
        if let Ok(reply) = request.send().await {
            let _ = reply.bytes().await;
        }
    }
    let expected = json!({
        "requests": all.len(), "refused": 0, "replies": 0, "spoiled": all.len(),
        "violation_count": 0, "violations": [],
    });
    assert_eq!(report().await, expected);

    // Late, at a wrong hour and refused for its token, a reply is still one that the contract allows.
    sandbox.set_faults(faults(&[
        "latency:ms=1",
        "clock:skew=7200",
        "token-expired",
    ]));
    history(&sandbox, &[]).await;
    assert_eq!(report().await["replies"], 1);
    assert_eq!(report().await["violation_count"], 0);

    // The request is held against it whatever becomes of its reply, unless the API would have refused it.
    sandbox.set_faults(faults(&["503"]));
    history(&sandbox, &[("tz", "UTC")]).await;
    let told = report().await["violations"].clone();
    assert_eq!(told, json!(["request: unknown parameter tz"]));
    history(&sandbox, &[("direction", "up")]).await;
    assert_eq!(report().await["violation_count"], 1);
    let refused: &Value = &report().await["refused"];
    assert_eq!(refused, &json!(2));
}

//! The contract: no violation for allowed traffic, a violation for anything else.

use crate::common::{HttpResponse, admin, contract_file, history, method, with};
use sandbox::{ErrorStatus, Options, Sandbox};
use serde_json::Value;
use std::path::PathBuf;

async fn with_contract(contract: PathBuf) -> Sandbox {
    with(Options {
        messages: 1_500,
        contract: Some(contract),
        error_status: ErrorStatus::Native,
        ..Options::default()
    })
    .await
}

async fn report(sandbox: &Sandbox) -> Value {
    admin(sandbox, "contract").await.json()
}

/// The project's contract with one change.
fn changed(name: &str, from: &str, to: &str) -> PathBuf {
    let text = std::fs::read_to_string(contract_file()).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&file, text.replace(from, to)).unwrap();
    file
}

#[tokio::test]
async fn valid_requests_and_all_responses_keep_the_contract() {
    let sandbox = with_contract(contract_file()).await;
    let all = [
        ("source_number", "SANDBOX"),
        ("destination_number", "+15550100001"),
        ("direction", "out"),
        ("count", "1000"),
        ("offset", "0"),
        ("from_date", "2025-01-01 00:00:00"),
        ("to_date", "2025-12-31 23:59:59"),
        ("output", "json"),
        ("message_id", "5;6"),
        ("timezone", "Europe/Berlin"),
    ];
    for pairs in [
        &[][..],
        &all,
        &[("offset", "1000")],
        &[("output", "csv")],
        &[("output", "xls")],
        &[("count", "0")],
    ] {
        history(&sandbox, pairs).await;
    }
    HttpResponse::of(reqwest::Client::new().post(method(&sandbox, ""))).await;
    let report = report(&sandbox).await;
    assert_eq!(report["violations"], serde_json::json!([]));
    assert_eq!(report["violation_count"], 0);
    assert_eq!(
        (&report["requests"], &report["responses"]),
        (&7.into(), &7.into())
    );
    assert_eq!(report["rejected"], 2);
    assert_eq!(report, serde_json::to_value(sandbox.contract()).unwrap());
}

#[tokio::test]
async fn request_violation_is_reported_without_values() {
    let sandbox = with_contract(contract_file()).await;
    let client = reqwest::Client::new();
    let token = sandbox.token(std::time::Duration::from_secs(60)).unwrap();
    let send = |query: &str| client.post(method(&sandbox, query)).bearer_auth(&token);
    for (request, expected) in [
        (send("direction=Out"), "request: direction: `enum`"),
        (send("timezone=%D0%B0"), "request: timezone: `pattern`"),
        (send("tz=UTC"), "request: unknown parameter tz"),
        (
            send("15550100001=1"),
            "request: unknown parameter (name not shown",
        ),
        (
            send("count=5&count=6"),
            "request: count is present more than once",
        ),
        (send("count="), "request: count: `type`"),
        (send("").body("cmd=GetSmsHistory"), "request: has a body"),
        (
            client
                .post(method(&sandbox, ""))
                .header("authorization", format!("BEARER {token}")),
            "request: Authorization is not",
        ),
    ] {
        let before = sandbox.contract().unwrap().violation_count;
        let response = HttpResponse::of(request).await;
        assert!(response.json().get("result").is_some(), "{expected}");
        let report = report(&sandbox).await;
        assert_eq!(report["violation_count"], before + 1, "{expected}");
        let last = report["violations"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert!(last.as_str().unwrap().starts_with(expected), "{last}");
        assert!(!last.to_string().contains("15550100001"));
    }
    // A rejected request is no violation.
    let before = report(&sandbox).await["violation_count"].clone();
    HttpResponse::of(send("direction=up")).await;
    assert_eq!(report(&sandbox).await["violation_count"], before);
}

#[tokio::test]
async fn response_violation_is_reported() {
    for (name, from, to, expected) in [
        (
            "fragments",
            "type: [integer, \"null\"]\n        cost",
            "type: string\n        cost",
            "response 200: at /result/0/fragments `type`",
        ),
        (
            "page",
            "maxItems: 1000",
            "maxItems: 999",
            "response 200: at /result `maxItems`",
        ),
        (
            "type",
            "application/json:\n              schema: { $ref: \"#/components/schemas/Reply",
            "text/html:\n              schema: { $ref: \"#/components/schemas/Reply",
            "response 200: the content type",
        ),
        ("status", "\"200\":", "\"201\":", "response 200: the status"),
    ] {
        let sandbox = with_contract(changed(name, from, to)).await;
        history(&sandbox, &[]).await;
        let report = report(&sandbox).await;
        let first = report["violations"][0].as_str().unwrap_or_default();
        assert!(first.starts_with(expected), "{name}: {report}");
    }
    // The response to a rejected request is validated too.
    let from = "required: [code]";
    let sandbox = with_contract(changed("error", from, "required: [code, hint]")).await;
    history(&sandbox, &[("count", "0")]).await;
    let report = report(&sandbox).await;
    let expected = "response 400: at /error `required` of the schema failed";
    assert_eq!(report["violations"][0], expected);
}

#[tokio::test]
async fn invalid_contract_fails_the_start() {
    for (name, from, to, expected) in [
        (
            "version",
            "openapi: 3.1.0",
            "openapi: 2.0",
            "openapi: expected version 3.1.x",
        ),
        (
            "pointer",
            "schemas/Date\" }\n        - name: output",
            "schemas/Day\" }\n        - name: output",
            "expected an existing target",
        ),
        ("yaml", "servers:", "servers: [", "contract"),
    ] {
        let contract = Some(changed(name, from, to));
        let options = Options {
            contract,
            ..Options::default()
        };
        let error = Sandbox::start(options).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let sandbox = crate::common::start(1).await;
    assert_eq!(admin(&sandbox, "contract").await.status, 404);
}

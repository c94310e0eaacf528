//! The recorder: silent on what the contract allows, loud on what it does not.

use crate::common::{Reply, contract_file, history, method, tool, with};
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
    tool(sandbox, "contract").await.json()
}

/// The project's contract with one thing in it changed.
fn changed(name: &str, from: &str, to: &str) -> PathBuf {
    let text = std::fs::read_to_string(contract_file()).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    std::fs::write(&file, text.replace(from, to)).unwrap();
    file
}

#[tokio::test]
async fn good_requests_and_all_kinds_of_reply_keep_the_contract() {
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
    Reply::of(reqwest::Client::new().post(method(&sandbox, ""))).await;
    let report = report(&sandbox).await;
    assert_eq!(report["violations"], serde_json::json!([]));
    assert_eq!(report["violation_count"], 0);
    assert_eq!(
        (&report["requests"], &report["replies"]),
        (&7.into(), &7.into())
    );
    assert_eq!(report["refused"], 2);
    assert_eq!(report, serde_json::to_value(sandbox.contract()).unwrap());
}

#[tokio::test]
async fn a_violated_request_is_told_without_its_values() {
    let sandbox = with_contract(contract_file()).await;
    let client = reqwest::Client::new();
    let token = sandbox.token(std::time::Duration::from_secs(60)).unwrap();
    let send = |query: &str| client.post(method(&sandbox, query)).bearer_auth(&token);
    for (request, told) in [
        (send("direction=Out"), "request: direction: `enum`"),
        (send("timezone=%D0%B0"), "request: timezone: `pattern`"),
        (send("tz=UTC"), "request: unknown parameter tz"),
        (
            send("15550100001=1"),
            "request: unknown parameter (of a name",
        ),
        (
            send("count=5&count=6"),
            "request: count is there more than once",
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
        let reply = Reply::of(request).await;
        assert!(reply.json().get("result").is_some(), "{told}");
        let report = report(&sandbox).await;
        assert_eq!(report["violation_count"], before + 1, "{told}");
        let last = report["violations"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert!(last.as_str().unwrap().starts_with(told), "{last}");
        assert!(!last.to_string().contains("15550100001"));
    }
    // What the API refuses is no violation of the request.
    let before = report(&sandbox).await["violation_count"].clone();
    Reply::of(send("direction=up")).await;
    assert_eq!(report(&sandbox).await["violation_count"], before);
}

#[tokio::test]
async fn a_violated_reply_is_told() {
    for (name, from, to, told) in [
        (
            "fragments",
            "type: [integer, \"null\"]\n        cost",
            "type: string\n        cost",
            "reply 200: at /result/0/fragments `type`",
        ),
        (
            "page",
            "maxItems: 1000",
            "maxItems: 999",
            "reply 200: at /result `maxItems`",
        ),
        (
            "type",
            "application/json:\n              schema: { $ref: \"#/components/schemas/Reply",
            "text/html:\n              schema: { $ref: \"#/components/schemas/Reply",
            "reply 200: its content type",
        ),
        ("status", "\"200\":", "\"201\":", "reply 200: this status"),
    ] {
        let sandbox = with_contract(changed(name, from, to)).await;
        history(&sandbox, &[]).await;
        let report = report(&sandbox).await;
        let first = report["violations"][0].as_str().unwrap_or_default();
        assert!(first.starts_with(told), "{name}: {report}");
    }
    // A refusal's reply is held against the contract as well.
    let from = "required: [code]";
    let sandbox = with_contract(changed("error", from, "required: [code, hint]")).await;
    history(&sandbox, &[("count", "0")]).await;
    let report = report(&sandbox).await;
    let told = "reply 400: at /error `required` of the schema does not hold";
    assert_eq!(report["violations"][0], told);
}

#[tokio::test]
async fn a_bad_contract_stops_the_start() {
    for (name, from, to, told) in [
        (
            "version",
            "openapi: 3.1.0",
            "openapi: 2.0",
            "openapi: has to be",
        ),
        (
            "pointer",
            "schemas/Date\" }\n        - name: output",
            "schemas/Day\" }\n        - name: output",
            "leads nowhere",
        ),
        ("yaml", "servers:", "servers: [", "contract"),
    ] {
        let contract = Some(changed(name, from, to));
        let options = Options {
            contract,
            ..Options::default()
        };
        let error = Sandbox::start(options).await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let sandbox = crate::common::start(1).await;
    assert_eq!(tool(&sandbox, "contract").await.status, 404);
}

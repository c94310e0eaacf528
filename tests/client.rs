//! The whole pipeline in Rust, without JavaScript: a native transport and the sandbox.
#![cfg(not(target_family = "wasm"))]

mod native;

use std::time::Duration;

use native::{contract, sandbox, transport};
use sandbox::{ErrorStatus, Filter, Options};
use voximplant_sms_history::{
    ErrorKind, SmsHistoryClient, SmsHistoryQuery,
    base_url::BaseUrl,
    page::Totals,
    query::{Direction, Output},
    token::{BearerToken, StaticToken},
};

type Client = SmsHistoryClient<transport::Reqwest, StaticToken>;

async fn client(sandbox: &sandbox::Sandbox) -> Client {
    with_token(sandbox, &sandbox.token(Duration::from_secs(60)).unwrap())
}

fn with_token(sandbox: &sandbox::Sandbox, token: &str) -> Client {
    let base_url = BaseUrl::new(&sandbox.url(), false).unwrap();
    SmsHistoryClient::new(
        base_url,
        transport::Reqwest::new(),
        StaticToken::new(BearerToken::new(token).unwrap()),
    )
}

#[tokio::test]
async fn pages_and_totals_match_the_dataset() {
    let sandbox = sandbox(Options {
        messages: 2_500,
        ..Options::default()
    })
    .await;
    let client = client(&sandbox).await;
    let mut totals = Totals::default();
    let mut ids = std::collections::HashSet::new();
    for offset in [0, 1000, 2000] {
        let page = client
            .get_sms_history(&SmsHistoryQuery::new().with_offset(offset))
            .await
            .unwrap();
        assert_eq!(page.total_count(), Some(2_500));
        ids.extend(page.iter().map(|message| message.message_id.unwrap()));
        totals = totals.checked_add(page.totals()).unwrap();
    }
    let expected = sandbox.dataset().totals(&Filter::default());
    assert_eq!(ids.len(), 2_500);
    assert_eq!(
        (totals.count, totals.fragments),
        (expected.count, expected.fragments)
    );
    assert_eq!(
        totals.cost,
        voximplant_sms_history::decimal::Decimal::parse(&expected.cost.to_string()).unwrap()
    );
    contract::holds(&sandbox);
}

#[tokio::test]
async fn direction_filters_pages_and_files() {
    let sandbox = sandbox(Options::default()).await;
    let client = client(&sandbox).await;
    let query = SmsHistoryQuery::new()
        .with_direction(Direction::In)
        .with_count(10);
    let page = client.get_sms_history(&query).await.unwrap();
    assert!(
        page.len() == 10
            && page
                .iter()
                .all(|message| message.direction
                    == Some(voximplant_sms_history::page::Direction::In))
    );
    let csv = client
        .download(&query.clone().with_output(Output::Csv))
        .await
        .unwrap();
    assert_eq!(csv.content_type(), "application/octet-stream");
    assert_eq!(
        std::str::from_utf8(csv.bytes())
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .split(',')
            .next(),
        Some("message_id")
    );
    let xls = client
        .download(&query.with_output(Output::Xls))
        .await
        .unwrap();
    let mut book: calamine::Xls<_> =
        calamine::Reader::new(std::io::Cursor::new(xls.into_bytes())).unwrap();
    assert_eq!(
        calamine::Reader::worksheet_range_at(&mut book, 0)
            .unwrap()
            .unwrap()
            .height(),
        11
    );
    contract::holds(&sandbox);
}

#[tokio::test]
async fn pages_reject_csv_and_files_reject_json() {
    let sandbox = sandbox(Options::default()).await;
    let client = client(&sandbox).await;
    let error = client
        .get_sms_history(&SmsHistoryQuery::new().with_output(Output::Csv))
        .await
        .unwrap_err();
    assert!(
        error.kind() == ErrorKind::InvalidQuery && error.message().contains("download"),
        "{error}"
    );
    let error = client.download(&SmsHistoryQuery::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
}

#[tokio::test]
async fn invalid_token_is_an_api_error_at_either_status() {
    for error_status in [ErrorStatus::Ok, ErrorStatus::Native] {
        let sandbox = sandbox(Options {
            error_status,
            ..Options::default()
        })
        .await;
        let error = with_token(&sandbox, "a.b.c")
            .get_sms_history(&SmsHistoryQuery::new())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Api, Some(447)),
            "{error}"
        );
        contract::holds(&sandbox);
    }
}

#[tokio::test]
async fn closed_port_is_a_network_error_without_personal_data() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base_url = BaseUrl::new(&format!("http://127.0.0.1:{port}/platform_api"), false).unwrap();
    let client = SmsHistoryClient::new(
        base_url,
        transport::Reqwest::new(),
        StaticToken::new(BearerToken::new("t").unwrap()),
    );
    let query = SmsHistoryQuery::new().with_source_number("15550100001");
    let error = client.get_sms_history(&query).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Network && error.is_retryable());
    assert!(!format!("{error} {error:?} {client:?}").contains("15550100001"));
}

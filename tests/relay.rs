//! A client behind a relay in Rust, without JavaScript: native transports and the sandbox.
#![cfg(all(not(target_family = "wasm"), feature = "sign"))]

mod native;

use std::time::Duration;

use native::{contract, sandbox, transport};
use sandbox::{Options, Sandbox};
use voximplant_sms_history::{
    ClientOptions, ErrorKind, HistoryOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryQuery,
    base_url::BaseUrl,
    client::retry::RetryPolicy,
    clock::SystemClock,
    http::{FORM, HttpRequest, HttpResponse, Transport},
    relay::{Relay, RelayAllow, RelayOptions, RelayRequest, RelayResponse},
    token::{BearerToken, NoToken, StaticToken},
};

type TestRelay = Relay<transport::Reqwest, StaticToken, SystemClock>;

/// The origin of the relay and its pages.
const ORIGIN: &str = "https://dashboard.example";

/// Reaches a relay without a network.
struct ThroughRelay(TestRelay);

fn page_request(url: &str) -> RelayRequest<'_> {
    RelayRequest {
        method: "POST",
        url,
        content_type: Some(FORM),
        origin: Some(ORIGIN),
        fetch_site: Some("same-origin"),
    }
}

impl Transport for ThroughRelay {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        assert!(request.bearer().is_none());
        let head = page_request(request.url());
        let response = match self.0.check(&head) {
            Ok(()) => self.0.forward(&head, request.body().unwrap(), None).await,
            Err(refusal) => refusal,
        };
        let header = |name| find(&response, name).map(str::to_owned);
        Ok(HttpResponse {
            status: response.status,
            content_type: header("Content-Type"),
            content_disposition: header("Content-Disposition"),
            retry_after: header("Retry-After"),
            date: header("Date"),
            body: response.body.clone().into(),
            ..HttpResponse::default()
        })
    }
}

fn find<'a>(response: &'a RelayResponse, name: &str) -> Option<&'a str> {
    let found = response.headers.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.as_str())
}

fn relay(sandbox: &Sandbox, options: RelayOptions) -> TestRelay {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let client = SmsHistoryClient::with_options(
        BaseUrl::new(&sandbox.url(), false).unwrap(),
        transport::Reqwest::new(),
        StaticToken::new(BearerToken::new(token).unwrap()),
        SystemClock,
        ClientOptions {
            retry: RetryPolicy::NONE,
            ..ClientOptions::default()
        },
    );
    Relay::new(client, options).unwrap()
}

fn client(relay: TestRelay) -> SmsHistoryClient<ThroughRelay, NoToken> {
    let address = BaseUrl::relay("https://dashboard.example/sms").unwrap();
    SmsHistoryClient::through_relay(
        address,
        ThroughRelay(relay),
        SystemClock,
        ClientOptions::default(),
    )
}

#[tokio::test]
async fn history_through_relay_is_complete() {
    let sandbox = sandbox(Options {
        messages: 3_210,
        faults: vec!["503:every=3".parse().unwrap()],
        ..Options::default()
    })
    .await;
    let client = client(relay(&sandbox, RelayOptions::default()));
    let mut history = client
        .history(&SmsHistoryQuery::new(), HistoryOptions::default())
        .unwrap();
    let mut rows = 0;
    while let Some(page) = history.next().await {
        rows += page.unwrap().len();
    }
    assert_eq!(rows, 3_210);
    contract::holds(&sandbox);
}

#[tokio::test]
async fn allow_restricts_and_its_debug_output_hides_numbers() {
    let sandbox = sandbox(Options::default()).await;
    let allow = RelayAllow::new().with_numbers(["+1 202 555 0101"]).unwrap();
    let options = RelayOptions {
        allow,
        ..RelayOptions::default()
    };
    assert!(!format!("{options:?}").contains("202"));
    let client = client(relay(&sandbox, options));
    let query = SmsHistoryQuery::new().with_source_number("12025550101");
    assert!(client.get_sms_history(&query).await.is_ok());
    let error = client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert_eq!(error.http_status(), Some(400));
}

/// The relay's response to a page when the sandbox injects a fault.
async fn response_to_fault(fault: &str) -> RelayResponse {
    let options = Options {
        faults: vec![fault.parse().unwrap()],
        ..Options::default()
    };
    let sandbox = sandbox(options).await;
    let url = format!("{ORIGIN}/sms/GetSmsHistory");
    relay(&sandbox, RelayOptions::default())
        .forward(&page_request(&url), "count=1", None)
        .await
}

#[tokio::test]
async fn errors_of_the_api_pass_without_its_words() {
    let response = response_to_fault("api-error:code=9999,body=token").await;
    assert_eq!(response.status, 200);
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["error"]["code"], 9999);
    assert!(!body["error"]["msg"].as_str().unwrap().contains("ey"));
    assert_eq!(find(&response, "Cache-Control"), Some("no-store"));
}

#[tokio::test]
async fn wrong_address_of_the_api_is_not_one_of_the_relay() {
    for status in ["404", "405"] {
        let response = response_to_fault(status).await;
        assert_eq!(response.status, 500, "{status}");
        let reason = response.failure.unwrap().to_string();
        assert!(reason.contains("/platform_api may be missing"), "{reason}");
    }
}

#[tokio::test]
async fn a_rejected_account_is_a_failure_for_the_log_of_the_relay() {
    for (code, is_logged) in [
        (100, true),
        (104, true),
        (454, true),
        (101, false),
        (340, false),
    ] {
        let body = format!(r#"{{"error":{{"code":{code},"msg":"x"}}}}"#);
        let failure = relayed(200, &body).await.failure;
        assert_eq!(
            failure.and_then(|error| error.code()),
            is_logged.then_some(code)
        );
    }
}

#[tokio::test]
async fn rate_limit_within_http_200_is_http_429_for_the_page() {
    let response = response_to_fault("api-error:code=340,status=200,retry-after=7").await;
    assert_eq!(response.status, 429);
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(body["error"]["code"], 340);
    assert_eq!(find(&response, "Retry-After"), Some("7"));
}

#[tokio::test]
async fn origin_refusal_is_an_http_error_that_names_the_option() {
    let sandbox = sandbox(Options::default()).await;
    // The relay is behind a proxy: its address is not the one that browsers see.
    let address = BaseUrl::relay("https://internal.example/sms").unwrap();
    let transport = ThroughRelay(relay(&sandbox, RelayOptions::default()));
    let options = ClientOptions::default();
    let client = SmsHistoryClient::through_relay(address, transport, SystemClock, options);
    let error = client
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Http);
    assert_eq!(error.http_status(), Some(403));
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("option origins"), "{error}");
}

#[test]
fn limits_are_checked() {
    assert!(RelayAllow::new().with_max_count(0).is_err());
    assert!(RelayAllow::new().with_max_count(1_001).is_err());
    assert!(RelayAllow::new().with_max_span_days(0).is_err());
    // Neither is the number that its digits make.
    for number in ["+1 202 555 0101 x7", "12025550101.0"] {
        let error = RelayAllow::new().with_numbers([number]).unwrap_err();
        assert!(!error.to_string().contains("202"), "{error}");
    }
}

/// Returns the same response of the API to every request.
struct FixedResponse(HttpResponse);

impl Transport for FixedResponse {
    async fn send(&self, _request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        Ok(self.0.clone())
    }
}

/// The relay's response to a page when the API responds like this.
async fn relayed(status: u16, body: &str) -> RelayResponse {
    let received = HttpResponse {
        status,
        content_type: Some("application/json".into()),
        body: body.as_bytes().to_vec().into(),
        ..HttpResponse::default()
    };
    let client = SmsHistoryClient::with_options(
        BaseUrl::default(),
        FixedResponse(received),
        StaticToken::new(BearerToken::new(TOKEN).unwrap()),
        SystemClock,
        ClientOptions {
            retry: RetryPolicy::NONE,
            ..ClientOptions::default()
        },
    );
    let url = format!("{ORIGIN}/sms/GetSmsHistory");
    let relay = Relay::new(client, RelayOptions::default()).unwrap();
    relay.forward(&page_request(&url), "count=1", None).await
}

const TOKEN: &str = "header.claims.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";

#[tokio::test]
async fn wait_in_the_message_of_an_error_is_a_header_for_the_page() {
    let body = r#"{"error":{"code":416,"msg":"Repeat after 30 seconds"}}"#;
    let response = relayed(200, body).await;
    assert_eq!(response.status, 429);
    assert_eq!(find(&response, "Retry-After"), Some("30"));
}

#[tokio::test]
async fn proxy_challenge_of_the_api_is_none_for_the_page() {
    for body in ["", r#"{"error":{"code":9999,"msg":"x"}}"#] {
        assert_eq!(relayed(407, body).await.status, 502);
    }
}

#[tokio::test]
async fn response_with_an_escaped_token_is_replaced() {
    let escaped: String = TOKEN.bytes().map(|byte| format!("\\u{byte:04X}")).collect();
    for token in [TOKEN, &escaped, &escaped.to_lowercase()] {
        let body = format!(r#"{{"result":[],"total_count":0,"note":{{"token":"{token}"}}}}"#);
        let response = relayed(200, &body).await;
        assert_eq!(response.status, 502, "{token}");
        assert!(!response.body.ends_with(body.as_bytes()));
    }
}

#[tokio::test]
async fn gateway_that_does_not_know_the_address_is_a_fault_of_the_relay() {
    let response = relayed(404, r#"{"error":{"code":404,"message":"not found"}}"#).await;
    assert_eq!(response.status, 500);
    let failure = response.failure.unwrap();
    assert!(failure.message().contains("check base_url"), "{failure}");
}

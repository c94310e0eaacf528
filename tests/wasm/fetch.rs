//! The transport over `fetch`, with functions of every kind in its place.

use std::time::Duration;

use futures_util::{
    FutureExt,
    future::{Either, select},
};
use js_sys::eval;
use voximplant_sms_history::{
    ClientOptions, ErrorKind, SmsHistoryClient, SmsHistoryError, SmsHistoryPage, SmsHistoryQuery,
    base_url::BaseUrl,
    client::retry::RetryPolicy,
    clock::{Clock, SystemClock},
    http::FetchTransport,
    token::{BearerToken, StaticToken},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::function;

fn client(
    transport: FetchTransport,
    base_url: &str,
) -> SmsHistoryClient<FetchTransport, StaticToken> {
    let token = StaticToken::new(BearerToken::new("head.body.signature").unwrap());
    let options = ClientOptions {
        retry: RetryPolicy::NONE,
        ..ClientOptions::default()
    };
    let base_url = BaseUrl::new(base_url, false).unwrap();
    SmsHistoryClient::with_options(base_url, transport, token, SystemClock, options)
}

/// Reads a page through a `fetch` with this body.
async fn read(fetch: &str) -> Result<SmsHistoryPage, SmsHistoryError> {
    let transport = FetchTransport::with_fetch(function("url, init", fetch));
    let query = SmsHistoryQuery::new().with_source_number("15550100001");
    client(transport, "https://example.test/api")
        .get_sms_history(&query)
        .await
}

#[wasm_bindgen_test]
async fn the_request_is_a_plain_post_with_the_token() {
    let page = read(
        "const seen = [url, init.method, init.redirect, init.headers.Authorization, Object.keys(init).sort().join(), this === undefined];
         const wanted = ['https://example.test/api/GetSmsHistory?source_number=15550100001', 'POST', 'manual',
           'Bearer head.body.signature', 'headers,method,redirect,signal', false];
         return Promise.resolve(new Response(JSON.stringify({ result: [], total_count: seen.join() === wanted.join() ? 1 : 0, seen })))",
    )
    .await
    .unwrap();
    assert_eq!(page.total_count(), Some(1));
}

#[wasm_bindgen_test]
async fn whatever_fetch_throws_becomes_a_network_error() {
    for body in [
        "throw new TypeError('url was ' + url)",
        "throw 'text'",
        "return Promise.reject(undefined)",
        "return Promise.reject('text')",
        "return Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }))",
        "return { status: 200, headers: new Headers(), arrayBuffer() { throw 'late' } }",
        "return new Response(new ReadableStream({ start(c) { c.error('late') } }))",
    ] {
        let error = read(body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{body}");
        assert!(error.is_retryable(), "{body}");
        assert!(
            !format!("{error} {error:?}").contains("15550100001"),
            "{body}: {error}"
        );
    }
    for (code, reason) in [
        ("ECONNREFUSED", "nothing listens there"),
        ("ENOTFOUND", "there is no address for this name"),
        ("EAI_AGAIN", "there is no address for this name"),
        (
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "this runtime rejects the TLS certificate",
        ),
    ] {
        let thrown =
            format!("Object.assign(new TypeError(url), {{ cause: {{ code: '{code}' }} }})");
        let error = read(&format!("return Promise.reject({thrown})"))
            .await
            .unwrap_err();
        let got = format!("no connection, because {reason} (TypeError, {code})");
        assert_eq!(
            error.message(),
            format!("fetch: expected a response from example.test, got {got}")
        );
    }
}

#[wasm_bindgen_test]
async fn a_fetch_that_gives_no_response_is_a_wrong_option() {
    for body in [
        "return 5",
        "",
        "return null",
        "return {}",
        "return Promise.resolve('text')",
        "return { status: 200, headers: {}, arrayBuffer() {} }",
        "return { status: 200, headers: new Map(), arrayBuffer: () => 7 }",
    ] {
        let error = read(body).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{body}");
        assert!(error.message().starts_with("fetch: expected"), "{error}");
    }
}

#[wasm_bindgen_test]
async fn headers_and_status_arrive() {
    let error = read("return new Response('', { status: 429, headers: { 'Retry-After': '7' } })")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.http_status()),
        (ErrorKind::RateLimited, Some(429))
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[wasm_bindgen_test]
async fn a_dropped_call_stops_its_request() {
    let never = "globalThis.seenSignal = init.signal; return new Promise(() => {})";
    let moment = || SystemClock.sleep(Duration::from_millis(20));
    let call = Box::pin(read(never));
    match select(call, Box::pin(moment())).await {
        Either::Left(_) => panic!("a reply came"),
        Either::Right(((), call)) => {
            assert_eq!(eval("seenSignal.aborted").unwrap(), JsValue::FALSE);
            drop(call);
        }
    }
    moment().await;
    assert_eq!(eval("seenSignal.aborted").unwrap(), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn a_call_that_is_dropped_at_once_sends_nothing() {
    let never = "globalThis.sent = true; return new Promise(() => {})";
    assert!(read(never).now_or_never().is_none());
    SystemClock.sleep(Duration::from_millis(20)).await;
    assert_eq!(eval("globalThis.sent").unwrap(), JsValue::UNDEFINED);
}

#[wasm_bindgen_test]
async fn a_finished_call_is_not_aborted() {
    let page = read("globalThis.kept = init.signal; return new Response('{\"result\":[]}')").await;
    assert_eq!(page.unwrap().len(), 0);
    assert_eq!(eval("kept.aborted").unwrap(), JsValue::FALSE);
}

#[wasm_bindgen_test]
async fn the_global_fetch_fails_where_nothing_listens() {
    // Port 9 ("discard") is refused by browsers and closed elsewhere.
    let error = client(FetchTransport::new(), "http://127.0.0.1:9/api")
        .get_sms_history(&SmsHistoryQuery::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error}");
}

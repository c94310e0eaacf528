//! Tokens from a JavaScript function.

use js_sys::eval;
use voximplant_sms_history::{
    ErrorKind,
    clock::SystemClock,
    token::{CachedTokenSource, CallbackToken, TokenSource},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::function;

#[wasm_bindgen_test]
async fn a_string_or_a_promise_of_one_is_a_token() {
    for body in [
        "return 'a.b.c'",
        "return Promise.resolve('a.b.c')",
        "return { then(done) { done('a.b.c') } }",
    ] {
        let token = CallbackToken::new(function("", body))
            .bearer(false)
            .await
            .unwrap();
        assert_eq!(token.expose(), "a.b.c", "{body}");
    }
}

#[wasm_bindgen_test]
async fn other_results_are_token_errors_that_quote_nothing() {
    for (body, says) in [
        (
            "throw new RangeError('secret')",
            "an exception (RangeError)",
        ),
        (
            "return Promise.reject('secret')",
            "a rejected promise (a string)",
        ),
        ("return 5", "number"),
        ("", "undefined"),
        ("return 'a.b.secret\\n'", "line break"),
        ("return '{\"token\":\"secret\"}'", "bracket"),
        ("return Promise.resolve(null)", "null"),
    ] {
        let error = CallbackToken::new(function("", body))
            .bearer(false)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Token, "{body}");
        assert!(error.message().contains(says), "{body}: {error}");
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{body}: {error:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn the_callback_is_called_once_in_a_token_lifetime_and_for_renewals() {
    // A JWT that expires after an hour. Its signature is the number of the call and `renew`.
    let body = "const exp = Math.floor(Date.now() / 1000) + 3600;
        globalThis.calls = (globalThis.calls ?? 0) + 1;
        const parts = [JSON.stringify({ alg: 'RS256' }), JSON.stringify({ exp }), 'n' + calls + options.renew];
        return parts.map((part) => btoa(part).replaceAll('=', '')).join('.')";
    let tokens = CachedTokenSource::new(CallbackToken::new(function("options", body)), SystemClock);
    let signature = async |renew| {
        let token = tokens.bearer(renew).await.unwrap();
        let signature = token.expose().rsplit('.').next().unwrap();
        eval(&format!("atob('{signature}')"))
            .unwrap()
            .as_string()
            .unwrap()
    };
    assert_eq!(signature(false).await, "n1false");
    assert_eq!(signature(false).await, "n1false");
    assert_eq!(signature(true).await, "n2true");
    assert_eq!(signature(false).await, "n2true");
}

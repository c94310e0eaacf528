//! Tokens from a JavaScript function.

use voximplant_sms_history::{
    ErrorKind,
    clock::SystemClock,
    token::{CachedTokenSource, CallbackToken, TokenSource},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::function;

#[wasm_bindgen_test]
async fn a_string_or_a_promise_of_one() {
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
async fn anything_else_is_a_token_error_that_quotes_nothing() {
    for (body, says) in [
        ("throw new RangeError('secret')", "threw"),
        ("return Promise.reject('secret')", "rejected"),
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
async fn the_callback_is_asked_once_a_token_life_and_told_of_renewals() {
    // A JWT that lives an hour; the third part counts the calls.
    let body = "const exp = Math.floor(Date.now() / 1000) + 3600;
        globalThis.calls = (globalThis.calls ?? 0) + 1;
        return ['e30', btoa(JSON.stringify({ exp })).replaceAll('=', ''), 'n' + calls + options.renew].join('.')";
    let tokens = CachedTokenSource::new(CallbackToken::new(function("options", body)), SystemClock);
    let last = async |renew| {
        tokens
            .bearer(renew)
            .await
            .unwrap()
            .expose()
            .rsplit('.')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(last(false).await, "n1false");
    assert_eq!(last(false).await, "n1false");
    assert_eq!(last(true).await, "n2true");
    assert_eq!(last(false).await, "n2true");
}

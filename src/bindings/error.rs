//! Errors as plain objects, of which the facade makes instances of `SmsHistoryError`.

use std::error::Error;

use wasm_bindgen::JsValue;

use crate::{SmsHistoryError, js_error::JsErrorSource, object::Parts};

/// The error's parts; `cause` is the very value that a lower layer threw.
pub(super) fn to_js(error: &SmsHistoryError) -> JsValue {
    let cause = error.source().and_then(|source| source.downcast_ref());
    Parts::new()
        .with("kind", error.kind().as_str())
        .with("message", error.message())
        .with("code", error.code().map(|code| code as f64))
        .with("httpStatus", error.http_status())
        .with("retryable", error.is_retryable())
        .with(
            "retryAfterMs",
            error.retry_after().map(|wait| wait.as_secs_f64() * 1000.0),
        )
        .with_some("cause", cause.map(|JsErrorSource(cause)| cause))
        .into()
}

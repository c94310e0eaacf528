//! Errors as plain objects, of which the facade makes instances of `SmsHistoryError`.

use std::error::Error;

use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::{SmsHistoryError, js_cause::JsCause};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parts<'a> {
    kind: &'static str,
    message: &'a str,
    code: Option<i64>,
    http_status: Option<u16>,
    retryable: bool,
    retry_after_ms: Option<f64>,
}

/// The error's parts; `cause` is the very value that a lower layer threw.
pub(super) fn to_js(error: &SmsHistoryError) -> JsValue {
    let parts = Parts {
        kind: error.kind().as_str(),
        message: error.message(),
        code: error.code(),
        http_status: error.http_status(),
        retryable: error.is_retryable(),
        retry_after_ms: error.retry_after().map(|wait| wait.as_secs_f64() * 1000.0),
    };
    let Ok(object) = serde_wasm_bindgen::to_value(&parts) else {
        return JsValue::from_str(error.message());
    };
    if let Some(JsCause(cause)) = error.source().and_then(|source| source.downcast_ref()) {
        // Setting a property of an object made here can't fail.
        let _ = Reflect::set(&object, &"cause".into(), cause);
    }
    object
}

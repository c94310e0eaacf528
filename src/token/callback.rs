//! Tokens from the caller's JavaScript function.

use std::{cell::Cell, fmt};

use js_sys::{Function, Promise, Reflect, Symbol};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::{BearerToken, TokenSource};
use crate::{
    abort_on_drop::AbortOnDrop,
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe, describe_thrown, get_property},
};

/// A token source that calls a JavaScript function for each token.
///
/// The function gets one object, `{ renew: boolean, clockSkewMs?: number, signal: AbortSignal }`, and returns a string or a
/// promise of one. `renew` is true if the API rejected the last token. `clockSkewMs` is server time minus local time. It is
/// set only if the rejected response had a `Date` header. `signal` aborts when nobody waits for the token any more.
///
/// To call the function once in a token's lifetime, wrap the source in [`CachedTokenSource`](super::CachedTokenSource).
pub struct CallbackToken {
    callback: Function,
    skew: Cell<Option<EpochMillis>>,
}

/// The argument of the function.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenRequest {
    renew: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_skew_ms: Option<EpochMillis>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    signal: AbortSignal,
}

impl CallbackToken {
    /// Creates a source that calls this function.
    pub fn new(callback: Function) -> Self {
        Self {
            callback,
            skew: Cell::new(None),
        }
    }
}

impl TokenSource for CallbackToken {
    /// # Errors
    /// [`ErrorKind::Token`] if the function throws, its promise rejects, or its result is not a bearer token. A thrown value
    /// becomes the error's source, and the error is retryable unless that value has `retryable: false`.
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        let exception = |thrown| callback_error("an exception", thrown);
        let mut abort = AbortOnDrop::new().map_err(exception)?;
        let request = TokenRequest {
            renew,
            clock_skew_ms: self.skew.get(),
            signal: abort.signal(),
        };
        let request =
            serde_wasm_bindgen::to_value(&request).map_err(|error| exception(error.into()))?;
        let returned = self.callback.call1(&JsValue::UNDEFINED, &request);
        let value = match returned {
            Ok(returned) if returned.is_object() || returned.is_function() => {
                // `resolve` accepts promises of other realms, objects with a `then`, and the callable promises of Workers' RPC.
                let settled = JsFuture::from(Promise::resolve(&returned)).await;
                settled.map_err(|thrown| callback_error("a rejected promise", thrown))
            }
            returned => returned.map_err(exception),
        };
        abort.completed = true;
        let value = value?;
        let token = value.as_string().ok_or_else(|| invalid(describe(&value)))?;
        BearerToken::new(token)
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skew.set(Some(skew).filter(|skew| *skew != 0));
    }
}

fn invalid(got: impl fmt::Display) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Token,
        format!("token callback: expected a string or a promise of one, got {got}"),
    )
}

const ERROR_MARK: &str = "voximplant-sms-history.SmsHistoryError";

fn callback_error(how: &str, thrown: JsValue) -> SmsHistoryError {
    let is_final = get_property(&thrown, "retryable") == JsValue::FALSE;
    // The mark of `SmsHistoryError` (pkg/lib/error.js), whose message quotes nothing.
    let is_own = Reflect::has(&thrown, &Symbol::for_(ERROR_MARK)).unwrap_or(false);
    let message = is_own.then(|| get_property(&thrown, "message").as_string());
    let reason = match message.flatten() {
        Some(message) => format!("({message})"),
        None => format!("({}); its reason is in `cause`", describe_thrown(&thrown)),
    };
    invalid(format_args!("{how} {reason}"))
        .with_retryable(!is_final)
        .with_source(JsErrorSource(thrown))
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackToken(..)")
    }
}

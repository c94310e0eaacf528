//! Tokens from a JavaScript function of the caller.

use std::{cell::Cell, fmt};

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::{BearerToken, TokenSource};
use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    js_error::{JsErrorSource, describe_thrown, type_name},
    object::Parts,
};

/// Asks a JavaScript function for each token.
///
/// The function is called with one object, `{ renew: boolean, clockSkewMs?: number }`, and gives a string or a promise of
/// one. `renew` is true when the last token was refused; `clockSkewMs` is by how much the server's clock is ahead, where
/// the refusal told it. Wrap it in [`CachedTokenSource`](super::CachedTokenSource) to call it once a token's life.
pub struct CallbackToken {
    callback: Function,
    skew: Cell<Option<EpochMillis>>,
}

impl CallbackToken {
    /// A source that calls this function.
    pub fn new(callback: Function) -> Self {
        Self {
            callback,
            skew: Cell::new(None),
        }
    }
}

impl TokenSource for CallbackToken {
    /// # Errors
    /// [`ErrorKind::Token`] when the function throws or its promise is rejected (the thrown value is the source), when
    /// what it gives is not a string, and when the string is not a bearer token.
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        let skew = self.skew.get().map(|skew| skew as f64);
        let options = Parts::new()
            .with("renew", renew)
            .with_some("clockSkewMs", skew)
            .into();
        let given = self
            .callback
            .call1(&JsValue::UNDEFINED, &options)
            .map_err(|thrown| failed("threw", thrown))?;
        let given = if given.is_object() {
            // `resolve` takes promises of every make: another realm's, or any object with a `then`.
            JsFuture::from(Promise::resolve(&given))
                .await
                .map_err(|thrown| failed("gave a promise that was rejected with", thrown))?
        } else {
            given
        };
        let token = given.as_string().ok_or_else(|| {
            let got = type_name(&given);
            SmsHistoryError::new(
                ErrorKind::Token,
                format!("the token callback gave a value of type {got}; a string or a promise of one was expected"),
            )
        })?;
        BearerToken::new(token)
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skew.set(Some(skew).filter(|skew| *skew != 0));
    }
}

fn failed(how: &str, thrown: JsValue) -> SmsHistoryError {
    let what = describe_thrown(&thrown);
    SmsHistoryError::new(
        ErrorKind::Token,
        format!("the token callback {how} a value of type {what}"),
    )
    .with_source(JsErrorSource(thrown))
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackToken(..)")
    }
}

//! The option `token`.

use wasm_bindgen::{JsCast, JsValue};

use crate::{
    clock::{EpochMillis, SystemClock},
    error::{ErrorKind, SmsHistoryError},
    js_error::describe,
    token::{BearerToken, CachedTokenSource, CallbackToken, StaticToken, TokenSource},
};

/// The token source of a JavaScript client.
pub(super) enum JsTokenSource {
    Static(StaticToken),
    Callback(CachedTokenSource<CallbackToken, SystemClock>),
}

impl JsTokenSource {
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a value of another type, [`ErrorKind::Token`] for a string that is no token.
    pub(super) fn from_js(token: JsValue) -> Result<Self, SmsHistoryError> {
        if let Some(token) = token.as_string() {
            return Ok(Self::Static(StaticToken::new(BearerToken::new(token)?)));
        }
        let callback = token.dyn_into().map_err(|token| {
            let got = match describe(&token) {
                got if token.is_undefined() => format!("{got}; set it, or the option relay"),
                got => got.into(),
            };
            SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                format!("token: expected a string, a function that returns one, or a ServiceAccount, got {got}"),
            )
        })?;
        Ok(Self::Callback(CachedTokenSource::new(
            CallbackToken::new(callback),
            SystemClock,
        )))
    }
}

impl TokenSource for JsTokenSource {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        match self {
            Self::Static(token) => token.bearer(renew).await,
            Self::Callback(token) => token.bearer(renew).await,
        }
    }

    fn can_renew(&self) -> bool {
        matches!(self, Self::Callback(_))
    }

    fn cached_token(&self) -> Option<BearerToken> {
        match self {
            Self::Static(_) => None,
            Self::Callback(token) => token.cached_token(),
        }
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        if let Self::Callback(token) = self {
            token.set_clock_skew(skew);
        }
    }
}

//! Cancellation: an `AbortSignal` ends a call by dropping its future.

use std::pin::{Pin, pin};

use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortSignal;

use super::{
    convert::{JsResult, to_js},
    options::Raw,
};
use crate::{abort_listener::AbortListener, js_error::get_property, task};

/// The option `signal`.
#[derive(Default, Deserialize)]
#[serde(try_from = "Raw")]
pub(super) struct Cancellation(Option<AbortSignal>);

impl TryFrom<Raw> for Cancellation {
    type Error = &'static str;

    /// Accepts any object with the interface of an `AbortSignal`, for example that of another realm.
    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        if value.is_object()
            && get_property(&value, "aborted").as_bool().is_some()
            && get_property(&value, "addEventListener").is_function()
        {
            Ok(Self(Some(value.unchecked_into())))
        } else {
            Err("an AbortSignal")
        }
    }
}

impl Cancellation {
    /// The same for a signal of `pkg/lib`.
    pub(super) fn from_signal(signal: AbortSignal) -> Self {
        Self(Some(signal))
    }

    /// Runs a call until the signal fires. Then it drops the call and fails with `{ aborted: true, reason }`, for which
    /// `pkg/lib` throws the signal's own reason.
    pub(super) async fn race(&self, call: Pin<&mut dyn Future<Output = JsResult>>) -> JsResult {
        let Some(signal) = &self.0 else {
            return call.await;
        };
        self.check()?;
        let listener = AbortListener::new(signal)?;
        match select(call, pin!(listener.fired())).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(abort_error(signal)),
        }
    }

    /// Fails as [`Self::race`] does if the signal has fired.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        match &self.0 {
            Some(signal) if get_property(signal, "aborted").is_truthy() => Err(abort_error(signal)),
            _ => Ok(()),
        }
    }

    /// Calls a function once, when the signal fires or when the listener is dropped.
    ///
    /// # Errors
    /// What the signal throws.
    pub(super) fn listen(
        &self,
        call: impl FnOnce() + 'static,
    ) -> Result<Option<AbortListener>, JsValue> {
        let Some(signal) = &self.0 else {
            return Ok(None);
        };
        let listener = AbortListener::new(signal)?;
        let fired = listener.fired();
        task::spawn(async move {
            fired.await;
            call();
        });
        Ok(Some(listener))
    }
}

fn abort_error(signal: &AbortSignal) -> JsValue {
    #[derive(Serialize)]
    struct Fields {
        aborted: bool,
        #[serde(with = "serde_wasm_bindgen::preserve")]
        reason: JsValue,
    }
    let fields = Fields {
        aborted: true,
        reason: get_property(signal, "reason"),
    };
    to_js(&fields).unwrap_or_else(|error| error)
}

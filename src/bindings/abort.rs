//! An `AbortSignal` ends a call by dropping its future.

use std::pin::{Pin, pin};

use futures_util::future::{Either, select};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortSignal;

use super::promise::Outcome;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    object::Parts,
};

/// The caller's signal, if there is one.
pub(super) struct Signal(Option<AbortSignal>);

impl Signal {
    /// Takes the option `signal`.
    pub(super) fn new(value: JsValue) -> Result<Self, SmsHistoryError> {
        if value.is_undefined() || value.is_null() {
            return Ok(Self(None));
        }
        if value.is_object()
            && part(&value, "aborted").as_bool().is_some()
            && part(&value, "addEventListener").is_function()
        {
            Ok(Self(Some(value.unchecked_into())))
        } else {
            Err(SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                "signal: expected an AbortSignal",
            ))
        }
    }

    /// Runs `work` until the signal fires; then drops it and fails with `{ aborted: true, reason }`, by which the facade
    /// knows that it must throw the signal's own reason, whatever that is.
    pub(super) async fn guard(&self, work: Pin<&mut dyn Future<Output = Outcome>>) -> Outcome {
        let Some(signal) = &self.0 else {
            return work.await;
        };
        self.check()?;
        let listener = Listener::new(signal)?;
        match select(work, pin!(JsFuture::from(listener.fired.clone()))).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(aborted(signal)),
        }
    }

    /// Fails as [`Self::guard`] does if the signal has fired.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        match &self.0 {
            Some(signal) if part(signal, "aborted").is_truthy() => Err(aborted(signal)),
            _ => Ok(()),
        }
    }

    /// Calls a function once when the signal fires, or when the listener is dropped.
    pub(super) fn listen(
        &self,
        call: impl FnOnce() + 'static,
    ) -> Result<Option<Listener>, JsValue> {
        let Some(signal) = &self.0 else {
            return Ok(None);
        };
        let listener = Listener::new(signal)?;
        let fired = JsFuture::from(listener.fired.clone());
        spawn_local(async move {
            // It never fails: nobody rejects it.
            let _ = fired.await;
            call();
        });
        Ok(Some(listener))
    }
}

fn aborted(signal: &AbortSignal) -> JsValue {
    Parts::new()
        .with("aborted", true)
        .with("reason", part(signal, "reason"))
        .into()
}

/// A property. What is like a signal, but none of the runtime's, may throw when it is read.
fn part(signal: &JsValue, name: &str) -> JsValue {
    Reflect::get(signal, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A promise that resolves when the signal fires, and the listener behind it.
pub(super) struct Listener {
    signal: AbortSignal,
    resolve: Function,
    fired: Promise,
}

impl Listener {
    fn new(signal: &AbortSignal) -> Result<Self, JsValue> {
        let mut resolver = None;
        let fired = Promise::new(&mut |resolve, _| resolver = Some(resolve));
        let resolve: Function = resolver.map(JsCast::unchecked_into).unwrap_or_default();
        signal.add_event_listener_with_callback("abort", &resolve)?;
        Ok(Self {
            signal: signal.clone(),
            resolve,
            fired,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A signal may outlive thousands of calls: it must not collect their listeners. A failure here leaves one behind
        // and changes nothing else.
        // The promise is settled, because what waits for a promise is freed only then.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
        let _ = self
            .signal
            .remove_event_listener_with_callback("abort", &self.resolve);
    }
}

//! A listener of an `AbortSignal`.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// A promise that resolves when the signal fires. Dropped, it removes its listener from the signal.
pub(crate) struct AbortListener {
    signal: AbortSignal,
    resolve: Function,
    fired: Promise,
}

impl AbortListener {
    /// # Errors
    /// What the signal throws.
    pub(crate) fn new(signal: &AbortSignal) -> Result<Self, JsValue> {
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

    /// Waits until the signal fires, or the listener is dropped.
    pub(crate) fn fired(&self) -> impl Future<Output = ()> + use<> {
        let fired = JsFuture::from(self.fired.clone());
        async {
            // Nothing rejects this promise.
            let _ = fired.await;
        }
    }
}

impl Drop for AbortListener {
    fn drop(&mut self) {
        // A pending promise would keep its `JsFuture` alive.
        let _ = self.resolve.call0(&JsValue::UNDEFINED);
        // A signal may outlive thousands of calls, so their listeners must not accumulate. A failure leaves one behind.
        let _ = self
            .signal
            .remove_event_listener_with_callback("abort", &self.resolve);
    }
}

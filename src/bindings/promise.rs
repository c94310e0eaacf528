//! Futures as promises.

use std::pin::Pin;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

/// What a call brings.
pub(super) type Outcome = Result<JsValue, JsValue>;

/// The future of a call. Boxed: else what awaits it would be compiled once for every call.
pub(super) type Work = Pin<Box<dyn Future<Output = Outcome>>>;

/// A promise of what a future brings.
pub(super) fn promise(work: impl Future<Output = Outcome> + 'static) -> Promise {
    let work: Work = Box::pin(work);
    future_to_promise(work)
}

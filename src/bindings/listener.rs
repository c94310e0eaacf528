//! A function of the caller that is told things. What it throws, or rejects with, is not the call's business.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Tells it something, in the middle of the work.
pub(super) fn tell(function: &Function, what: &JsValue) {
    let given = function.call1(&JsValue::UNDEFINED, what);
    // A promise, of whatever realm. Runtimes report, and Node ends at, a rejection that nobody looks at.
    if let Ok(given) = given
        && given.is_object()
    {
        let promise = Promise::resolve(&given);
        spawn_local(async move { drop(JsFuture::from(promise).await) });
    }
}

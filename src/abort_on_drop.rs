//! An `AbortController` that aborts when a call is dropped.

use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal};

use crate::js_error::get_property;

/// Aborts its signal when it is dropped before the work has completed. Aborts and timeouts of a call reach a caller's
/// function this way.
pub(crate) struct AbortOnDrop {
    controller: AbortController,
    pub(crate) completed: bool,
}

impl AbortOnDrop {
    /// # Errors
    /// What a runtime without `AbortController` throws.
    pub(crate) fn new() -> Result<Self, JsValue> {
        Ok(Self {
            controller: AbortController::new()?,
            completed: false,
        })
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if !self.completed {
            // Workers throw when a request aborts what another one started. There is nothing to do about it.
            let abort = get_property(&self.controller, "abort");
            let _ = abort.unchecked_into::<Function>().call0(&self.controller);
        }
    }
}

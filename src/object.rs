//! Plain JavaScript objects, property by property.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object that is being made.
pub(crate) struct Parts(Object);

impl Parts {
    pub(crate) fn new() -> Self {
        Self(Object::new())
    }

    /// With a property; `None` is `undefined`.
    pub(crate) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        self.set(name, &value.into());
        self
    }

    fn set(&self, name: &str, value: &JsValue) {
        // Setting a property of a plain object made here can't fail.
        let _ = Reflect::set(&self.0, &name.into(), value);
    }
}

impl From<Parts> for JsValue {
    fn from(parts: Parts) -> Self {
        parts.0.into()
    }
}

//! Plain JavaScript objects, property by property.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn array_is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn object_entries(object: &JsValue) -> Result<js_sys::Array, JsValue>;
}

/// Whether a value is an array. To ask a `Proxy` that was revoked throws, like whatever else one does with it.
pub(crate) fn is_array(value: &JsValue) -> bool {
    array_is_array(value).unwrap_or(false)
}

/// Names and values of an object's own properties.
///
/// # Errors
/// What a property throws when it is read.
pub(crate) fn entries(object: &JsValue) -> Result<js_sys::Array, JsValue> {
    object_entries(object)
}

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

    /// With a property, if there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<JsValue>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    #[cfg(feature = "sign")]
    pub(crate) fn into_object(self) -> Object {
        self.0
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

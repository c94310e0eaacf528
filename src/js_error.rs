//! A value thrown by JavaScript, kept as the source of an error and described without quoting it.

use std::fmt;

use js_sys::Reflect;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// What JavaScript threw or rejected with. Prints nothing of it: the value may quote a request and its token.
pub(crate) struct JsErrorSource(pub(crate) JsValue);

impl fmt::Debug for JsErrorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsErrorSource(..)")
    }
}

impl fmt::Display for JsErrorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value thrown by JavaScript")
    }
}

impl std::error::Error for JsErrorSource {}

/// The kind of a value for an error message: `null`, `array`, or what `typeof` says.
pub(crate) fn type_name(value: &JsValue) -> String {
    if value.is_null() {
        "null".into()
    } else if is_array(value) {
        "array".into()
    } else {
        value.js_typeof().as_string().unwrap_or_default()
    }
}

/// What was thrown, for an error message: the name of its class (`TypeError`), or else its [`type_name`].
///
/// The class is asked of the constructor and not of `name`, which a program may set to any text. `instanceof` would
/// miss errors of another realm (an iframe, Node's `vm`).
pub(crate) fn describe_thrown(thrown: &JsValue) -> String {
    let class = thrown
        .is_object()
        .then(|| Reflect::get(thrown, &"constructor".into()).ok())
        .flatten()
        .and_then(|constructor| Reflect::get(&constructor, &"name".into()).ok())
        .and_then(|name| name.as_string())
        .filter(|name| {
            (1..=40).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
    class.unwrap_or_else(|| type_name(thrown))
}

/// Reads a property; `undefined` when reading it throws.
pub(crate) fn get_property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Whether a value is an array; `false` for a revoked `Proxy`, of which `Array.isArray` throws.
pub(crate) fn is_array(value: &JsValue) -> bool {
    array_is_array(value).unwrap_or(false)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn array_is_array(value: &JsValue) -> Result<bool, JsValue>;
}

//! JavaScript values in errors: a thrown value as the source of an error, and descriptions that quote nothing.

use std::fmt;

use js_sys::{ArrayBuffer, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// The source of an error: a value that JavaScript threw. It is not printed, because it may quote a request and its token.
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

/// What [`describe`] returns for an object of no special kind.
pub(crate) const AN_OBJECT: &str = "an object";

/// Describes a value for an error message by its type, without quoting it.
pub(crate) fn describe(value: &JsValue) -> &'static str {
    if value.is_null() {
        return "null";
    }
    if is_array(value) {
        return "an array";
    }
    // Also one of another realm or library.
    if value
        .unchecked_ref::<MaybePromise>()
        .then()
        .is_ok_and(|then| then.is_function())
    {
        return "a Promise that was not awaited";
    }
    if ArrayBuffer::is_view(value) || value.has_type::<ArrayBuffer>() {
        return "bytes";
    }
    match value.js_typeof().as_string().as_deref() {
        Some("undefined") => "undefined",
        Some("boolean") => "a boolean",
        Some("number") => match value.as_f64().unwrap_or_default() {
            number if number.is_nan() => "NaN",
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            0.0 => "0",
            number if number < 0.0 => "a negative number",
            number if number.fract() != 0.0 => "a number with a fraction",
            _ => "a number",
        },
        Some("bigint") => "a bigint",
        Some("string") => "a string",
        Some("symbol") => "a symbol",
        Some("function") => "a function",
        _ => AN_OBJECT,
    }
}

/// Describes a thrown value for an error message: by the name of its class (`TypeError`), or else as [`describe`] does.
///
/// The class is that of the constructor, because a program may set `name` to any text. `instanceof` would miss errors of
/// another realm (an iframe, Node's `vm`).
pub(crate) fn describe_thrown(thrown: &JsValue) -> String {
    let class = get_property(&get_property(thrown, "constructor"), "name")
        .as_string()
        .filter(|name| {
            thrown.is_object()
                && (1..=40).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
    class.unwrap_or_else(|| describe(thrown).into())
}

/// Returns a property, or `undefined` if there is none or reading it throws.
pub(crate) fn get_property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Returns a property of `globalThis`. `js_sys::global()` prefers `self` and `window`, which tests in Node may set to an object of
/// jsdom.
pub(crate) fn get_global(name: &str) -> JsValue {
    GLOBAL_THIS.with(|global| get_property(global, name))
}

/// Whether a value is an array. A revoked `Proxy`, for which `Array.isArray` throws, is none.
pub(crate) fn is_array(value: &JsValue) -> bool {
    array_is_array(value).unwrap_or(false)
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL_THIS: JsValue;

    type MaybePromise;

    /// [`get_property`] would copy the name of the property for each value.
    #[wasm_bindgen(catch, method, structural, getter)]
    fn then(this: &MaybePromise) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn array_is_array(value: &JsValue) -> Result<bool, JsValue>;
}

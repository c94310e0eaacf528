//! A file as its copied bytes, name and type.

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

use crate::response::SmsHistoryFile;

/// The parts of which the facade builds an `SmsHistoryFile`.
pub(super) fn to_js(file: &SmsHistoryFile) -> Result<JsValue, JsValue> {
    let parts = Object::new();
    Reflect::set(&parts, &"name".into(), &file.name().into())?;
    Reflect::set(&parts, &"type".into(), &file.content_type().into())?;
    Reflect::set(&parts, &"bytes".into(), &Uint8Array::from(file.bytes()))?;
    Ok(parts.into())
}

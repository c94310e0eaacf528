//! A file as its name, type and copied bytes.

use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

use crate::{
    request::BodyReader,
    response::{SmsHistoryFile, announced_file},
};

/// The parts of which the facade builds an `SmsHistoryFile`.
pub(super) fn to_js(file: &SmsHistoryFile) -> Result<JsValue, JsValue> {
    let parts = Object::new();
    Reflect::set(&parts, &"name".into(), &file.name().into())?;
    Reflect::set(&parts, &"type".into(), &file.content_type().into())?;
    Reflect::set(&parts, &"bytes".into(), &Uint8Array::from(file.bytes()))?;
    Ok(parts.into())
}

/// Has the facade read the bodies that may be files.
pub(super) fn reader(read: Function) -> BodyReader {
    Rc::new(move |head, response| {
        let parts = to_js(&announced_file(head)?).ok()?;
        let body = read.call2(&JsValue::UNDEFINED, response, &parts).ok()?;
        Some(Promise::resolve(&body))
    })
}

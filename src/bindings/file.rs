//! A file as its name, type and copied bytes.

use std::rc::Rc;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsValue;

use crate::{
    http::BodyReader,
    object::Parts,
    response::{SmsHistoryFile, file_from_headers},
};

/// The parts of which the facade builds an `SmsHistoryFile`.
pub(super) fn to_js(file: &SmsHistoryFile) -> JsValue {
    Parts::new()
        .with("name", file.name())
        .with("type", file.content_type())
        .with("bytes", Uint8Array::from(file.bytes()))
        .into()
}

/// Has the facade read the bodies that may be files.
pub(super) fn reader(read: Function) -> BodyReader {
    Rc::new(move |head, response| {
        let parts = to_js(&file_from_headers(head)?);
        let body = read.call2(&JsValue::UNDEFINED, response, &parts).ok()?;
        Some(Promise::resolve(&body))
    })
}

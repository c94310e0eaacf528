//! The way from a reply's bytes to a page without HTTP around it, for benchmarks. No part of the package: only builds
//! with the feature `bench` have it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{client::thrown, page};
use crate::{
    http::{HttpResponse, copy_to_pooled_buffer},
    response::read_page,
};

/// What benchmarks and differential tests call.
#[wasm_bindgen(js_name = Bench)]
pub struct JsBench;

#[wasm_bindgen(js_class = Bench)]
impl JsBench {
    /// The parts of the page that a body holds, by what a call does once `fetch` has brought the body.
    ///
    /// # Errors
    /// The parts of a `format` or `api` error.
    #[wasm_bindgen(js_name = readPage)]
    pub fn read_page(body: &ArrayBuffer) -> Result<JsValue, JsValue> {
        let reply = HttpResponse {
            status: 200,
            body: copy_to_pooled_buffer(&Uint8Array::new(body)),
            ..HttpResponse::default()
        };
        let page = read_page(&reply).map_err(thrown)?;
        page::to_js(&page)
    }
}

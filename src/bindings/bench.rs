//! A function for benchmarks and differential tests, which the package does not contain.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;

use super::{
    convert::{JsResult, to_js_error},
    page,
};
use crate::{
    http::{HttpResponse, copy_to_pooled_buffer},
    response::read_page,
};

/// Reads pages without HTTP.
#[wasm_bindgen(js_name = Bench)]
pub struct JsBench;

#[wasm_bindgen(js_class = Bench)]
impl JsBench {
    /// Reads a page from a response body, as a call does once `fetch` has returned it. Returns the parts of the page.
    ///
    /// # Errors
    /// The fields of a `format` or `api` error.
    #[wasm_bindgen(js_name = readPage)]
    pub fn read_page(body: &ArrayBuffer) -> JsResult {
        let response = HttpResponse {
            status: 200,
            body: copy_to_pooled_buffer(&Uint8Array::new(body)),
            ..HttpResponse::default()
        };
        page::to_js(&read_page(&response).map_err(to_js_error)?)
    }
}

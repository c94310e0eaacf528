//! A page as the facade gets it: copied, so that it owns no WebAssembly memory and needs no `free()`.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::page::SmsHistoryPage;

#[wasm_bindgen]
extern "C" {
    /// The facade's: copies cells and UTF-8 of the texts, and gives the parts of which it makes an `SmsHistoryPage`.
    #[wasm_bindgen(js_name = copyPage)]
    fn copy_page(
        cells: &[u64],
        utf8: &[u8],
        total_count: Option<f64>,
        fragments: f64,
        cost: &str,
        cursor: Option<&str>,
    ) -> JsValue;
}

/// The parts of which the facade builds an `SmsHistoryPage`.
pub(super) fn to_js(page: &SmsHistoryPage) -> Result<JsValue, JsValue> {
    let columns = page.columns();
    let totals = page.totals();
    Ok(copy_page(
        &columns.utf16_cells(),
        columns.utf8(),
        page.total_count().map(|total| total as f64),
        totals.fragments as f64,
        &totals.cost.to_string(),
        page.cursor(),
    ))
}

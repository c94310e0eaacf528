//! Pages: the only values that do not cross by serde.
//!
//! A page crosses as cells and one string, from which `pkg/lib` makes rows on demand. These are times for 1,000 rows, as
//! multiples of the time of `JSON.parse` on the same engine. `serde-wasm-bindgen` row by row takes 5 to 10.
//!
//! | | Node 20 | newest V8 | Bun |
//! |---|---|---|---|
//! | a page | 0.11 to 0.21 | 0.25 to 0.33 | 0.5 |
//! | all typed rows | 0.35 to 0.55 | 0.67 | 0.9 to 1.1 |
//!
//! A page is copied, so it owns no WebAssembly memory and needs no `free()`.

use js_sys::Array;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::convert::JsResult;
use crate::{history::NewestMessages, page::SmsHistoryPage};

#[wasm_bindgen]
extern "C" {
    /// Copies the cells and the UTF-8 of the texts; returns the parts of an `SmsHistoryPage`. A function of `pkg/lib`.
    #[wasm_bindgen(js_name = copyPage)]
    fn copy_page(
        cells: &[u64],
        utf8: &[u8],
        exact_costs: &str,
        total_count: Option<f64>,
        fragments: f64,
        cost: &str,
        cursor: Option<&str>,
        is_last: bool,
    ) -> JsValue;
}

/// Copies a page into the parts from which `pkg/lib` creates an `SmsHistoryPage`.
pub(super) fn to_js(page: &SmsHistoryPage) -> JsResult {
    let columns = page.columns();
    let totals = page.totals();
    let costs = columns.long_costs();
    let costs: Vec<String> = costs.map(|(row, cost)| format!("{row} {cost}")).collect();
    Ok(copy_page(
        &columns.utf16_cells(),
        columns.utf8(),
        &costs.join(" "),
        page.total_count().map(|total| total as f64),
        totals.fragments as f64,
        &totals.cost.to_string(),
        page.cursor(),
        page.is_last(),
    ))
}

/// Copies the newest messages: the parts of their pages, and their indexes among the rows of all pages.
pub(super) fn newest_to_js(newest: &NewestMessages) -> JsResult {
    let pages = Array::new();
    for page in &newest.pages {
        pages.push(&to_js(page)?);
    }
    let indexes = Array::new();
    for &row in &newest.rows {
        indexes.push(&(row as u32).into());
    }
    Ok(Array::of2(&pages, &indexes).into())
}

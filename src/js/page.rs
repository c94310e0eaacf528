//! A page as copied typed arrays: it owns no wasm memory and needs no `free()`.

use js_sys::{Array, BigUint64Array, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::page::SmsHistoryPage;

#[wasm_bindgen]
extern "C" {
    /// The facade's: room for so many bytes that nobody else has, if there is some.
    #[wasm_bindgen(js_name = roomFor)]
    fn room_for(bytes: usize) -> Option<Uint8Array>;
}

/// The parts of which the facade builds an `SmsHistoryPage`: cells, UTF-8 of the texts, total count, fragments, cost, cursor.
pub(super) fn to_js(page: &SmsHistoryPage) -> Result<JsValue, JsValue> {
    let columns = page.columns();
    let totals = page.totals();
    let parts = Array::of5(
        &BigUint64Array::from(&*columns.utf16_cells()),
        &copied(columns.utf8()),
        &page
            .total_count()
            .map_or(JsValue::UNDEFINED, |total| JsValue::from(total as f64)),
        &JsValue::from(totals.fragments as f64),
        &JsValue::from(totals.cost.to_string()),
    );
    if let Some(cursor) = page.cursor() {
        parts.push(&JsValue::from(cursor));
    }
    Ok(parts.into())
}

fn copied(text: &[u8]) -> Uint8Array {
    match room_for(text.len()) {
        Some(room) => {
            room.copy_from(text);
            room
        }
        None => Uint8Array::from(text),
    }
}

//! A page as copied typed arrays: it owns no wasm memory and needs no `free()`.

use js_sys::{Array, BigUint64Array, Uint8Array};
use wasm_bindgen::JsValue;

use crate::{
    json::{Span, utf16_length},
    page::{Columns, SmsHistoryPage, TEXTS, WIDTH, pack, unpack},
};

/// The parts of which the facade builds an `SmsHistoryPage`: cells, UTF-8 of the texts, total count, fragments, cost, cursor.
pub(super) fn to_js(page: &SmsHistoryPage) -> Result<JsValue, JsValue> {
    let columns = page.columns();
    let totals = page.totals();
    let cells = if columns.arena().is_ascii() {
        BigUint64Array::from(columns.cells())
    } else {
        BigUint64Array::from(utf16_cells(columns).as_slice())
    };
    let parts = Array::of5(
        &cells,
        &Uint8Array::from(columns.arena().as_bytes()),
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

/// The cells, with texts' spans counted as JavaScript counts: in UTF-16 code units.
fn utf16_cells(columns: &Columns) -> Vec<u64> {
    let mut cells = columns.cells().to_vec();
    // Rows stand in the string one after another, their texts mostly in the order of the cells.
    let mut counter = Utf16Counter {
        text: columns.arena().as_bytes(),
        byte: 0,
        unit: 0,
    };
    for row in cells.as_chunks_mut::<WIDTH>().0 {
        for word in &mut row[TEXTS] {
            let span = unpack(*word);
            if span != Span::NONE {
                let start = counter.at(span.start);
                *word = pack(Span {
                    start,
                    end: counter.at(span.end),
                });
            }
        }
    }
    cells
}

/// Turns byte offsets into UTF-16 offsets, by counting on from the one before.
struct Utf16Counter<'a> {
    text: &'a [u8],
    byte: u32,
    unit: u32,
}

impl Utf16Counter<'_> {
    fn at(&mut self, byte: u32) -> u32 {
        let units = |from: u32, to: u32| utf16_length(self.text, from as usize, to as usize);
        if byte < self.byte {
            self.unit -= units(byte, self.byte);
        } else {
            self.unit += units(self.byte, byte);
        }
        self.byte = byte;
        self.unit
    }
}

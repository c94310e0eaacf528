//! A page as copied typed arrays and bytes: it owns no wasm memory and needs no `free()`.

use js_sys::{Float64Array, Object, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::JsValue;

use crate::page::{Columns, SmsHistoryPage, Span, TEXTS};

/// The parts of which the facade builds an `SmsHistoryPage`.
pub(super) fn to_js(page: &SmsHistoryPage) -> Result<JsValue, JsValue> {
    let columns = page.columns();
    let totals = page.totals();
    let parts = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&parts, &name.into(), &value).map(|_| ());
    set("length", JsValue::from(page.len() as f64))?;
    set(
        "totalCount",
        page.total_count()
            .map_or(JsValue::UNDEFINED, |total| JsValue::from(total as f64)),
    )?;
    set(
        "cursor",
        page.cursor().map_or(JsValue::UNDEFINED, JsValue::from),
    )?;
    set("numbers", Float64Array::from(columns.numbers()).into())?;
    set("flags", Uint8Array::from(columns.flags()).into())?;
    set(
        "spans",
        Uint32Array::from(utf16_spans(columns).as_slice()).into(),
    )?;
    set("text", Uint8Array::from(columns.arena().as_bytes()).into())?;
    set("fragments", JsValue::from(totals.fragments as f64))?;
    set("cost", JsValue::from(totals.cost.to_string()))?;
    Ok(parts.into())
}

/// The text cells' spans, counted as JavaScript counts: in UTF-16 code units.
fn utf16_spans(columns: &Columns) -> Vec<u32> {
    let arena = columns.arena();
    if arena.is_ascii() {
        return columns
            .texts()
            .iter()
            .flat_map(|span| [span.start, span.end])
            .collect();
    }
    let mut units = vec![u32::MAX; columns.texts().len() * 2];
    // Rows stand in the string one after another, the fields within a row in whatever order the reply has them.
    let mut counter = Utf16Counter {
        text: arena.as_bytes(),
        byte: 0,
        unit: 0,
    };
    for (row, spans) in columns.texts().chunks_exact(TEXTS).enumerate() {
        let mut order: [(Span, usize); TEXTS] = std::array::from_fn(|cell| (spans[cell], cell));
        // An empty text begins where the next one does, and comes before it.
        order.sort_unstable_by_key(|(span, _)| (span.start, span.end));
        for (span, cell) in order.into_iter().filter(|(span, _)| *span != Span::NONE) {
            let at = (row * TEXTS + cell) * 2;
            units[at] = counter.at(span.start);
            units[at + 1] = counter.at(span.end);
        }
    }
    units
}

/// Turns growing byte offsets into UTF-16 offsets.
struct Utf16Counter<'a> {
    text: &'a [u8],
    byte: u32,
    unit: u32,
}

impl Utf16Counter<'_> {
    fn at(&mut self, byte: u32) -> u32 {
        let passed = &self.text[self.byte as usize..byte as usize];
        // One unit for every byte that begins a character, and one more for those of four bytes.
        self.unit += passed
            .iter()
            .map(|&byte| u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0))
            .sum::<u32>();
        self.byte = byte;
        self.unit
    }
}

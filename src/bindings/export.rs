//! A whole history as the bytes of a file, a chunk a page.

use std::rc::Rc;

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use super::{history::JsHistory, options};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    export::{Column, ExportOptions, Exporter, Format},
    object,
};

/// The options of an export beside those of a history.
pub(super) const OPTIONS: [&str; 4] = ["format", "columns", "neutralizeFormulas", "byteOrderMark"];

/// The export behind the facade's stream.
#[wasm_bindgen(js_name = SmsHistoryExport)]
pub struct JsExport {
    history: JsHistory,
    exporter: Rc<Exporter>,
}

impl JsExport {
    pub(super) fn new(history: JsHistory, exporter: Exporter) -> Self {
        Self {
            history,
            exporter: Rc::new(exporter),
        }
    }
}

#[wasm_bindgen(js_class = SmsHistoryExport)]
impl JsExport {
    /// What comes before the first message.
    pub fn header(&self) -> Uint8Array {
        let mut bytes = Vec::new();
        self.exporter.header(&mut bytes);
        Uint8Array::from(bytes.as_slice())
    }

    /// The messages of the next page; resolves to their bytes, or to nothing at the end.
    pub fn next(&self) -> Promise {
        let exporter = Rc::clone(&self.exporter);
        self.history.next_with(move |page| {
            let mut bytes = Vec::new();
            for message in page.iter() {
                exporter.message(&message, &mut bytes);
            }
            Ok(Uint8Array::from(bytes.as_slice()).into())
        })
    }

    /// Ends the history and all its requests.
    pub fn end(&self) {
        self.history.end();
    }
}

/// What the options ask for.
pub(super) fn from_options(given: &[(String, JsValue)]) -> Result<Exporter, SmsHistoryError> {
    let mut export = ExportOptions::default();
    for (name, value) in given {
        match name.as_str() {
            "format" => {
                export.format = value
                    .as_string()
                    .as_deref()
                    .and_then(Format::from_name)
                    .ok_or_else(|| options::wrong_type(name, "\"csv\" or \"ndjson\"", value))?;
            }
            "columns" => export.columns = columns(value)?,
            "neutralizeFormulas" => export.neutralize_formulas = options::boolean(name, value)?,
            _ => export.byte_order_mark = options::boolean(name, value)?,
        }
    }
    Exporter::new(export)
}

fn columns(value: &JsValue) -> Result<Vec<Column>, SmsHistoryError> {
    if !object::is_array(value) {
        return Err(options::wrong_type(
            "columns",
            "an array of field names",
            value,
        ));
    }
    let column = |name: JsValue| name.as_string().as_deref().and_then(Column::from_name);
    value
        .unchecked_ref::<Array>()
        .iter()
        .map(column)
        .collect::<Option<_>>()
        .ok_or_else(|| {
            let known: Vec<&str> = Column::ALL.iter().map(|column| column.as_str()).collect();
            SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                format!(
                    "columns: there is no such column; known are {}",
                    known.join(", ")
                ),
            )
        })
}

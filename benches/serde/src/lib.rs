//! A benchmark baseline: parses a page into structs by `serde_json`, and returns its rows one by one by
//! `serde-wasm-bindgen`. It returns the same rows as the package, but validates less.
#![cfg(target_family = "wasm")]

use std::borrow::Cow;

use js_sys::{Array, ArrayBuffer, Date, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    result: Vec<Row<'a>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    message_id: Option<Number<'a>>,
    #[serde(borrow)]
    source_number: Option<Text<'a>>,
    destination_number: Option<Text<'a>>,
    direction: Option<Text<'a>>,
    fragments: Option<Number<'a>>,
    cost: Option<Number<'a>>,
    status_id: Option<Text<'a>>,
    error_message: Option<Text<'a>>,
    processed_date: Option<Text<'a>>,
    transaction_id: Option<Number<'a>>,
    text: Option<Text<'a>>,
}

/// A number, bare or in a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number<'a> {
    Number(f64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

impl Number<'_> {
    fn value(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// A text that may stand as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text<'a> {
    Number(u64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
}

impl<'a> Text<'a> {
    fn value(self) -> Cow<'a, str> {
        match self {
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) => text,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    message_id: Option<f64>,
    source_number: Option<Cow<'a, str>>,
    destination_number: Option<Cow<'a, str>>,
    direction: Option<&'static str>,
    raw_direction: Option<Cow<'a, str>>,
    fragments: Option<f64>,
    cost: Option<f64>,
    status: Option<&'static str>,
    status_id: Option<Cow<'a, str>>,
    error_message: Option<Cow<'a, str>>,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    processed_date: JsValue,
    transaction_id: Option<f64>,
    text: Option<Cow<'a, str>>,
}

impl<'a> From<Row<'a>> for Message<'a> {
    fn from(row: Row<'a>) -> Self {
        let text = |text: Option<Text<'a>>| text.map(Text::value);
        let number = |number: Option<Number<'a>>| number.and_then(Number::value);
        let direction = text(row.direction);
        let known = direction.as_deref().map(|value| match value {
            "in" | "IN" => "in",
            "out" | "OUT" => "out",
            _ => "unknown",
        });
        let status_id = text(row.status_id);
        Self {
            message_id: number(row.message_id),
            source_number: text(row.source_number),
            destination_number: text(row.destination_number),
            direction: known,
            raw_direction: direction.filter(|_| known == Some("unknown")),
            fragments: number(row.fragments),
            cost: number(row.cost),
            status: status_id.as_deref().map(|id| match id {
                "1" => "success",
                "2" => "error",
                "3" => "waiting",
                _ => "unknown",
            }),
            status_id,
            error_message: text(row.error_message),
            processed_date: text(row.processed_date)
                .and_then(|date| millis(date.as_bytes()))
                .map_or(JsValue::UNDEFINED, |millis| {
                    Date::new(&millis.into()).into()
                }),
            transaction_id: number(row.transaction_id),
            text: text(row.text),
        }
    }
}

/// The instant of a date `yyyy-MM-dd HH:mm:ss` in UTC, in milliseconds.
fn millis(date: &[u8]) -> Option<f64> {
    let date: &[u8; 19] = date.try_into().ok()?;
    let two = |at: usize| f64::from(date[at] - b'0') * 10.0 + f64::from(date[at + 1] - b'0');
    let (month, day) = (two(5), two(8));
    let year = two(0) * 100.0 + two(2) - f64::from(u8::from(month <= 2.0));
    let march_based = if month > 2.0 {
        month - 3.0
    } else {
        month + 9.0
    };
    let days = 365.0 * year + (year / 4.0).floor() - (year / 100.0).floor()
        + (year / 400.0).floor()
        + ((153.0 * march_based + 2.0) / 5.0).floor()
        + day
        - 719_469.0;
    Some(((days * 24.0 + two(11)) * 60.0 + two(14)) * 60_000.0 + two(17) * 1000.0)
}

/// Returns the rows of a response.
///
/// # Errors
/// The error of `serde_json`.
#[wasm_bindgen(js_name = readRows)]
pub fn read_rows(body: &ArrayBuffer) -> Result<Array, JsError> {
    let body = Uint8Array::new(body).to_vec();
    let page: Page<'_> = serde_json::from_slice(&body)?;
    let rows = page
        .result
        .into_iter()
        .map(|row| serde_wasm_bindgen::to_value(&Message::from(row)));
    Ok(rows.collect::<Result<Array, _>>()?)
}

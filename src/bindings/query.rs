//! Queries: a JavaScript object -> [`SmsHistoryQuery`].

use js_sys::{Date, Function, Number};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};

use super::options::{self, ArgumentSpec, Options, Raw};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_error::{describe, get_property},
    query::{SmsHistoryQuery, Value},
};

const QUERY: ArgumentSpec = ArgumentSpec {
    name: "query",
    noun: "parameter",
    prefix: "",
    kind: ErrorKind::InvalidQuery,
};

const EXTRA: ArgumentSpec = ArgumentSpec {
    name: "extra",
    noun: "parameter",
    prefix: "extra.",
    kind: ErrorKind::InvalidQuery,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    source_number: Option<Raw>,
    destination_number: Option<Raw>,
    direction: Option<Raw>,
    count: Option<Raw>,
    offset: Option<Raw>,
    from_date: Option<Raw>,
    to_date: Option<Raw>,
    output: Option<Raw>,
    extra: Option<Raw>,
}

/// # Errors
/// [`ErrorKind::InvalidQuery`], which names the field.
pub(super) fn from_js(query: &JsValue) -> Result<SmsHistoryQuery, SmsHistoryError> {
    let fields: Fields = options::from_js(query, &QUERY)?;
    let mut out = SmsHistoryQuery::default();
    for (name, value) in [
        ("sourceNumber", fields.source_number),
        ("destinationNumber", fields.destination_number),
        ("direction", fields.direction),
        ("count", fields.count),
        ("offset", fields.offset),
        ("fromDate", fields.from_date),
        ("toDate", fields.to_date),
        ("output", fields.output),
    ] {
        if let Some(Raw(value)) = value {
            out.set(name, to_value(&value))?;
        }
    }
    if let Some(Raw(extra)) = fields.extra {
        for (name, value) in Options::read(&extra, &EXTRA)?.into_fields() {
            out.set_extra(&name, &extra_text(&value)?)?;
        }
    }
    Ok(out)
}

fn to_value(value: &JsValue) -> Value {
    if let Some(text) = value.as_string() {
        return Value::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Value::Number(number);
    }
    let millis = if value.has_type::<Date>() {
        date_millis(value)
    } else {
        // Temporal.Instant, Temporal.ZonedDateTime, and libraries with the same property.
        get_property(value, "epochMilliseconds").as_f64()
    };
    millis.map_or_else(|| Value::Other(describe(value)), Value::Instant)
}

/// The time of a `Date`. `getTime` throws for objects that only inherit from it (`Object.create(Date.prototype)`, a `Proxy`).
fn date_millis(date: &JsValue) -> Option<f64> {
    let get_time: Function = get_property(date, "getTime").dyn_into().ok()?;
    get_time.call0(date).ok()?.as_f64()
}

fn extra_text(value: &JsValue) -> Result<String, SmsHistoryError> {
    if let Some(number) = value.as_f64() {
        return Ok(Number::from(number).to_js_string().into());
    }
    value.as_string().ok_or_else(|| {
        let got = describe(value);
        SmsHistoryError::new(
            ErrorKind::InvalidQuery,
            format!("extra: expected a string or a number for each name, got {got}"),
        )
    })
}

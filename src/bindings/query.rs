//! Queries: a JavaScript object -> [`SmsHistoryQuery`].

use js_sys::{Date, Function, Number};
use wasm_bindgen::{JsCast, JsValue};

use super::options::{ArgumentSpec, Options, QUERY_FIELDS};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_error::{AN_OBJECT, describe, get_property},
    query::{SmsHistoryQuery, Value},
};

const QUERY: ArgumentSpec = ArgumentSpec {
    name: "query",
    expected: AN_OBJECT,
    noun: "parameter",
    prefix: "",
    kind: ErrorKind::InvalidQuery,
};

const EXTRA: ArgumentSpec = ArgumentSpec {
    name: "extra",
    expected: "an object of names and values",
    noun: "parameter",
    prefix: "extra.",
    kind: ErrorKind::InvalidQuery,
};

/// # Errors
/// [`ErrorKind::InvalidQuery`], which names the field.
pub(super) fn from_js(query: &JsValue) -> Result<SmsHistoryQuery, SmsHistoryError> {
    let mut fields = Options::read(query, &QUERY)?;
    let values = QUERY_FIELDS.map(|name| fields.remove(name).map(|value| (name, value)));
    fields.finish()?;
    let mut out = SmsHistoryQuery::default();
    for (name, value) in values.into_iter().flatten() {
        if name != EXTRA.name {
            out.set(name, to_value(&value))?;
            continue;
        }
        for (name, value) in Options::read(&value, &EXTRA)?.into_fields() {
            out.set_extra(&name, &extra_text(&value)?)?;
        }
    }
    Ok(out)
}

pub(super) fn to_value(value: &JsValue) -> Value {
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

//! A query object -> [`SmsHistoryQuery`].

use js_sys::{Date, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::options;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    query::{SmsHistoryQuery, Value},
};

pub(super) fn from_js(query: &JsValue) -> Result<SmsHistoryQuery, SmsHistoryError> {
    let mut out = SmsHistoryQuery::default();
    let entries = options::entries(query, "query").map_err(as_query_error)?;
    for (name, value) in entries {
        if name == "extra" {
            for (name, value) in options::entries(&value, "extra").map_err(as_query_error)? {
                match value_of(&value) {
                    Value::Text(text) => out.set_extra(&name, &text)?,
                    Value::Number(number) => out.set_extra(
                        &name,
                        &String::from(js_sys::Number::from(number).to_js_string()),
                    )?,
                    _ => {
                        return Err(as_query_error(options::wrong_type(
                            "extra",
                            "strings or numbers as values",
                            &value,
                        )));
                    }
                }
            }
        } else {
            out.set(&name, value_of(&value))?;
        }
    }
    Ok(out)
}

fn value_of(value: &JsValue) -> Value {
    if let Some(text) = value.as_string() {
        return Value::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Value::Number(number);
    }
    if value.has_type::<Date>() {
        return time_of(value)
            .map_or_else(|| Value::Other(options::type_name(value)), Value::Instant);
    }
    // Temporal.Instant, Temporal.ZonedDateTime and whatever else knows its place in time.
    match Reflect::get(value, &"epochMilliseconds".into())
        .ok()
        .and_then(|millis| millis.as_f64())
    {
        Some(millis) => Value::Instant(millis),
        None => Value::Other(options::type_name(value)),
    }
}

/// A date's milliseconds. What is made in a date's likeness (`Object.create(Date.prototype)`, a `Proxy`) has none, and
/// throws.
fn time_of(date: &JsValue) -> Option<f64> {
    let get_time: Function = Reflect::get(date, &"getTime".into())
        .ok()?
        .dyn_into()
        .ok()?;
    get_time.call0(date).ok()?.as_f64()
}

fn as_query_error(error: SmsHistoryError) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidQuery, error.message().to_owned())
}

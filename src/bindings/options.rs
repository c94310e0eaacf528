//! Plain JavaScript objects as options: every name is known, or refused with the nearest one that is.

use std::time::Duration;

use js_sys::{Array, ArrayBuffer, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_error::JsErrorSource,
    object, suggest,
};

pub(super) use crate::limits::MAX_SAFE_INTEGER as MAX_SAFE;

/// The entries of an options object that have a value; `undefined` and `null` count as left out.
pub(super) fn entries(
    options: &JsValue,
    what: &str,
) -> Result<Vec<(String, JsValue)>, SmsHistoryError> {
    if options.is_undefined() || options.is_null() {
        return Ok(Vec::new());
    }
    let got = type_name(options);
    if got != AN_OBJECT {
        return Err(invalid(format!("{what}: expected an object, got {got}")));
    }
    let entries = object::entries(options).map_err(|thrown| {
        invalid(format!("{what}: reading it threw")).with_source(JsErrorSource(thrown))
    })?;
    Ok(entries
        .iter()
        .map(|entry| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
        })
        .filter(|(_, value)| !value.is_undefined() && !value.is_null())
        .collect())
}

/// The error for an option that does not exist.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> SmsHistoryError {
    invalid(suggest::unknown(what, "option", name, known))
}

/// An option that should be of another type.
pub(super) fn wrong_type(name: &str, expected: &str, value: &JsValue) -> SmsHistoryError {
    invalid(format!(
        "{name}: expected {expected}, got {}",
        type_name(value)
    ))
}

pub(super) fn string(name: &str, value: &JsValue) -> Result<String, SmsHistoryError> {
    value
        .as_string()
        .ok_or_else(|| wrong_type(name, "a string", value))
}

pub(super) fn boolean(name: &str, value: &JsValue) -> Result<bool, SmsHistoryError> {
    value
        .as_bool()
        .ok_or_else(|| wrong_type(name, "true or false", value))
}

pub(super) fn function(name: &str, value: JsValue) -> Result<Function, SmsHistoryError> {
    value
        .dyn_into()
        .map_err(|value| wrong_type(name, "a function", &value))
}

/// A whole number within limits.
pub(super) fn whole_number(
    name: &str,
    value: &JsValue,
    least: u64,
    most: u64,
) -> Result<u64, SmsHistoryError> {
    let expected = || {
        if most == MAX_SAFE {
            format!("a whole number of at least {least} and below 2^53")
        } else {
            format!("a whole number from {least} to {most}")
        }
    };
    match value.as_f64() {
        // Both limits are exact as f64: they are at most 2^53 - 1.
        Some(number) if number.fract() == 0.0 && (least as f64..=most as f64).contains(&number) => {
            Ok(number as u64)
        }
        Some(_) => Err(invalid(format!("{name}: expected {}", expected()))),
        None => Err(wrong_type(name, &expected(), value)),
    }
}

/// A time in milliseconds; `None` for `false`, which switches it off.
pub(super) fn time(name: &str, value: &JsValue) -> Result<Option<Duration>, SmsHistoryError> {
    // What a timer of the runtime can wait for.
    const MOST: f64 = i32::MAX as f64;
    if value == &JsValue::FALSE {
        return Ok(None);
    }
    match value.as_f64() {
        Some(millis) if (1.0..=MOST).contains(&millis) => {
            Ok(Some(Duration::from_millis(millis as u64)))
        }
        Some(_) => Err(invalid(format!(
            "{name}: expected milliseconds from 1 to 2147483647, or false for no limit"
        ))),
        None => Err(wrong_type(
            name,
            "milliseconds, or false for no limit",
            value,
        )),
    }
}

/// What [`type_name`] says of objects that may hold options.
pub(super) const AN_OBJECT: &str = "an object";

/// What a value is, in words that quote nothing of it.
pub(super) fn type_name(value: &JsValue) -> &'static str {
    if value.is_null() {
        return "null";
    }
    if object::is_array(value) {
        return "an array";
    }
    if value.has_type::<Promise>() {
        return "a Promise that was not awaited";
    }
    if ArrayBuffer::is_view(value) || value.has_type::<ArrayBuffer>() {
        return "bytes";
    }
    match value.js_typeof().as_string().as_deref() {
        Some("undefined") => "undefined",
        Some("boolean") => "a boolean",
        Some("number") => "a number",
        Some("bigint") => "a bigint",
        Some("string") => "a string",
        Some("symbol") => "a symbol",
        Some("function") => "a function",
        _ => AN_OBJECT,
    }
}

fn invalid(message: String) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidOptions, message)
}

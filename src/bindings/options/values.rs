//! The types of options that have rules of their own.

use std::time::Duration;

use js_sys::Function;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use crate::limits::MAX_SAFE_INTEGER;

/// A value as it is. Types with rules of their own are made of it.
#[derive(Deserialize, Serialize)]
pub(crate) struct Raw(#[serde(with = "serde_wasm_bindgen::preserve")] pub(crate) JsValue);

/// A function of the caller.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(crate) struct Callback(pub(crate) Function);

impl TryFrom<Raw> for Callback {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        value.dyn_into().map(Self).map_err(|_| "a function")
    }
}

/// A number.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(crate) struct Number(pub(crate) f64);

impl TryFrom<Raw> for Number {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        value.as_f64().map(Self).ok_or("a number")
    }
}

/// An integer within limits.
#[derive(Deserialize, Serialize)]
#[serde(try_from = "Raw")]
pub(crate) struct Integer<const MIN: u64, const MAX: u64>(pub(crate) u64);

impl<const MIN: u64, const MAX: u64> TryFrom<Raw> for Integer<MIN, MAX> {
    type Error = String;

    fn try_from(Raw(value): Raw) -> Result<Self, String> {
        // Both limits are exact as f64: they are at most 2^53 - 1.
        let in_range = |n: &f64| n.fract() == 0.0 && (MIN as f64..=MAX as f64).contains(n);
        match value.as_f64().filter(in_range) {
            Some(number) => Ok(Self(number as u64)),
            None if MAX == MAX_SAFE_INTEGER => Err(format!("an integer from {MIN} to 2^53-1")),
            None => Err(format!("an integer from {MIN} to {MAX}")),
        }
    }
}

/// A time limit in milliseconds; `false` for none.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(crate) struct TimeLimit(pub(crate) Option<Duration>);

impl TryFrom<Raw> for TimeLimit {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        // The runtimes' timers take no more.
        let in_range = |millis: &f64| (1.0..=f64::from(i32::MAX)).contains(millis);
        match (value.as_bool(), value.as_f64().filter(in_range)) {
            (Some(false), _) => Ok(Self(None)),
            (_, Some(millis)) => Ok(Self(Some(Duration::from_millis(millis as u64)))),
            _ => Err("milliseconds from 1 to 2147483647, or false for no limit"),
        }
    }
}

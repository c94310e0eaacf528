//! The rate limiter's class.

use serde::Deserialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{
    client::JsClient,
    convert::to_js_error,
    options::{self, ArgumentSpec, Integer, Number},
};
use crate::{
    client::rate_limiter::RateLimiter,
    error::{ErrorKind, SmsHistoryError},
};

const LIMITER: ArgumentSpec = ArgumentSpec {
    name: "limiter",
    expected: "a RateLimiter or an object such as { requestsPerSecond: 5 }",
    noun: "option",
    prefix: "",
    kind: ErrorKind::InvalidOptions,
};

/// The limiter behind the class `RateLimiter` of `pkg/lib`.
#[wasm_bindgen(js_name = RateLimiter)]
pub struct JsLimiter(RateLimiter);

#[wasm_bindgen(js_class = RateLimiter)]
impl JsLimiter {
    /// Creates a limiter from the options `requestsPerSecond` and `maxInFlight`.
    ///
    /// # Errors
    /// The fields of an `invalid_options` error.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<JsLimiter, JsValue> {
        limiter(&options).map(Self).map_err(to_js_error)
    }

    /// Creates a client that uses this limiter.
    ///
    /// # Errors
    /// As the client's constructor.
    pub fn client(&self, options: JsValue) -> Result<JsClient, JsValue> {
        JsClient::with_limiter(&options, self.0.clone()).map_err(to_js_error)
    }
}

fn limiter(options: &JsValue) -> Result<RateLimiter, SmsHistoryError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        requests_per_second: Option<Number>,
        max_in_flight: Option<Integer<1, 1000>>,
    }
    let fields: Fields = options::from_js(options, &LIMITER)?;
    // A copy of a limiter has no fields.
    if fields.requests_per_second.is_none() && fields.max_in_flight.is_none() {
        return Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            "limiter: expected requestsPerSecond or maxInFlight, got neither; pass a RateLimiter itself, not a copy",
        ));
    }
    RateLimiter::new(
        fields.requests_per_second.map(|Number(rate)| rate),
        fields.max_in_flight.map(|Integer(most)| most as usize),
    )
}

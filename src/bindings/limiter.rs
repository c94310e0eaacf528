//! The rate limiter as JavaScript has it.

use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::{client::JsClient, client_options, error, options};
use crate::{SmsHistoryError, client::rate_limiter::RateLimiter};

/// The limiter behind the facade's class of the same name.
#[wasm_bindgen(js_name = RateLimiter)]
pub struct JsLimiter(RateLimiter);

#[wasm_bindgen(js_class = RateLimiter)]
impl JsLimiter {
    /// A limiter with the options `requestsPerSecond` and `maxInFlight`.
    ///
    /// # Errors
    /// The parts of an `invalid_options` error.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<JsLimiter, JsValue> {
        limiter(&options)
            .map(Self)
            .map_err(|error| error::to_js(&error))
    }

    /// A client whose requests this limiter lets through.
    ///
    /// # Errors
    /// As the client's constructor.
    pub fn client(&self, options: JsValue) -> Result<JsClient, JsValue> {
        client_options::client(&options, self.0.clone()).map_err(|error| error::to_js(&error))
    }
}

fn limiter(given: &JsValue) -> Result<RateLimiter, SmsHistoryError> {
    const KNOWN: [&str; 2] = ["requestsPerSecond", "maxInFlight"];
    let (mut rate, mut most) = (None, None);
    for (name, value) in options::entries(given, "limiter")? {
        match name.as_str() {
            "requestsPerSecond" => {
                rate = Some(
                    value
                        .as_f64()
                        .ok_or_else(|| options::wrong_type(&name, "a number", &value))?,
                );
            }
            "maxInFlight" => most = Some(options::whole_number(&name, &value, 1, 1000)? as usize),
            other => return Err(options::unknown("limiter", other, &KNOWN)),
        }
    }
    RateLimiter::new(rate, most)
}

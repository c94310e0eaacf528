//! Time zones of the runtime's `Intl`, because a time zone database would be larger than the rest of the package.

use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::convert::to_js;
use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    summary::TimeZone,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    /// The constructor in `js_sys` does not catch the `RangeError` for an unknown zone.
    #[wasm_bindgen(catch, constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(catch, method)]
    fn format(this: &DateTimeFormat, millis: f64) -> Result<String, JsValue>;
}

/// A zone of the IANA time zone database.
pub(super) struct IntlTimeZone(DateTimeFormat);

impl IntlTimeZone {
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] when the runtime does not know the zone.
    pub(super) fn new(name: &str) -> Result<Self, SmsHistoryError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct FormatOptions<'a> {
            time_zone: &'a str,
            time_zone_name: &'static str,
        }
        let options = to_js(&FormatOptions {
            time_zone: name,
            time_zone_name: "longOffset",
        });
        options
            .and_then(|options| DateTimeFormat::new("en-US", &options))
            .ok()
            .map(Self)
            .filter(|zone| zone.offset(0).is_some())
            .ok_or_else(|| {
                SmsHistoryError::new(
                    ErrorKind::InvalidOptions,
                    "timeZone: expected a time zone of this runtime, such as \"Europe/Berlin\" or \"UTC\", got an unknown name",
                )
            })
    }

    /// Parses the offset at the end of a text such as `3/8/2026, GMT-05:00`.
    fn offset(&self, at: EpochMillis) -> Option<i32> {
        let text = self.0.format(at as f64).ok()?;
        // The date before the offset contains no letter.
        let (_, offset) = text.rsplit_once('T')?;
        let mut digits = offset.chars();
        let sign = digits.next();
        let mut parts = digits.as_str().split(':');
        let mut seconds = 0;
        for unit in [3600, 60, 1] {
            if let Some(part) = parts.next().filter(|part| !part.is_empty()) {
                seconds += part.parse::<i32>().ok()? * unit;
            }
        }
        // Some engines write U+2212 instead of the hyphen.
        Some(if matches!(sign, Some('+') | None) {
            seconds
        } else {
            -seconds
        })
    }
}

impl TimeZone for IntlTimeZone {
    fn offset_seconds(&self, at: EpochMillis) -> i32 {
        self.offset(at).unwrap_or(0)
    }
}

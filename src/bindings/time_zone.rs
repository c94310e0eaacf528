//! Time zones by name, as the runtime's `Intl` knows them: a table of our own would be larger than all the rest.

use js_sys::{Array, Date, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    object::Parts,
    summary::TimeZone,
};

/// A zone of the IANA tz database.
pub(super) struct IntlZone {
    format: Function,
}

impl IntlZone {
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] when the runtime has no zone of this name.
    pub(super) fn new(name: &str) -> Result<Self, SmsHistoryError> {
        Self::build(name).ok_or_else(|| {
            SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                "timeZone: this runtime has no such zone; expected a name such as \"Europe/Berlin\", or \"UTC\"",
            )
        })
    }

    fn build(name: &str) -> Option<Self> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class: Function = Reflect::get(&intl, &"DateTimeFormat".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let options = Parts::new()
            .with("timeZone", name)
            .with("timeZoneName", "longOffset")
            .into();
        let formatter = Reflect::construct(&class, &Array::of2(&"en-US".into(), &options)).ok()?;
        // A getter that gives a function bound to its formatter.
        let format = Reflect::get(&formatter, &"format".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let zone = Self { format };
        zone.offset(0).map(|_| zone)
    }

    /// The offset in a text such as `3/8/2026, GMT-05:00`.
    fn offset(&self, at: EpochMillis) -> Option<i32> {
        let date = Date::new(&JsValue::from(at as f64));
        let text = self
            .format
            .call1(&JsValue::UNDEFINED, &date)
            .ok()?
            .as_string()?;
        // The date before it has no letters.
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
        // Some engines write a minus sign of its own kind.
        Some(if matches!(sign, Some('+') | None) {
            seconds
        } else {
            -seconds
        })
    }
}

impl TimeZone for IntlZone {
    fn offset_seconds(&self, at: EpochMillis) -> i32 {
        self.offset(at).unwrap_or(0)
    }
}

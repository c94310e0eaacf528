//! The query: the API's eight parameters, their limits, and extra parameters that are passed through.
//!
//! Rust callers use the typed `with_` methods, dynamically typed callers [`SmsHistoryQuery::set`]. Both are validated by
//! [`SmsHistoryQuery::to_pairs`], so that nothing unchecked gets into a request.

mod parameter;
mod phone_number;
mod value;

use std::{borrow::Cow, fmt};

use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    limits, suggest,
};
use parameter::{Parameter, Style};

pub use parameter::{Direction, Output};
pub(crate) use phone_number::normalize_number;
pub use value::Value;
#[cfg(all(target_family = "wasm", feature = "sign", feature = "js"))]
pub(crate) use value::instant;

/// Whether a text is the name of a parameter, in any case and style.
pub(crate) fn is_parameter_name(name: &str) -> bool {
    Parameter::in_any_style(name).is_some()
}

/// The largest number of rows in a response.
pub const MAX_COUNT: u32 = limits::MAX_COUNT;
/// The largest offset: 2^53 - 1, the largest integer that JavaScript represents exactly.
pub const MAX_OFFSET: u64 = limits::MAX_SAFE_INTEGER;
/// The names of UTC that an extra parameter `timezone` may have in a history.
const UTC_NAMES: [&str; 4] = ["UTC", "Etc/UTC", "GMT", "Etc/GMT"];

/// Selects messages. All parameters are optional. The API's defaults apply to those that are not set.
///
/// `Debug` shows neither phone numbers nor extra values, only their lengths.
///
/// ```
/// use voximplant_sms_history::{SmsHistoryQuery, query::Direction};
///
/// let query = SmsHistoryQuery::new().with_direction(Direction::Out).with_from_date(1_767_225_600_000).with_count(50);
/// let pairs = query.to_pairs()?;
/// assert_eq!(pairs[2], ("from_date".into(), "2026-01-01 00:00:00".into()));
/// # Ok::<_, voximplant_sms_history::SmsHistoryError>(())
/// ```
#[derive(Clone, Default)]
pub struct SmsHistoryQuery {
    source_number: Option<String>,
    destination_number: Option<String>,
    direction: Option<Direction>,
    count: Option<u32>,
    offset: Option<u64>,
    from_date: Option<EpochMillis>,
    to_date: Option<EpochMillis>,
    output: Option<Output>,
    extra: Vec<(String, String)>,
    style: Style,
}

impl SmsHistoryQuery {
    /// Creates a query for all messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Selects messages from a phone number, with or without `+` and separators, or from an alphanumeric sender.
    ///
    /// A number has 3 to 15 digits and does not begin with `00`. A sender has at most 11 characters, and at most 6 digits.
    #[must_use]
    pub fn with_source_number(mut self, number: impl Into<String>) -> Self {
        self.source_number = Some(number.into());
        self
    }

    /// Selects messages to a phone number or alphanumeric name, in the forms of [`Self::with_source_number`].
    #[must_use]
    pub fn with_destination_number(mut self, number: impl Into<String>) -> Self {
        self.destination_number = Some(number.into());
        self
    }

    /// Selects received or sent messages. Default: both.
    #[must_use]
    pub fn with_direction(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// Sets the largest number of rows in the response, 1 to [`MAX_COUNT`]. The API's default is 1000.
    #[must_use]
    pub fn with_count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the number of rows to skip, at most [`MAX_OFFSET`]. The API's default is 0.
    #[must_use]
    pub fn with_offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Selects messages processed at or after a time. It is rounded down to a second, the API's resolution.
    #[must_use]
    pub fn with_from_date(mut self, at: EpochMillis) -> Self {
        self.from_date = Some(at);
        self
    }

    /// Selects messages processed at or before a time. It is rounded down to a second, the API's resolution.
    #[must_use]
    pub fn with_to_date(mut self, at: EpochMillis) -> Self {
        self.to_date = Some(at);
        self
    }

    /// Sets the format of the response. Default: JSON.
    #[must_use]
    pub fn with_output(mut self, output: Output) -> Self {
        self.output = Some(output);
        self
    }

    /// The direction, if set.
    pub(crate) fn direction(&self) -> Option<Direction> {
        self.direction
    }

    /// The sender, if set, as it was given.
    pub fn source_number(&self) -> Option<&str> {
        self.source_number.as_deref()
    }

    /// The recipient, if set, as it was given.
    pub fn destination_number(&self) -> Option<&str> {
        self.destination_number.as_deref()
    }

    /// The largest number of rows in the response, if set.
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// The number of rows to skip, if set.
    pub fn offset(&self) -> Option<u64> {
        self.offset
    }

    /// The beginning of the time range, if set.
    pub fn from_date(&self) -> Option<EpochMillis> {
        self.from_date
    }

    /// The end of the time range, if set.
    pub fn to_date(&self) -> Option<EpochMillis> {
        self.to_date
    }

    /// The format of the response.
    pub fn output(&self) -> Output {
        self.output.unwrap_or_default()
    }

    /// Sets a parameter by its camelCase name, from a value whose type is known at run time only.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] for an unknown name, for a value of the wrong type and for one outside its limits. The
    /// query is then unchanged.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), SmsHistoryError> {
        self.set_in_style(name, value, Style::Camel)
    }

    /// Reads a form with the API's names (`from_date=2026-01-01%2000:00:00&count=50`).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] as [`Self::set`], and for a name that occurs twice.
    #[cfg(feature = "sign")]
    pub(crate) fn from_form(form: &str) -> Result<Self, SmsHistoryError> {
        let mut query = Self::new();
        let mut names = Vec::new();
        for (name, text) in form_urlencoded::parse(form.as_bytes()) {
            let number = match &*name {
                "count" | "offset" => text.parse::<u64>().ok(),
                _ => None,
            };
            let value = match number {
                Some(number) => Value::Number(number as f64),
                None => Value::Text(text.into_owned()),
            };
            query.set_in_style(&name, value, Style::Snake)?;
            if names.contains(&name) {
                return Err(invalid(&name, "expected it once, got it twice"));
            }
            names.push(name);
        }
        Ok(query)
    }

    fn set_in_style(
        &mut self,
        name: &str,
        value: Value,
        style: Style,
    ) -> Result<(), SmsHistoryError> {
        let parameter = Parameter::from_name(name, style).ok_or_else(|| {
            let known = Parameter::ALL.map(|parameter| parameter.name(style));
            let message = suggest::unknown("query", "parameter", name, &known);
            SmsHistoryError::new(ErrorKind::InvalidQuery, message)
        })?;
        let stored = match parameter {
            Parameter::SourceNumber => phone_number::number_or_sender(&value)
                .map(|number| self.source_number = Some(number)),
            // Letters are not refused. The API's specification describes this parameter as a phone number and types it as a
            // string. It types the destinations of rows as integers or strings, and does not exclude names there.
            Parameter::DestinationNumber => phone_number::number_or_sender(&value)
                .map(|number| self.destination_number = Some(number)),
            Parameter::Direction => {
                value::direction(&value).map(|direction| self.direction = Some(direction))
            }
            Parameter::Count => value::count(&value).map(|count| self.count = Some(count)),
            Parameter::Offset => value::offset(&value).map(|offset| self.offset = Some(offset)),
            Parameter::FromDate => value::instant(&value).map(|at| self.from_date = Some(at)),
            Parameter::ToDate => value::instant(&value).map(|at| self.to_date = Some(at)),
            Parameter::Output => value::output(&value).map(|output| self.output = Some(output)),
        };
        stored.map_err(|problem| invalid(name, &problem))?;
        self.style = style;
        Ok(())
    }

    /// Sets a parameter that this library does not know. It is passed through unchanged, and replaces an earlier value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] for a name that is not made of ASCII letters, digits and `_`, for the API's eight
    /// parameters in any case and style, and for control characters in the value.
    pub fn set_extra(&mut self, name: &str, value: &str) -> Result<(), SmsHistoryError> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let shape = value::describe_string(name);
            return Err(invalid(
                "name of an extra parameter",
                &format!("expected ASCII letters, digits and _, got {shape}"),
            ));
        }
        if let Some(known) = Parameter::in_any_style(name) {
            let known = known.name(self.style);
            return Err(invalid(
                name,
                &format!(
                    "expected a parameter that the library does not know; set {known} of the query itself"
                ),
            ));
        }
        if let Some(shape) = value::describe_control_character(value) {
            return Err(invalid(
                name,
                &format!("expected printable text, got {shape}"),
            ));
        }
        match self.extra.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.extra.push((name.to_owned(), value.to_owned())),
        }
        Ok(())
    }

    /// Whether an extra parameter asks for the times of another zone than UTC.
    pub(crate) fn has_other_time_zone(&self) -> bool {
        let mut extra = self.extra.iter();
        extra.any(|(name, zone)| {
            name.eq_ignore_ascii_case("timezone") && !UTC_NAMES.contains(&zone.as_str())
        })
    }

    /// Validates the query and returns the names and values for the query string, which are not percent-encoded.
    ///
    /// The API's parameters come first, in the order of its documentation, then the extra ones.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] for a value outside its limits and for a time range that ends before it begins. The
    /// message names the parameter.
    pub fn to_pairs(&self) -> Result<Vec<(Cow<'static, str>, String)>, SmsHistoryError> {
        let number = |number: &Option<String>| number.as_deref().map(phone_number::query_number);
        let values = [
            (Parameter::SourceNumber, number(&self.source_number)),
            (
                Parameter::DestinationNumber,
                number(&self.destination_number),
            ),
            (
                Parameter::Direction,
                self.direction
                    .map(|direction| Ok(direction.as_str().into())),
            ),
            (Parameter::Count, self.count.map(value::check_count)),
            (Parameter::Offset, self.offset.map(value::check_offset)),
            (Parameter::FromDate, self.from_date.map(value::api_date)),
            (Parameter::ToDate, self.to_date.map(value::api_date)),
            (
                Parameter::Output,
                self.output.map(|output| Ok(output.as_str().into())),
            ),
        ];
        let mut pairs = Vec::with_capacity(values.len() + self.extra.len());
        for (parameter, value) in values {
            if let Some(value) = value {
                let value =
                    value.map_err(|problem| invalid(parameter.name(self.style), &problem))?;
                pairs.push((Cow::Borrowed(parameter.api_name()), value));
            }
        }
        if let (Some(from), Some(to)) = (self.from_date, self.to_date)
            && from > to
        {
            let end = Parameter::ToDate.name(self.style);
            let problem = format!("expected a time at or before {end}, got a later one");
            return Err(invalid(Parameter::FromDate.name(self.style), &problem));
        }
        let extra = self.extra.iter();
        pairs.extend(extra.map(|(name, value)| (Cow::Owned(name.clone()), value.clone())));
        Ok(pairs)
    }
}

/// The error for a parameter. `problem` says what is expected of it and what it is.
fn invalid(name: &str, problem: &str) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidQuery, format!("{name}: {problem}"))
}

impl fmt::Debug for SmsHistoryQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |text: &String| format!("<{} characters>", text.chars().count());
        let extra: Vec<_> = self
            .extra
            .iter()
            .map(|(name, value)| (name, hidden(value)))
            .collect();
        f.debug_struct("SmsHistoryQuery")
            .field("source_number", &self.source_number.as_ref().map(hidden))
            .field(
                "destination_number",
                &self.destination_number.as_ref().map(hidden),
            )
            .field("direction", &self.direction)
            .field("count", &self.count)
            .field("offset", &self.offset)
            .field("from_date", &self.from_date)
            .field("to_date", &self.to_date)
            .field("output", &self.output)
            .field("extra", &extra)
            .finish()
    }
}

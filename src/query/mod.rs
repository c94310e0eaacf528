//! What to ask for: the API's eight parameters, their limits, and whatever else a caller wants passed through.
//!
//! Rust callers use the typed `with_` methods, dynamically typed ones [`SmsHistoryQuery::set`]. Both end in
//! [`SmsHistoryQuery::pairs`], which is the only way out: nothing unchecked gets into a request.

mod choice;
mod pairs;
mod parameter;
mod phone;
mod value;

use std::fmt;

use crate::{clock::EpochMillis, error::SmsHistoryError};
use parameter::{Parameter, Style, refuse, unknown};

pub use choice::{Direction, Output};
pub use value::Value;

/// The most rows that one reply has.
pub const MAX_COUNT: u32 = 1000;
/// The highest offset: 2^53 - 1, the largest whole number that JavaScript holds exactly.
pub const MAX_OFFSET: u64 = (1 << 53) - 1;

/// Which messages to read. Everything is optional; what is left out is not sent, and the API's defaults hold.
///
/// `Debug` shows no phone number and no passed-through value, only that they are there and how long they are.
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
    /// A query for everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only messages from this number, with or without a leading `+` and separators, or from this alphanumeric sender.
    #[must_use]
    pub fn with_source_number(mut self, number: impl Into<String>) -> Self {
        self.source_number = Some(number.into());
        self
    }

    /// Only messages to this number or alphanumeric name, written as for [`Self::with_source_number`].
    #[must_use]
    pub fn with_destination_number(mut self, number: impl Into<String>) -> Self {
        self.destination_number = Some(number.into());
        self
    }

    /// Only received or only sent messages. Default: both.
    #[must_use]
    pub fn with_direction(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// The most rows in the reply, 1 to [`MAX_COUNT`]. The API's default is 1000.
    #[must_use]
    pub fn with_count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// How many rows to skip, at most [`MAX_OFFSET`]. The API's default is none.
    #[must_use]
    pub fn with_offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Only messages processed at or after this time, which is rounded down to a second, the API's resolution.
    #[must_use]
    pub fn with_from_date(mut self, at: EpochMillis) -> Self {
        self.from_date = Some(at);
        self
    }

    /// Only messages processed until this time, which is rounded down to a second, the API's resolution.
    #[must_use]
    pub fn with_to_date(mut self, at: EpochMillis) -> Self {
        self.to_date = Some(at);
        self
    }

    /// The form of the reply. Default: JSON.
    #[must_use]
    pub fn with_output(mut self, output: Output) -> Self {
        self.output = Some(output);
        self
    }

    /// The most rows in the reply, if it was set.
    pub fn count(&self) -> Option<u32> {
        self.count
    }

    /// The number of rows to skip, if it was set.
    pub fn offset(&self) -> Option<u64> {
        self.offset
    }

    /// The beginning of the time window, if it was set.
    pub fn from_date(&self) -> Option<EpochMillis> {
        self.from_date
    }

    /// The end of the time window, if it was set.
    pub fn to_date(&self) -> Option<EpochMillis> {
        self.to_date
    }

    /// The form of the reply.
    pub fn output(&self) -> Output {
        self.output.unwrap_or_default()
    }

    /// Sets a parameter by its camelCase name, from a value whose type is known at run time only.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) for an unknown name (with the nearest known one) and
    /// for a value of the wrong type or outside its limits. The query is then as it was before.
    pub fn set(&mut self, name: &str, value: Value) -> Result<(), SmsHistoryError> {
        let parameter = Parameter::from_camel(name).ok_or_else(|| unknown(name))?;
        let stored = match parameter {
            Parameter::SourceNumber => {
                value::number_or_sender(&value).map(|number| self.source_number = Some(number))
            }
            Parameter::DestinationNumber => {
                value::number_or_sender(&value).map(|number| self.destination_number = Some(number))
            }
            Parameter::Direction => {
                value::direction(&value).map(|direction| self.direction = Some(direction))
            }
            Parameter::Count => value::count(&value).map(|count| self.count = Some(count)),
            Parameter::Offset => value::offset(&value).map(|offset| self.offset = Some(offset)),
            Parameter::FromDate => value::instant(&value).map(|at| self.from_date = Some(at)),
            Parameter::ToDate => value::instant(&value).map(|at| self.to_date = Some(at)),
            Parameter::Output => value::output(&value).map(|output| self.output = Some(output)),
        };
        stored.map_err(|problem| refuse(name, &problem))?;
        self.style = Style::Camel;
        Ok(())
    }

    /// Passes a parameter through that this library does not know, as it is. A name that was passed before gets the new
    /// value.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) for a name that is not made of ASCII letters, digits
    /// and `_`, for the eight parameters of the API in whatever case and style, and for control characters in the value.
    pub fn set_extra(&mut self, name: &str, value: &str) -> Result<(), SmsHistoryError> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let problem = format!(
                "{}; ASCII letters, digits and _ were expected",
                value::text_shape(name)
            );
            return Err(refuse("name of an extra parameter", &problem));
        }
        if let Some(known) = Parameter::in_any_style(name) {
            let known = known.name(self.style);
            return Err(refuse(
                name,
                &format!("it can't be passed through; set it as the query's own {known}"),
            ));
        }
        if let Some(c) = value.chars().find(|c| c.is_control()) {
            let shape = value::text_shape(value);
            let problem = format!(
                "{shape} with the control character U+{:04X}; printable text was expected",
                c as u32
            );
            return Err(refuse(name, &problem));
        }
        match self.extra.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.extra.push((name.to_owned(), value.to_owned())),
        }
        Ok(())
    }
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

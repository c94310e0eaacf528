//! The parameters of GetSmsHistory, with the API's limits.

use crate::data::{DATE_FORMAT, Direction, Filter};
use crate::error::ApiError;
use chrono::{NaiveDateTime, Timelike};

const MOST_ROWS: u64 = 1_000;
const LONGEST_NUMBER: usize = 20;

/// The form of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Json,
    Csv,
    Xls,
}

/// A request that can be answered.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: Filter,
    pub(crate) count: u64,
    pub(crate) offset: u64,
    pub(crate) output: Output,
}

impl Query {
    /// Reads a query string, as [`Self::of`] does its pairs.
    pub(crate) fn parse(query: &str) -> Result<Self, Vec<ApiError>> {
        Self::of(form_urlencoded::parse(query.as_bytes()))
    }

    /// Reads names and values. Parameters of other names are ignored, those left blank count as left out, and of
    /// several with one name the last holds. All that is wrong is told, in the order of the pairs.
    pub(crate) fn of(
        pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Result<Self, Vec<ApiError>> {
        let mut parsed = Self {
            filter: Filter::default(),
            count: MOST_ROWS,
            offset: 0,
            output: Output::Json,
        };
        let mut errors = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            if value.is_empty() {
                continue;
            }
            if let Err(error) = parsed.set(name, value) {
                errors.push(error);
            }
        }
        if let (Some(from), Some(to)) = (parsed.filter.from_date, parsed.filter.to_date)
            && from > to
        {
            let msg = "from_date is after to_date";
            errors.push(ApiError::new(ApiError::INVALID_DATE_RANGE, msg));
        }
        if errors.is_empty() {
            Ok(parsed)
        } else {
            Err(errors)
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "source_number" => self.filter.source_number = Some(number(name, value)?),
            "destination_number" => self.filter.destination_number = Some(number(name, value)?),
            "direction" => self.filter.direction = Some(direction(value)?),
            "from_date" => self.filter.from_date = Some(date(name, value)?),
            "to_date" => self.filter.to_date = Some(date(name, value)?),
            "count" => {
                self.count = integer(value)
                    .filter(|count| (1..=MOST_ROWS).contains(count))
                    .ok_or_else(|| invalid("count has to be a whole number from 1 to 1000"))?;
            }
            "offset" => {
                self.offset = integer(value)
                    .ok_or_else(|| invalid("offset has to be a whole number, 0 or more"))?;
            }
            "output" => self.output = output(value)?,
            _ => {}
        }
        Ok(())
    }
}

fn invalid(msg: &str) -> ApiError {
    ApiError::new(ApiError::INVALID_ARGUMENTS, msg)
}

/// Digits and nothing else: `parse` alone would let a plus sign through.
fn integer(value: &str) -> Option<u64> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

/// A phone number or a sender name. A leading plus is accepted as part of a number, and matches nothing here: the
/// API's own numbers have none.
fn number(name: &str, value: &str) -> Result<String, ApiError> {
    let rest = value.strip_prefix('+').unwrap_or(value);
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b" ._-".contains(&byte);
    if rest.is_empty() || value.len() > LONGEST_NUMBER || !rest.bytes().all(known) {
        let msg = format!("{name} has to be a phone number or a sender name");
        return Err(ApiError::new(ApiError::INVALID_NUMBER, msg));
    }
    Ok(value.to_owned())
}

fn direction(value: &str) -> Result<Direction, ApiError> {
    match value.to_ascii_uppercase().as_str() {
        "IN" => Ok(Direction::In),
        "OUT" => Ok(Direction::Out),
        _ => {
            let msg = "direction has to be IN or OUT";
            Err(ApiError::new(ApiError::INVALID_DIRECTION, msg))
        }
    }
}

fn date(name: &str, value: &str) -> Result<i64, ApiError> {
    NaiveDateTime::parse_from_str(value, DATE_FORMAT)
        .ok()
        // The parser lets leading zeros be left out and takes a leap second; the API's form does neither.
        .filter(|date| date.format(DATE_FORMAT).to_string() == value)
        .filter(|date| date.nanosecond() == 0)
        .map(|date| date.and_utc().timestamp())
        .ok_or_else(|| {
            let msg = format!("{name} has to be a date like yyyy-MM-dd HH:mm:ss, in UTC");
            ApiError::new(ApiError::INVALID_DATE, msg)
        })
}

fn output(value: &str) -> Result<Output, ApiError> {
    match value {
        "json" => Ok(Output::Json),
        "csv" => Ok(Output::Csv),
        "xls" => Ok(Output::Xls),
        _ => {
            let msg = "output has to be json, csv or xls";
            Err(ApiError::new(ApiError::UNSUPPORTED_OUTPUT, msg))
        }
    }
}

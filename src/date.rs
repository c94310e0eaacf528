//! Dates: as the API has them, as callers write them, and as HTTP headers have them.
//!
//! There is no local time and no zone data here: a date that could mean two instants is refused, never guessed.

use std::fmt;

use voximplant_sms_history_rows::date::instant;
pub(crate) use voximplant_sms_history_rows::date::iso;
pub use voximplant_sms_history_rows::date::{EpochMillis, format, parse};

const MILLIS_PER_MINUTE: i64 = 60_000;

/// Reads a date as a caller may write it, to the millisecond (further digits are cut off).
///
/// Taken are `yyyy-MM-dd HH:mm:ss`, which is UTC as in the API itself, and ISO 8601 / RFC 3339 with a zone:
/// `2026-01-31T10:00:00Z`, `2026-01-31T10:00Z`, `2026-01-31T10:00:00.250+02:00`, also `+0200` and `+02`, `t` and `z`.
///
/// # Errors
/// [`ParseDateError`]: another form, a day or time that does not exist, or no zone.
pub fn parse_timestamp(text: &str) -> Result<EpochMillis, ParseDateError> {
    let mut rest = Reader(text.as_bytes());
    let date = rest.date().ok_or(ParseDateError::Form)?;
    if rest.0.is_empty() {
        at(date, (0, 0, 0))?;
        return Err(ParseDateError::NoZone);
    }
    let separator = rest.one(b" Tt").ok_or(ParseDateError::Form)?;
    let (hour, minute) = rest.hour_and_minute().ok_or(ParseDateError::Form)?;
    let mut second = None;
    let mut millis = None;
    if rest.one(b":").is_some() {
        second = Some(rest.number(2).ok_or(ParseDateError::Form)?);
        if rest.one(b".,").is_some() {
            millis = Some(rest.fraction().ok_or(ParseDateError::Form)?);
        }
    }
    let local = at(date, (hour, minute, second.unwrap_or(0)))? + millis.unwrap_or(0);
    if rest.0.is_empty() {
        let is_api_form = separator == b' ' && second.is_some() && millis.is_none();
        return if is_api_form {
            Ok(local)
        } else {
            Err(ParseDateError::NoZone)
        };
    }
    let offset = rest.offset().ok_or(ParseDateError::Form)?;
    if !rest.0.is_empty() {
        return Err(ParseDateError::Form);
    }
    Ok(local - offset.ok_or(ParseDateError::Impossible)? * MILLIS_PER_MINUTE)
}

/// Reads a date of an HTTP header, to the second: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, the one form that
/// may be sent; the day of the week is not checked).
pub fn parse_http(text: &str) -> Option<EpochMillis> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, rest) = text.trim().split_once(',')?;
    let mut rest = Reader(rest.as_bytes());
    rest.one(b" ")?;
    let day = rest.number(2)?;
    rest.one(b" ")?;
    let (name, after) = rest.0.split_at_checked(3)?;
    let month = MONTHS
        .chunks(3)
        .zip(1..)
        .find(|(month, _)| *month == name)?
        .1;
    rest.0 = after;
    rest.one(b" ")?;
    let year = rest.number(4)?;
    rest.one(b" ")?;
    let (hour, minute) = rest.hour_and_minute()?;
    rest.one(b":")?;
    let second = rest.number(2)?;
    (rest.0 == b" GMT").then_some(())?;
    instant(year, month, day, hour, minute, second)
}

fn at(date: (u32, u32, u32), time: (u32, u32, u32)) -> Result<EpochMillis, ParseDateError> {
    instant(date.0, date.1, date.2, time.0, time.1, time.2).ok_or(ParseDateError::Impossible)
}

/// Why a caller's date can't be taken. Its `Display` completes a sentence: "the date ... has no time zone".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseDateError {
    /// It is in none of the forms that are read.
    Form,
    /// The form is right, but there is no such day, time or zone offset.
    Impossible,
    /// It does not say in which time zone it is.
    NoZone,
}

impl fmt::Display for ParseDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "is not a date in a form that can be read",
            Self::Impossible => "names a day, a time or a zone offset that does not exist",
            Self::NoZone => "has no time zone",
        })
    }
}

impl std::error::Error for ParseDateError {}

/// What is left of a text, eaten from its start.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn one(&mut self, of: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        of.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }

    fn digit(&mut self) -> Option<u32> {
        self.one(b"0123456789").map(|digit| u32::from(digit - b'0'))
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    fn date(&mut self) -> Option<(u32, u32, u32)> {
        let year = self.number(4)?;
        self.one(b"-")?;
        let month = self.number(2)?;
        self.one(b"-")?;
        Some((year, month, self.number(2)?))
    }

    fn hour_and_minute(&mut self) -> Option<(u32, u32)> {
        let hour = self.number(2)?;
        self.one(b":")?;
        Some((hour, self.number(2)?))
    }

    /// The digits after a decimal point, as milliseconds. At least one digit, no upper limit.
    fn fraction(&mut self) -> Option<i64> {
        let mut millis = self.digit()? * 100;
        let mut worth = 10;
        while let Some(digit) = self.digit() {
            millis += digit * worth;
            worth /= 10;
        }
        Some(i64::from(millis))
    }

    /// A zone as minutes east of UTC. The inner `None` is a zone of the right form that does not exist.
    fn offset(&mut self) -> Option<Option<i64>> {
        let sign = match self.one(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(Some(0)),
        };
        let hours = self.number(2)?;
        let minutes = if self.0.is_empty() {
            0
        } else {
            self.one(b":");
            self.number(2)?
        };
        let exists = hours < 24 && minutes < 60;
        Some(exists.then(|| sign * i64::from(hours * 60 + minutes)))
    }
}

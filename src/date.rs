//! Dates of the API, of callers and of HTTP headers.
//!
//! There is no local time and no zone data here: a date that could mean two instants is rejected, never guessed.

use std::fmt;

use voximplant_sms_history_rows::date::instant;
pub(crate) use voximplant_sms_history_rows::date::iso;
pub use voximplant_sms_history_rows::date::{EpochMillis, format, parse};

const MILLIS_PER_MINUTE: i64 = 60_000;

/// Reads a caller's date, in milliseconds. Further digits are cut off.
///
/// It accepts `yyyy-MM-dd HH:mm:ss`, which is UTC as in the API, and ISO 8601 / RFC 3339 with a zone:
/// `2026-01-31T10:00:00Z`, `2026-01-31T10:00Z`, `2026-01-31T10:00:00.250+02:00`, also `+0200` and `+02`, `t` and `z`.
///
/// # Errors
/// [`ParseDateError`] for another form, a day or time that does not exist, and a date without a zone.
pub fn parse_timestamp(text: &str) -> Result<EpochMillis, ParseDateError> {
    let mut rest = Scanner(text.as_bytes());
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

/// Reads the date of an HTTP header, in one of the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
#[cfg(not(target_family = "wasm"))]
pub fn parse_http(text: &str) -> Option<EpochMillis> {
    let at = httpdate::parse_http_date(text.trim()).ok()?;
    let since_epoch = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    EpochMillis::try_from(since_epoch.as_millis()).ok()
}

/// Reads the date of an HTTP header, in one of the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
#[cfg(target_family = "wasm")]
pub fn parse_http(text: &str) -> Option<EpochMillis> {
    // `Date.parse` reads far more, and other texts differently in each engine.
    let has_shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(b, of)| match of {
                b'a' => b.is_ascii_alphabetic(),
                b'0' => b.is_ascii_digit(),
                b'_' => b.is_ascii_digit() || b == b' ',
                _ => b == of,
            })
    };
    let text = text.trim();
    let millis = match text.split_once(',') {
        Some((_, rest))
            if has_shape(rest, " 00 aaa 0000 00:00:00 GMT")
                || has_shape(rest, " 00-aaa-00 00:00:00 GMT") =>
        {
            js_sys::Date::parse(text)
        }
        // Without its zone, this form would be read as local time.
        None if has_shape(text, "aaa aaa _0 00:00:00 0000") => {
            js_sys::Date::parse(&format!("{text} GMT"))
        }
        _ => return None,
    };
    // Exact: an integer below 2^53.
    (!millis.is_nan()).then_some(millis as EpochMillis)
}

fn at(date: (u32, u32, u32), time: (u32, u32, u32)) -> Result<EpochMillis, ParseDateError> {
    instant(date.0, date.1, date.2, time.0, time.1, time.2).ok_or(ParseDateError::Impossible)
}

/// Why a caller's date is rejected. `Display` completes a sentence: "the date ... has no time zone".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseDateError {
    /// It has none of the accepted forms.
    Form,
    /// It has an accepted form, but the day, time or zone offset does not exist.
    Impossible,
    /// It has no time zone.
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

/// The rest of a text that is read from its start.
struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
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

    /// Reads the digits after a decimal point, in milliseconds: at least one digit, without an upper limit.
    fn fraction(&mut self) -> Option<i64> {
        let mut millis = self.digit()? * 100;
        let mut worth = 10;
        while let Some(digit) = self.digit() {
            millis += digit * worth;
            worth /= 10;
        }
        Some(i64::from(millis))
    }

    /// Reads a zone, in minutes east of UTC. The inner `None` is a zone of the right form that does not exist.
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

//! Dates of the API, of callers and of HTTP headers.
//!
//! There is no local time and no zone data here: a date that could mean two instants is rejected, never guessed.

use std::fmt;

pub use voximplant_sms_history_rows::date::{EpochMillis, format, parse};
pub(crate) use voximplant_sms_history_rows::date::{iso, scan};

/// Reads a caller's date, in milliseconds. Further digits are cut off.
///
/// It accepts `yyyy-MM-dd HH:mm:ss`, which is UTC as in the API, and ISO 8601 / RFC 3339 with a zone:
/// `2026-01-31T10:00:00Z`, `2026-01-31T10:00Z`, `2026-01-31T10:00:00.250+02:00`, also `+0200` and `+02`, `t` and `z`.
///
/// # Errors
/// [`ParseDateError`] for another form, a day or time that does not exist, and a date without a zone.
pub fn parse_timestamp(text: &str) -> Result<EpochMillis, ParseDateError> {
    let scanned = scan(text.as_bytes()).ok_or(ParseDateError::Form)?;
    let local = scanned.local.ok_or(ParseDateError::Impossible)?;
    match scanned.zone {
        Some(zone) => Ok(local - zone.ok_or(ParseDateError::Impossible)?),
        None if scanned.is_api_form => Ok(local),
        None => Err(ParseDateError::NoZone),
    }
}

/// Reads the date of an HTTP header, in one of the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`. Instead of `GMT`, Go writes `UTC`, and Python `+0000` or
/// `-0000`, unless told otherwise.
pub fn parse_http(text: &str) -> Option<EpochMillis> {
    let text = text.trim();
    let mut zones = ["UTC", "+0000", "-0000"].iter();
    let without_zone = zones.find_map(|zone| text.strip_suffix(zone));
    parse_gmt(without_zone.map_or(text.into(), |rest| format!("{rest}GMT")))
}

#[cfg(not(target_family = "wasm"))]
fn parse_gmt(text: String) -> Option<EpochMillis> {
    let at = httpdate::parse_http_date(&text).ok()?;
    let since_epoch = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    EpochMillis::try_from(since_epoch.as_millis()).ok()
}

#[cfg(target_family = "wasm")]
fn parse_gmt(text: String) -> Option<EpochMillis> {
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
    let millis = match text.split_once(',') {
        Some((_, rest))
            if has_shape(rest, " 00 aaa 0000 00:00:00 GMT")
                || has_shape(rest, " 00-aaa-00 00:00:00 GMT") =>
        {
            js_sys::Date::parse(&text)
        }
        // Without its zone, this form would be read as local time.
        None if has_shape(&text, "aaa aaa _0 00:00:00 0000") => {
            js_sys::Date::parse(&format!("{text} GMT"))
        }
        _ => return None,
    };
    // Exact: an integer below 2^53.
    (!millis.is_nan()).then_some(millis as EpochMillis)
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

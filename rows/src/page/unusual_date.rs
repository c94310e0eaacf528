//! Dates in other forms than the API's: zero dates, which stand for "none", and dates with a zone.

use crate::date::{self, EpochMillis};

/// The length of ` HH:mm:ss`.
const TIME_LENGTH: usize = 9;

/// Whether a date stands for "none", in any zone: databases write `0000-00-00 00:00:00`, PHP normalizes that to the year -1, and
/// Go and .NET write the first day of the year 1.
#[inline(never)]
pub(super) fn is_zero(text: &str) -> bool {
    let time = ["0000-00-00", "-0001-11-30", "0001-01-01"]
        .iter()
        .find_map(|day| text.strip_prefix(day));
    let is_zero = |byte| {
        matches!(
            byte,
            b'0' | b' ' | b':' | b'T' | b't' | b'Z' | b'z' | b'+' | b'-'
        )
    };
    time.is_some_and(|time| time.bytes().take(TIME_LENGTH).all(is_zero))
}

/// Parses a date in another form than the API's. Without a zone it is in UTC too, because the field is.
///
/// # Errors
/// The shape of another text.
#[inline(never)]
pub(super) fn parse(text: &str) -> Result<EpochMillis, String> {
    // As in `2026-01-02 03:04:05 UTC` and `2026-01-02 03:04:05 +0300`.
    let mut joined = text.as_bytes().to_vec();
    if joined.ends_with(b" UTC") || joined.ends_with(b" GMT") {
        joined.truncate(joined.len() - 4);
        joined.push(b'Z');
    } else if let Some(at) = joined.iter().rposition(|&byte| byte == b' ')
        && let Some(b'+' | b'-') = joined.get(at + 1)
    {
        joined.remove(at);
    }
    match date::scan(&joined) {
        Some(scanned) if scanned.has_seconds => {
            match (scanned.local, scanned.zone.unwrap_or(Some(0))) {
                (Some(local), Some(zone)) => Ok(local - zone),
                _ => Err("a date that does not exist".into()),
            }
        }
        _ => Err(shape(text)),
    }
}

/// Describes a date by its pattern, with `d` for a digit and `a` for a letter or any other character.
fn shape(text: &str) -> String {
    let mark = |c: char| match c {
        '0'..='9' => 'd',
        ' ' | '-' | ':' | '.' | '/' | ',' | '+' => c,
        _ => 'a',
    };
    let pattern: String = text.chars().take(40).map(mark).collect();
    format!("a string shaped \"{pattern}\"")
}

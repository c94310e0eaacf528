//! Dates: as the API has them (`yyyy-MM-dd HH:mm:ss`, always UTC) and as callers write them.
//!
//! There is no local time and no zone data here: a date that could mean two instants is refused, never guessed.

use std::fmt;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, as `Date.now()` has them.
pub type EpochMillis = i64;

const MILLIS_PER_MINUTE: i64 = 60_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-03-01, where the arithmetic below starts its years, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// The last millisecond of the year 9999.
const LAST: EpochMillis = 253_402_300_799_999;

/// Writes an instant as the API wants it: `yyyy-MM-dd HH:mm:ss` in UTC.
///
/// The API knows whole seconds: milliseconds are dropped, which rounds down. `None` outside the years 1970 to 9999.
pub fn format(at: EpochMillis) -> Option<String> {
    if !(0..=LAST).contains(&at) {
        return None;
    }
    let mut text = iso(at / 1000);
    text[10] = b' ';
    Some(text.map(char::from).iter().collect())
}

/// Writes seconds since 1970-01-01T00:00:00 as `yyyy-MM-ddTHH:mm:ss`, in the years 0001 to 9999.
#[doc(hidden)]
pub fn iso(seconds: i64) -> [u8; 19] {
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
    let second = seconds.rem_euclid(SECONDS_PER_DAY);
    let mut text = *b"0000-00-00T00:00:00";
    let mut two = |at: usize, number: i64| {
        // Less than a hundred, as long as the year has four digits.
        text[at] = b'0' + (number / 10) as u8;
        text[at + 1] = b'0' + (number % 10) as u8;
    };
    two(0, year / 100);
    two(2, year % 100);
    two(5, month);
    two(8, day);
    two(11, second / 3600);
    two(14, second / 60 % 60);
    two(17, second % 60);
    text
}

/// Reads a date of the API: exactly `yyyy-MM-dd HH:mm:ss`, taken as UTC, in the years 0001 to 9999.
///
/// `None` for every other shape and for what no calendar has (February 30th, hour 24, second 60). This runs once a row,
/// so the whole shape is gathered first and decided by a single branch.
#[inline]
pub fn parse(text: &[u8]) -> Option<EpochMillis> {
    let text: &[u8; 19] = text.try_into().ok()?;
    let mut highest = 0;
    let mut two = |at: usize| {
        let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
        highest = highest.max(tens).max(ones);
        u32::from(tens) * 10 + u32::from(ones)
    };
    let year = two(0) * 100 + two(2);
    let (month, day, hour, minute, second) = (two(5), two(8), two(11), two(14), two(17));
    let marks = (text[4] ^ b'-')
        | (text[7] ^ b'-')
        | (text[10] ^ b' ')
        | (text[13] ^ b':')
        | (text[16] ^ b':');
    if (highest > 9) | (marks != 0) {
        return None;
    }
    instant(year, month, day, hour, minute, second)
}

/// Reads a date as a caller may write it, to the millisecond (further digits are cut off).
///
/// Taken are `yyyy-MM-dd HH:mm:ss`, which is UTC as in the API itself, and ISO 8601 / RFC 3339 with a zone:
/// `2026-01-31T10:00:00Z`, `2026-01-31T10:00Z`, `2026-01-31T10:00:00.250+02:00`, also `+0200` and `+02`, `t` and `z`.
///
/// # Errors
/// [`DateProblem`]: another form, a day or time that does not exist, or no zone.
pub fn parse_lenient(text: &str) -> Result<EpochMillis, DateProblem> {
    let mut rest = Reader(text.as_bytes());
    let date = rest.date().ok_or(DateProblem::Form)?;
    if rest.0.is_empty() {
        at(date, (0, 0, 0))?;
        return Err(DateProblem::NoZone);
    }
    let separator = rest.one(b" Tt").ok_or(DateProblem::Form)?;
    let (hour, minute) = rest.hour_and_minute().ok_or(DateProblem::Form)?;
    let mut second = None;
    let mut millis = None;
    if rest.one(b":").is_some() {
        second = Some(rest.number(2).ok_or(DateProblem::Form)?);
        if rest.one(b".,").is_some() {
            millis = Some(rest.fraction().ok_or(DateProblem::Form)?);
        }
    }
    let local = at(date, (hour, minute, second.unwrap_or(0)))? + millis.unwrap_or(0);
    if rest.0.is_empty() {
        let is_api_form = separator == b' ' && second.is_some() && millis.is_none();
        return if is_api_form {
            Ok(local)
        } else {
            Err(DateProblem::NoZone)
        };
    }
    let offset = rest.offset().ok_or(DateProblem::Form)?;
    if !rest.0.is_empty() {
        return Err(DateProblem::Form);
    }
    Ok(local - offset.ok_or(DateProblem::Impossible)? * MILLIS_PER_MINUTE)
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

/// Why a caller's date can't be taken. Its `Display` completes a sentence: "the date ... has no time zone".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateProblem {
    /// It is in none of the forms that are read.
    Form,
    /// The form is right, but there is no such day, time or zone offset.
    Impossible,
    /// It does not say in which time zone it is.
    NoZone,
}

impl fmt::Display for DateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "is not a date in a form that can be read",
            Self::Impossible => "names a day, a time or a zone offset that does not exist",
            Self::NoZone => "has no time zone",
        })
    }
}

impl std::error::Error for DateProblem {}

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

fn at(date: (u32, u32, u32), time: (u32, u32, u32)) -> Result<EpochMillis, DateProblem> {
    instant(date.0, date.1, date.2, time.0, time.1, time.2).ok_or(DateProblem::Impossible)
}

#[inline]
fn instant(
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
) -> Option<EpochMillis> {
    let leap = year.is_multiple_of(4) & (!year.is_multiple_of(100) | year.is_multiple_of(400));
    // Of the months but February, the odd ones up to July and the even ones from August have 31 days.
    let days_in_month = if month == 2 {
        28 + u32::from(leap)
    } else {
        30 | ((month ^ (month >> 3)) & 1)
    };
    let exists = (year.wrapping_sub(1) < 9999)
        & (month.wrapping_sub(1) < 12)
        & (day.wrapping_sub(1) < days_in_month)
        & (hour < 24)
        & (minute < 60)
        & (second < 60);
    if !exists {
        return None;
    }
    // Years start in March here, so that the leap day is their last day (as in Hinnant's `days_from_civil`).
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(((i64::from(days) - DAYS_TO_EPOCH) * SECONDS_PER_DAY + seconds) * 1000)
}

/// Year, month and day of a day, counted from 1970-01-01 and not before 0000-03-01 (as in Hinnant's `civil_from_days`).
#[doc(hidden)]
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_based + 2) / 5 + 1;
    let month = if march_based < 10 {
        march_based + 3
    } else {
        march_based - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

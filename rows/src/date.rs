//! Dates in the API's format: `yyyy-MM-dd HH:mm:ss`, always UTC.

/// An instant in milliseconds since 1970-01-01T00:00:00Z, like `Date.now()`.
pub type EpochMillis = i64;

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// The days from 0000-03-01, where the arithmetic below begins, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
/// The last millisecond of the year 9999.
pub(crate) const MAX_MILLIS: EpochMillis = 253_402_300_799_999;

/// Formats an instant in the API's format: `yyyy-MM-dd HH:mm:ss` in UTC.
///
/// Milliseconds are truncated, because the API has none. `None` outside the years 1970 to 9999.
pub fn format(at: EpochMillis) -> Option<String> {
    if !(0..=MAX_MILLIS).contains(&at) {
        return None;
    }
    let mut text = iso(at / 1000);
    text[10] = b' ';
    Some(text.map(char::from).iter().collect())
}

/// Formats seconds since 1970-01-01T00:00:00 as `yyyy-MM-ddTHH:mm:ss`, in the years 0001 to 9999.
#[doc(hidden)]
pub fn iso(seconds: i64) -> [u8; 19] {
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
    let second = seconds.rem_euclid(SECONDS_PER_DAY);
    let mut text = *b"0000-00-00T00:00:00";
    let mut two = |at: usize, number: i64| {
        // Below 100, because the year has four digits.
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

/// Parses a date in the API's format: exactly `yyyy-MM-dd HH:mm:ss` in UTC, in the years 0001 to 9999.
///
/// `None` for any other format, and for dates that do not exist (February 30th, hour 24, second 60). This may run once per
/// row, so the format is checked by a single branch.
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

/// The instant of a date in the years 0001 to 9999. `None` when the date does not exist.
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
    // Odd months up to July and even months from August have 31 days.
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
    // Years start in March, so that the leap day is their last day (Hinnant's `days_from_civil`).
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    Some(((i64::from(days) - DAYS_TO_EPOCH) * SECONDS_PER_DAY + seconds) * 1000)
}

/// A date in parts, with or without a time and a zone.
#[doc(hidden)]
pub struct ScannedDate {
    /// The instant, if the date is in UTC. `None`: the date does not exist.
    pub local: Option<EpochMillis>,
    /// The zone in milliseconds east of UTC, if there is one. The inner `None` is a zone that does not exist.
    pub zone: Option<Option<i64>>,
    /// Whether seconds are given.
    pub has_seconds: bool,
    /// Whether the date has the API's form.
    pub is_api_form: bool,
}

/// Splits a date in the API's form or in one of ISO 8601 and RFC 3339 into its parts. Digits beyond milliseconds are cut off.
#[doc(hidden)]
pub fn scan(text: &[u8]) -> Option<ScannedDate> {
    let mut rest = Scanner(text);
    let (year, month, day) = rest.date()?;
    let mut scanned = ScannedDate {
        local: instant(year, month, day, 0, 0, 0),
        zone: None,
        has_seconds: false,
        is_api_form: false,
    };
    if rest.0.is_empty() {
        return Some(scanned);
    }
    let separator = rest.one(b" Tt")?;
    let (hour, minute) = rest.hour_and_minute()?;
    let (mut second, mut millis) = (0, 0);
    if rest.one(b":").is_some() {
        second = rest.number(2)?;
        scanned.has_seconds = true;
        scanned.is_api_form = separator == b' ' && rest.0.is_empty();
        if rest.one(b".,").is_some() {
            millis = rest.fraction()?;
        }
    }
    let local = instant(year, month, day, hour, minute, second);
    scanned.local = local.map(|local| local + millis);
    if !rest.0.is_empty() {
        scanned.zone = Some(rest.offset()?);
    }
    rest.0.is_empty().then_some(scanned)
}

/// The year, month and day of a day since 1970-01-01, from 0000-03-01 on (Hinnant's `civil_from_days`).
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_based = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_based + 2) / 5 + 1;
    let month = if march_based < 10 {
        march_based + 3
    } else {
        march_based - 9
    };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The rest of a text that is read from its start.
struct Scanner<'a>(&'a [u8]);

impl Scanner<'_> {
    #[inline(never)]
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

    #[inline(never)]
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

    /// Reads a zone, in milliseconds east of UTC. The inner `None` is a zone of the right form that does not exist.
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
        Some(exists.then(|| sign * i64::from(hours * 60 + minutes) * 60_000))
    }
}

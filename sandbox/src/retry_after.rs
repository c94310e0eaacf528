//! The `Retry-After` header: when to come back.

use axum::http::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};

/// What a reply says about when to come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryAfter {
    /// Nothing: there is no such header.
    #[default]
    Absent,
    /// After so many seconds.
    Seconds(u32),
    /// The same, as the point in time that it will then be.
    Date(u32),
}

impl RetryAfter {
    /// The header's value, where the server's clock shows `now`.
    pub(crate) fn value(self, now: DateTime<Utc>) -> Option<HeaderValue> {
        match self {
            Self::Absent => None,
            Self::Seconds(seconds) => Some(seconds.into()),
            Self::Date(seconds) => Some(http_date(now + TimeDelta::seconds(seconds.into()))),
        }
    }
}

/// A point in time as headers have it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
pub(crate) fn http_date(time: DateTime<Utc>) -> HeaderValue {
    let text = time.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::RetryAfter;
    use chrono::DateTime;

    #[test]
    fn both_forms_say_the_same() {
        let now = DateTime::from_timestamp(784_111_777, 0).unwrap();
        assert_eq!(RetryAfter::Absent.value(now), None);
        assert_eq!(RetryAfter::Seconds(20).value(now).unwrap(), "20");
        let date = RetryAfter::Date(0).value(now).unwrap();
        assert_eq!(date, "Sun, 06 Nov 1994 08:49:37 GMT");
        let date = RetryAfter::Date(23).value(now).unwrap();
        assert_eq!(date, "Sun, 06 Nov 1994 08:50:00 GMT");
    }
}

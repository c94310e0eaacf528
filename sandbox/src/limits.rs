//! The API's limits on its clients: requests each second, and concurrent requests. The vendor documents neither their
//! values nor the responses.

use crate::error::{ApiError, ErrorStatus, error_response};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A rate limit by token bucket. A request takes a token, and tokens are added at a rate. Its text form is `20:40`: 20
/// a second, up to 40 at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens added each second, 0.01 to 100,000.
    pub per_second: f64,
    /// Capacity of the bucket, 1 to 100,000. The bucket is full at the start.
    pub burst: u32,
}

/// The response to a request beyond the rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RateResponse {
    /// HTTP status 429, with the API's error 340 in the body.
    #[default]
    #[value(name = "429")]
    Status,
    /// The API's error 340, with the HTTP status of other errors.
    #[value(name = "340")]
    ApiError,
}

/// The format of `Retry-After` in a response to a request beyond the rate limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RetryAfterFormat {
    /// Seconds, rounded up.
    #[default]
    Seconds,
    /// A date.
    Date,
    /// No header.
    None,
}

/// The `Retry-After` header of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    #[default]
    Absent,
    /// A number of seconds.
    Seconds(u32),
    /// A date.
    Date {
        /// Seconds from now.
        seconds: u32,
        /// The form of the date.
        form: HttpDateForm,
    },
}

/// The forms of an HTTP date. Clients have to accept all of them (RFC 9110, 5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpDateForm {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    #[default]
    Imf,
    /// `Sunday, 06-Nov-94 08:49:37 GMT`, obsolete.
    Rfc850,
    /// `Sun Nov  6 08:49:37 1994`, obsolete.
    Asctime,
}

impl RetryAfter {
    /// The header's value if the server's clock shows `now`.
    pub(crate) fn value(self, now: DateTime<Utc>) -> Option<HeaderValue> {
        match self {
            Self::Absent => None,
            Self::Seconds(seconds) => Some(seconds.into()),
            Self::Date { seconds, form } => {
                Some(form.value(now + TimeDelta::seconds(seconds.into())))
            }
        }
    }
}

impl HttpDateForm {
    /// Formats a time.
    pub(crate) fn value(self, time: DateTime<Utc>) -> HeaderValue {
        let format = match self {
            Self::Imf => "%a, %d %b %Y %H:%M:%S GMT",
            Self::Rfc850 => "%A, %d-%b-%y %H:%M:%S GMT",
            Self::Asctime => "%a %b %e %H:%M:%S %Y",
        };
        let text = time.format(format).to_string();
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |text: &str| {
            let (per_second, burst) = text.split_once(':')?;
            Some((per_second.parse().ok()?, burst.parse().ok()?))
        };
        match parse(text) {
            Some((per_second, burst)) => Self { per_second, burst }.checked(),
            None => Err("expected PER_SECOND:BURST like 20:40".to_owned()),
        }
    }
}

impl Rate {
    pub(crate) fn checked(self) -> Result<Self, String> {
        if !(0.01..=100_000.0).contains(&self.per_second) {
            return Err("expected 0.01 to 100000 requests per second".to_owned());
        }
        if !(1..=100_000).contains(&self.burst) {
            return Err("expected a burst from 1 to 100000".to_owned());
        }
        Ok(self)
    }
}

/// The limits of a sandbox.
pub(crate) struct Limits {
    pub(crate) bucket: Option<Bucket>,
    pub(crate) in_flight: Option<Arc<Semaphore>>,
    pub(crate) response: RateResponse,
    pub(crate) retry_after: RetryAfterFormat,
    pub(crate) error_status: ErrorStatus,
}

/// Whether the limits admit a request.
pub(crate) enum Admission {
    /// Yes. The permit is held until the response is sent.
    Granted(Option<OwnedSemaphorePermit>),
    /// No, with the response.
    Rejected(Response),
}

impl Limits {
    pub(crate) fn admit(&self) -> Admission {
        if let Some(bucket) = &self.bucket
            && let Err(seconds) = bucket.take(Instant::now())
        {
            return Admission::Rejected(self.rate_exceeded(seconds));
        }
        match self.in_flight.clone().map(Semaphore::try_acquire_owned) {
            None => Admission::Granted(None),
            Some(Ok(permit)) => Admission::Granted(Some(permit)),
            Some(Err(_)) => {
                let msg = "too many concurrent requests";
                let error = ApiError::new(ApiError::CONCURRENCY_LIMIT, msg);
                Admission::Rejected(error_response(&[error], self.error_status))
            }
        }
    }

    fn rate_exceeded(&self, seconds: u32) -> Response {
        let msg = "too many requests in too short a time";
        let error = ApiError::new(ApiError::RATE_LIMIT, msg);
        let mut response = match self.response {
            RateResponse::ApiError => error_response(&[error], self.error_status),
            RateResponse::Status => {
                let body = json!({ "error": error, "errors": [error] });
                (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response()
            }
        };
        let retry_after = match self.retry_after {
            RetryAfterFormat::Seconds => RetryAfter::Seconds(seconds),
            RetryAfterFormat::Date => RetryAfter::Date {
                seconds,
                form: HttpDateForm::Imf,
            },
            RetryAfterFormat::None => RetryAfter::Absent,
        };
        if let Some(value) = retry_after.value(Utc::now()) {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

/// A token bucket: the number of tokens, and when it was computed.
pub(crate) struct Bucket {
    rate: Rate,
    tokens: Mutex<(f64, Instant)>,
}

impl Bucket {
    pub(crate) fn new(rate: Rate) -> Self {
        let full = (f64::from(rate.burst), Instant::now());
        let tokens = Mutex::new(full);
        Self { rate, tokens }
    }

    /// Takes a token. If there is none, the error is the number of whole seconds until there is one.
    fn take(&self, now: Instant) -> Result<(), u32> {
        let mut bucket = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, computed_at) = *bucket;
        let added = now.saturating_duration_since(computed_at).as_secs_f64() * self.rate.per_second;
        let tokens = (tokens + added).min(self.rate.burst.into());
        let taken = tokens >= 1.0;
        *bucket = (if taken { tokens - 1.0 } else { tokens }, now);
        if taken {
            return Ok(());
        }
        Err(((1.0 - tokens) / self.rate.per_second).ceil() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, HttpDateForm, Rate, RetryAfter};
    use chrono::DateTime;
    use std::time::{Duration, Instant};

    #[test]
    fn tokens_are_added_at_the_rate_up_to_the_capacity() {
        let bucket = Bucket::new("2:3".parse().unwrap());
        let start = Instant::now();
        let take = |ms: u64| bucket.take(start + Duration::from_millis(ms));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(1));
        assert_eq!(take(400), Err(1));
        assert_eq!([take(600), take(600)], [Ok(()), Err(1)]);
        assert_eq!([take(60_000), take(60_000), take(60_000)], [Ok(()); 3]);
        assert_eq!(take(60_000), Err(1));
        let slow = Bucket::new("0.1:1".parse().unwrap());
        assert_eq!(slow.take(start + Duration::from_secs(1)), Ok(()));
        assert_eq!(slow.take(start + Duration::from_secs(2)), Err(9));
    }

    #[test]
    fn invalid_rates_are_rejected() {
        for (text, expected) in [
            ("20", "like 20:40"),
            ("x:1", "like 20:40"),
            ("1:1.5", "like 20:40"),
            ("0:1", "0.01 to 100000"),
            ("NaN:1", "0.01 to 100000"),
            ("1:0", "expected a burst from 1"),
        ] {
            let error = text.parse::<Rate>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn retry_after_is_written_as_seconds_or_date() {
        let now = DateTime::from_timestamp(784_111_777, 0).unwrap();
        assert_eq!(RetryAfter::Absent.value(now), None);
        assert_eq!(RetryAfter::Seconds(20).value(now).unwrap(), "20");
        for (seconds, form, expected) in [
            (0, HttpDateForm::Imf, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (23, HttpDateForm::Imf, "Sun, 06 Nov 1994 08:50:00 GMT"),
            (0, HttpDateForm::Rfc850, "Sunday, 06-Nov-94 08:49:37 GMT"),
            (0, HttpDateForm::Asctime, "Sun Nov  6 08:49:37 1994"),
        ] {
            let date = RetryAfter::Date { seconds, form };
            assert_eq!(date.value(now).unwrap(), expected);
        }
    }
}

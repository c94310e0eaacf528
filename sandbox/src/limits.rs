//! Limits that the API sets to its clients: so many requests a second, so many at once. The vendor documents neither
//! their values nor how they are told.

use crate::error::{ApiError, refuse};
use crate::options::ErrorStatus;
use crate::retry_after::RetryAfter;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde_json::json;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A limit by token bucket: a request takes a token, and tokens come at a rate. As text: `20:40`, 20 a second, 40 at
/// once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens that come each second, 0.01 to 100,000.
    pub per_second: f64,
    /// Tokens that the bucket holds, 1 to 100,000. It is full at the start.
    pub burst: u32,
}

/// How a request beyond the rate is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RateReply {
    /// HTTP status 429, with the API's error 340 in the body.
    #[default]
    #[value(name = "429")]
    Status,
    /// The API's error 340, at the status that other errors have.
    #[value(name = "340")]
    ApiError,
}

/// Whether a request beyond the rate is told when the next token comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum RetryHint {
    /// `Retry-After` in seconds, rounded up.
    #[default]
    Seconds,
    /// `Retry-After` as a date.
    Date,
    /// No `Retry-After`.
    None,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = |text: &str| {
            let (per_second, burst) = text.split_once(':')?;
            Some((per_second.parse().ok()?, burst.parse().ok()?))
        };
        match read(text) {
            Some((per_second, burst)) => Self { per_second, burst }.checked(),
            None => Err("has to be PER_SECOND:BURST, like 20:40".to_owned()),
        }
    }
}

impl Rate {
    pub(crate) fn checked(self) -> Result<Self, String> {
        if !(0.01..=100_000.0).contains(&self.per_second) {
            return Err("requests per second have to be from 0.01 to 100000".to_owned());
        }
        if !(1..=100_000).contains(&self.burst) {
            return Err("the burst has to be a whole number from 1 to 100000".to_owned());
        }
        Ok(self)
    }
}

/// The limits of a sandbox.
pub(crate) struct Limits {
    pub(crate) bucket: Option<Bucket>,
    pub(crate) at_once: Option<Arc<Semaphore>>,
    pub(crate) reply: RateReply,
    pub(crate) hint: RetryHint,
    pub(crate) error_status: ErrorStatus,
}

/// Whether a request may go on.
pub(crate) enum Admission {
    /// It may, and keeps its place until its reply is sent.
    Granted(Option<OwnedSemaphorePermit>),
    /// It may not.
    Refused(Response),
}

impl Limits {
    pub(crate) fn admit(&self) -> Admission {
        if let Some(bucket) = &self.bucket
            && let Err(seconds) = bucket.take(Instant::now())
        {
            return Admission::Refused(self.too_fast(seconds));
        }
        match self.at_once.clone().map(Semaphore::try_acquire_owned) {
            None => Admission::Granted(None),
            Some(Ok(permit)) => Admission::Granted(Some(permit)),
            Some(Err(_)) => {
                let msg = "too many requests at the same time";
                let error = ApiError::new(ApiError::TOO_MANY_AT_ONCE, msg);
                Admission::Refused(refuse(&[error], self.error_status))
            }
        }
    }

    fn too_fast(&self, seconds: u32) -> Response {
        let msg = "too many requests in too short a time";
        let error = ApiError::new(ApiError::TOO_FAST, msg);
        let mut reply = match self.reply {
            RateReply::ApiError => refuse(&[error], self.error_status),
            RateReply::Status => {
                let body = json!({ "error": error, "errors": [error] });
                (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response()
            }
        };
        let hint = match self.hint {
            RetryHint::Seconds => RetryAfter::Seconds(seconds),
            RetryHint::Date => RetryAfter::Date(seconds),
            RetryHint::None => RetryAfter::Absent,
        };
        if let Some(value) = hint.value(Utc::now()) {
            reply.headers_mut().insert(header::RETRY_AFTER, value);
        }
        reply
    }
}

/// Tokens, and when they were counted.
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

    /// Takes a token, or tells in how many whole seconds there will be one.
    fn take(&self, now: Instant) -> Result<(), u32> {
        let mut bucket = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, counted) = *bucket;
        let came = now.saturating_duration_since(counted).as_secs_f64() * self.rate.per_second;
        let tokens = (tokens + came).min(self.rate.burst.into());
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
    use super::{Bucket, Rate};
    use std::time::{Duration, Instant};

    #[test]
    fn tokens_come_at_the_rate_and_fill_the_bucket_no_further() {
        let bucket = Bucket::new("2:3".parse().unwrap());
        let begun = Instant::now();
        let take = |ms: u64| bucket.take(begun + Duration::from_millis(ms));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(1));
        assert_eq!(take(400), Err(1));
        assert_eq!([take(600), take(600)], [Ok(()), Err(1)]);
        assert_eq!([take(60_000), take(60_000), take(60_000)], [Ok(()); 3]);
        assert_eq!(take(60_000), Err(1));
        let slow = Bucket::new("0.1:1".parse().unwrap());
        assert_eq!(slow.take(begun + Duration::from_secs(1)), Ok(()));
        assert_eq!(slow.take(begun + Duration::from_secs(2)), Err(9));
    }

    #[test]
    fn rates_that_do_not_read_are_told() {
        for (text, told) in [
            ("20", "like 20:40"),
            ("x:1", "like 20:40"),
            ("1:1.5", "like 20:40"),
            ("0:1", "from 0.01 to 100000"),
            ("NaN:1", "from 0.01 to 100000"),
            ("1:0", "burst has to be"),
        ] {
            let error = text.parse::<Rate>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}

//! The error type of the crate: a closed set of kinds, the API's error code, and whether a retry can help.

use std::{borrow::Cow, fmt, time::Duration};

use crate::token::BearerToken;

/// The kinds of errors, as a closed set. [`ErrorKind::as_str`] is the stable name that JavaScript sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A query parameter is outside its limits. No request was sent.
    InvalidQuery,
    /// An option of the client or of a call is invalid. No request was sent.
    InvalidOptions,
    /// The credentials of a service account are unusable. No request was sent.
    Credentials,
    /// There is no usable token: the callback failed, or its result is not a bearer token.
    Token,
    /// There is no response: the connection or `fetch` itself failed.
    Network,
    /// There is no response within the time limit.
    Timeout,
    /// The response is a redirect, or has an HTTP error status and no API error in its body.
    Http,
    /// The API returned an error. [`SmsHistoryError::code`] is its number.
    Api,
    /// The API, or the HTTP status 429, asks the client to slow down.
    RateLimited,
    /// The response violates the API's specification: HTML, truncated, not JSON, of another charset, or a field of a
    /// wrong type.
    Format,
    /// Rows of a history are missing.
    Incomplete,
    /// This library has a defect.
    Internal,
}

impl ErrorKind {
    /// The stable name: `invalid_query`, `rate_limited`, ...
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidQuery => "invalid_query",
            Self::InvalidOptions => "invalid_options",
            Self::Credentials => "credentials",
            Self::Token => "token",
            Self::Network => "network",
            Self::Timeout => "timeout",
            Self::Http => "http",
            Self::Api => "api",
            Self::RateLimited => "rate_limited",
            Self::Format => "format",
            Self::Incomplete => "incomplete",
            Self::Internal => "internal",
        }
    }
}

/// The error of every call.
///
/// The message and the `Debug` output never contain a token, a key, a phone number or a value of a row. Both omit the
/// [source](std::error::Error::source), the error of a lower layer, because it may quote the request.
///
/// For an error with an unknown code, the message shows words of the API's own text: lower-case ones outside quotes, at most 40.
pub struct SmsHistoryError(Box<ErrorData>);

/// Boxed, so that a `Result` stays small where it is returned through many functions.
struct ErrorData {
    kind: ErrorKind,
    message: Cow<'static, str>,
    code: Option<i64>,
    http_status: Option<u16>,
    retryable: bool,
    retry_after: Option<Duration>,
    stale_cursor: bool,
    source: Option<Box<dyn std::error::Error>>,
}

impl SmsHistoryError {
    /// Creates an error. The message says what is wrong and what is expected.
    ///
    /// Network failures, timeouts and rate limits are retryable by default, all other kinds are not.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_message(kind, message.into())
    }

    fn with_message(kind: ErrorKind, message: Cow<'static, str>) -> Self {
        Self(Box::new(ErrorData {
            kind,
            message,
            code: None,
            http_status: None,
            retryable: matches!(
                kind,
                ErrorKind::Network | ErrorKind::Timeout | ErrorKind::RateLimited
            ),
            retry_after: None,
            stale_cursor: false,
            source: None,
        }))
    }

    /// Adds to the message.
    pub(crate) fn with_addition(mut self, text: &str) -> Self {
        self.0.message.to_mut().push_str(text);
        self
    }

    /// Sets the API's error code.
    #[must_use]
    pub fn with_code(mut self, code: i64) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Sets the HTTP status of the response.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// Sets whether a retry of the same request may succeed.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Sets how long the server asks the client to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Sets whether the cursor that a history was resumed from no longer fits.
    #[must_use]
    pub fn with_stale_cursor(mut self, stale: bool) -> Self {
        self.0.stale_cursor = stale;
        self
    }

    /// Replaces the token in the message by `…`.
    pub(crate) fn without_token(mut self, token: &BearerToken) -> Self {
        if let Cow::Owned(message) = token.redact(&self.0.message) {
            self.0.message = message.into();
        }
        self
    }

    /// Keeps the error of a lower layer. It is never printed, because it may quote the request.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong and what is expected, in one sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The API's error code. Set only when the API itself returned an error.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The HTTP status. Set only when there was a response.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Whether a retry of the same request may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the server asks the client to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the cursor that the history was resumed from no longer fits, so that the history must be read from its
    /// beginning. `None` for kinds other than [`ErrorKind::Incomplete`].
    pub fn stale_cursor(&self) -> Option<bool> {
        (self.0.kind == ErrorKind::Incomplete).then_some(self.0.stale_cursor)
    }
}

impl fmt::Display for SmsHistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for SmsHistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsHistoryError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("code", &self.0.code)
            .field("http_status", &self.0.http_status)
            .field("retryable", &self.0.retryable)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for SmsHistoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref()
    }
}

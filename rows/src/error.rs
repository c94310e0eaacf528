//! The one error type: a closed set of kinds, the vendor's code where there is one, and whether trying again can help.

use std::{borrow::Cow, fmt, time::Duration};

/// What went wrong, as a closed set. [`ErrorKind::as_str`] is the stable name that JavaScript sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A query parameter is outside its limits; nothing was sent.
    InvalidQuery,
    /// An option of the client or of a call is wrong; nothing was sent.
    InvalidOptions,
    /// A service account's credentials can't be used; nothing was sent.
    Credentials,
    /// No usable token: the callback failed, or what it gave is not a bearer token.
    Token,
    /// No reply: the connection failed, or `fetch` itself did.
    Network,
    /// No reply within the time allowed.
    Timeout,
    /// A reply with an HTTP status that says failure and with no API error in its body, or a redirect.
    Http,
    /// The API's own error; [`SmsHistoryError::code`] has its number.
    Api,
    /// The API, or the HTTP status 429, asks to slow down.
    RateLimited,
    /// The reply is not what the API's specification says: HTML, truncated, not UTF-8, a field of a wrong type.
    Format,
    /// A history with rows missing.
    Incomplete,
    /// A defect of this library.
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
/// Its message never holds a token, a key, a phone number or a message text; neither does its `Debug` output. The
/// [source](std::error::Error::source) is what a lower layer threw and is left out of both.
pub struct SmsHistoryError(Box<Parts>);

/// Behind a pointer, because an error goes through many hands, each of which would copy it.
struct Parts {
    kind: ErrorKind,
    message: Cow<'static, str>,
    code: Option<i64>,
    http_status: Option<u16>,
    retryable: bool,
    retry_after: Option<Duration>,
    source: Option<Box<dyn std::error::Error>>,
}

impl SmsHistoryError {
    /// An error of a kind, with a message that says what is wrong and what would be right.
    ///
    /// Network failures, timeouts and rate limits start out as retryable, all other kinds as not.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self::with_message(kind, message.into())
    }

    fn with_message(kind: ErrorKind, message: Cow<'static, str>) -> Self {
        Self(Box::new(Parts {
            kind,
            message,
            code: None,
            http_status: None,
            retryable: matches!(
                kind,
                ErrorKind::Network | ErrorKind::Timeout | ErrorKind::RateLimited
            ),
            retry_after: None,
            source: None,
        }))
    }

    /// Sets the vendor's error code.
    #[must_use]
    pub fn with_code(mut self, code: i64) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Sets the HTTP status of the reply.
    #[must_use]
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// Sets whether the same request may succeed when it is sent again.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Sets how long the server asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    /// Keeps what a lower layer threw. It is never printed, because it may quote the request.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong and what would be right, in one sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The vendor's error code, when the API itself answered with an error.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The HTTP status, when there was a reply.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Whether the same request may succeed when it is sent again.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// How long the server asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
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

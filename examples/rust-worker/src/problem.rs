//! Errors as HTTP responses. The library's errors contain no secrets, so the responses contain none either.

use std::{borrow::Cow, time::Duration};

use serde::Serialize;
use voximplant_sms_history::{ErrorKind, SmsHistoryError};
use worker::{Response, ResponseBuilder, console_error};

/// An error response: `{ "error": { "kind", "message", "code" } }`.
pub struct Problem {
    status: u16,
    body: Body,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Body {
    kind: &'static str,
    message: Cow<'static, str>,
    /// The code of an API error.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
}

impl Problem {
    pub fn new(status: u16, kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let body = Body {
            kind,
            message: message.into(),
            code: None,
        };
        Self {
            status,
            body,
            retry_after: None,
        }
    }

    /// An error in the deployment. The log names it, the response does not.
    fn of_deployment(kind: &'static str, what: &str) -> Self {
        console_error!("{kind}: {what}");
        Self::new(
            500,
            kind,
            "the Worker is not configured correctly; see its log",
        )
    }

    pub fn into_response(self) -> worker::Result<Response> {
        let mut builder = ResponseBuilder::new().with_status(self.status);
        if let Some(wait) = self.retry_after {
            // Rounded up to whole seconds.
            let seconds = wait.as_millis().div_ceil(1000);
            builder = builder.with_header("Retry-After", &seconds.to_string())?;
        }
        #[derive(Serialize)]
        struct ErrorResponse {
            error: Body,
        }
        builder.from_json(&ErrorResponse { error: self.body })
    }
}

impl From<SmsHistoryError> for Problem {
    fn from(error: SmsHistoryError) -> Self {
        let kind = error.kind().as_str();
        let status = match error.kind() {
            ErrorKind::InvalidQuery => 400,
            ErrorKind::RateLimited => 503,
            ErrorKind::Timeout => 504,
            ErrorKind::Network
            | ErrorKind::Http
            | ErrorKind::Api
            | ErrorKind::Format
            | ErrorKind::Incomplete => 502,
            ErrorKind::Credentials
            | ErrorKind::InvalidOptions
            | ErrorKind::Token
            | ErrorKind::Internal => {
                return Self::of_deployment(kind, error.message());
            }
        };
        let mut problem = Self::new(status, kind, error.message().to_owned());
        problem.body.code = error.code();
        problem.retry_after = error.retry_after();
        problem
    }
}

/// A missing binding, or a request that the runtime cannot read.
impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        Self::of_deployment("internal", &error.to_string())
    }
}

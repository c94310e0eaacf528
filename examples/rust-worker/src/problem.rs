//! What went wrong, as an HTTP answer. No secret can get into one: the library's errors hold none.

use std::{borrow::Cow, time::Duration};

use serde::Serialize;
use voximplant_sms_history::{ErrorKind, SmsHistoryError};
use worker::{Response, ResponseBuilder, console_error};

/// An answer `{ "error": { "kind", "message", "code" } }`.
pub struct Problem {
    status: u16,
    body: Body,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Body {
    kind: &'static str,
    message: Cow<'static, str>,
    /// The API's own number, where it answered with an error.
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

    /// What only who deploys this can mend: the log says what it is, the answer does not.
    fn of_deployment(kind: &'static str, what: &str) -> Self {
        console_error!("{kind}: {what}");
        Self::new(
            500,
            kind,
            "the Worker is not set up rightly; its log says why",
        )
    }

    pub fn into_response(self) -> worker::Result<Response> {
        let mut builder = ResponseBuilder::new().with_status(self.status);
        if let Some(wait) = self.retry_after {
            // Whole seconds, and never too few.
            let seconds = wait.as_millis().div_ceil(1000);
            builder = builder.with_header("Retry-After", &seconds.to_string())?;
        }
        #[derive(Serialize)]
        struct Answer {
            error: Body,
        }
        builder.from_json(&Answer { error: self.body })
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

/// A binding that is missing, or a request that the runtime can't read.
impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        Self::of_deployment("internal", &error.to_string())
    }
}

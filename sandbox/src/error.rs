//! Errors: those of the API, and those of starting the sandbox.

use crate::options::ErrorStatus;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;

/// Why the API refuses a request: the vendor's number, in words of our own that quote nothing of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ApiError {
    pub(crate) code: u16,
    pub(crate) msg: String,
}

impl ApiError {
    pub(crate) const UNAUTHORIZED: u16 = 100;
    pub(crate) const INVALID_ARGUMENTS: u16 = 101;
    pub(crate) const UNKNOWN_COMMAND: u16 = 103;
    pub(crate) const UNSUPPORTED_OUTPUT: u16 = 105;
    pub(crate) const INVALID_DATE: u16 = 111;
    pub(crate) const INVALID_NUMBER: u16 = 121;
    pub(crate) const INVALID_DATE_RANGE: u16 = 123;
    pub(crate) const TOO_MANY_AT_ONCE: u16 = 314;
    pub(crate) const TOO_FAST: u16 = 340;
    pub(crate) const MALFORMED_TOKEN: u16 = 447;
    pub(crate) const TOKEN_LIVES_TOO_LONG: u16 = 454;
    pub(crate) const TOKEN_FROM_THE_FUTURE: u16 = 455;
    pub(crate) const TOKEN_EXPIRED: u16 = 456;
    pub(crate) const INVALID_DIRECTION: u16 = 470;

    pub(crate) fn new(code: u16, msg: impl Into<String>) -> Self {
        Self {
            code,
            msg: msg.into(),
        }
    }

    fn is_about_the_token(&self) -> bool {
        matches!(self.code, 100 | 447 | 454 | 455 | 456)
    }
}

/// Marks a reply as a refusal, for layers that look at replies from outside.
#[derive(Clone, Copy)]
pub(crate) struct Refused;

/// The reply to a request that has something wrong with it. The first error stands alone in `error`, all of them
/// in `errors`, as newer replies of the API have it.
pub(crate) fn refuse(errors: &[ApiError], status: ErrorStatus) -> Response {
    let status = match status {
        ErrorStatus::Ok => StatusCode::OK,
        ErrorStatus::Native if errors.iter().any(ApiError::is_about_the_token) => {
            StatusCode::UNAUTHORIZED
        }
        ErrorStatus::Native => StatusCode::BAD_REQUEST,
    };
    let body = serde_json::json!({ "error": errors.first(), "errors": errors });
    let mut reply = (status, Json(body)).into_response();
    reply.extensions_mut().insert(Refused);
    reply
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// More messages than fit.
    #[error("messages: {0} is more than {max}", max = crate::options::MOST_MESSAGES)]
    TooManyMessages(u32),
    /// More messages each second than can be added.
    #[error("insert_per_second: {0} is more than {max}", max = crate::options::MOST_PER_SECOND)]
    TooManyPerSecond(u32),
    /// A rate that cannot be kept.
    #[error("rate: {0}")]
    Rate(String),
    /// The port is taken, or may not be used.
    #[error("port {port} on 127.0.0.1 cannot be used: {source}")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// No certificate could be made, or there is no port for it.
    #[error("TLS cannot be spoken: {0}")]
    Tls(String),
    /// No key could be generated or written as PEM.
    #[error("the account's RSA key could not be made: {0}")]
    Key(String),
    /// The contract file cannot be read, or is not an OpenAPI document that the sandbox understands.
    #[error("contract {}: {reason}", path.display())]
    Contract {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

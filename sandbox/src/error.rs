//! API errors, their responses, and start errors.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;

/// The HTTP status of API errors. The vendor documents none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ErrorStatus {
    /// 200 as for other responses. The body says that it is an error.
    #[default]
    #[value(name = "200")]
    Ok,
    /// 401 for a rejected token, 400 for other errors.
    Native,
}

/// An API error: the vendor's code, and a message of our own that quotes nothing of the request.
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
    pub(crate) const CONCURRENCY_LIMIT: u16 = 314;
    pub(crate) const RATE_LIMIT: u16 = 340;
    pub(crate) const MALFORMED_TOKEN: u16 = 447;
    pub(crate) const TOKEN_LIFETIME_TOO_LONG: u16 = 454;
    pub(crate) const TOKEN_ISSUED_IN_FUTURE: u16 = 455;
    pub(crate) const TOKEN_EXPIRED: u16 = 456;
    pub(crate) const INVALID_DIRECTION: u16 = 470;

    pub(crate) fn new(code: u16, msg: impl Into<String>) -> Self {
        Self {
            code,
            msg: msg.into(),
        }
    }

    fn is_token_error(&self) -> bool {
        matches!(self.code, 100 | 447 | 454 | 455 | 456)
    }
}

/// Marks the response to a rejected request, for outer layers.
#[derive(Clone, Copy)]
pub(crate) struct Rejected;

/// Builds an error response. Like newer API responses, it has the first error in `error` and all errors in `errors`.
pub(crate) fn error_response(errors: &[ApiError], status: ErrorStatus) -> Response {
    let status = match status {
        ErrorStatus::Ok => StatusCode::OK,
        ErrorStatus::Native if errors.iter().any(ApiError::is_token_error) => {
            StatusCode::UNAUTHORIZED
        }
        ErrorStatus::Native => StatusCode::BAD_REQUEST,
    };
    let body = serde_json::json!({ "error": errors.first(), "errors": errors });
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(Rejected);
    response
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A numeric option is out of range.
    #[error("{option}: expected a number up to {max}, got a larger one")]
    OutOfRange {
        /// The option.
        option: &'static str,
        /// The largest value.
        max: u32,
    },
    /// The rate limit is out of range.
    #[error("rate: {0}")]
    Rate(String),
    /// The port is in use, or not allowed.
    #[error("port {port}: expected a free port on 127.0.0.1; {source}")]
    Port {
        /// The port.
        port: u16,
        /// The system's error.
        source: std::io::Error,
    },
    /// Generating the certificate or listening for TLS failed.
    #[error("tls: {0}")]
    Tls(String),
    /// Generating the RSA key or encoding it as PEM failed.
    #[error("account key: {0}")]
    Key(String),
    /// The contract file is not readable, or not an OpenAPI document that the sandbox supports.
    #[error("contract {}: {reason}", path.display())]
    Contract {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

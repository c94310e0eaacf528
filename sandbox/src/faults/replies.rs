//! What is sent instead of a reply.

use crate::error::ApiError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

/// A bare status, as a gateway before the API gives it.
pub(super) fn status(status: u16, retry_after: Option<HeaderValue>, html: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reply = if html {
        (status, page(status.canonical_reason().unwrap_or("Error"))).into_response()
    } else {
        status.into_response()
    };
    with(reply, retry_after)
}

/// An error of the API, whatever its reason would be.
pub(super) fn api_error(code: u16, status: u16, retry_after: Option<HeaderValue>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let error = ApiError::new(code, meaning(code));
    let body = json!({ "error": error, "errors": [error] });
    with((status, Json(body)).into_response(), retry_after)
}

/// What a captive portal or a maintenance page says: HTML, and that all is well.
pub(super) fn html() -> Response {
    page("Back in a few minutes").into_response()
}

fn page(title: &str) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1></body></html>\n"
    ))
}

fn with(mut reply: Response, retry_after: Option<HeaderValue>) -> Response {
    if let Some(value) = retry_after {
        reply.headers_mut().insert(header::RETRY_AFTER, value);
    }
    reply
}

/// The codes of the vendor's catalogue that matter to reading a history, in words of our own.
fn meaning(code: u16) -> &'static str {
    match code {
        1 => "fatal error",
        2 => "internal error",
        4 => "database error",
        100 => "the authorization failed",
        104 => "the command is not allowed for this role",
        131 => "the account is not activated",
        162 => "try again later",
        314 => "too many requests at the same time",
        340 => "too many requests in too short a time",
        416 => "repeat the request in a few seconds",
        455 => "the token was issued in the future",
        456 => "the token has expired",
        _ => "an error made by the sandbox",
    }
}

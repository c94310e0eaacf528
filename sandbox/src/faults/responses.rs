//! Responses that replace the API's own, and bodies that end early, stop or come slowly.

use super::model::{FaultKind, Position};
use crate::connection::ConnectionHandle;
use crate::error::ApiError;
use crate::random::Random;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use std::io::{Error, ErrorKind};
use std::time::Duration;

/// A bare status, as a gateway in front of the API sends it.
pub(super) fn status(status: u16, retry_after: Option<HeaderValue>, html: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let response = if html {
        let title = status.canonical_reason().unwrap_or("Error");
        (status, html_page(title)).into_response()
    } else {
        status.into_response()
    };
    with_retry_after(response, retry_after)
}

/// An API error.
pub(super) fn api_error(code: u16, status: u16, retry_after: Option<HeaderValue>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    let error = ApiError::new(code, message(code));
    let body = json!({ "error": error, "errors": [error] });
    with_retry_after((status, Json(body)).into_response(), retry_after)
}

/// An HTML page with status 200, as a captive portal or a maintenance page sends it.
pub(super) fn html() -> Response {
    html_page("Back in a few minutes").into_response()
}

fn html_page(title: &str) -> Html<String> {
    Html(format!(
        "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1></body></html>\n"
    ))
}

fn with_retry_after(mut response: Response, retry_after: Option<HeaderValue>) -> Response {
    if let Some(value) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// The message of an API error that matters to histories, in our own words.
fn message(code: u16) -> &'static str {
    match code {
        1 => "fatal error",
        2 => "internal error",
        4 => "database error",
        100 => "the authorization failed",
        104 => "the command is not allowed for this role",
        131 => "the account is not activated",
        162 => "try again later",
        314 => "too many concurrent requests",
        340 => "too many requests in too short a time",
        416 => "repeat the request in a few seconds",
        455 => "the token was issued in the future",
        456 => "the token has expired",
        _ => "an error injected by the sandbox",
    }
}

/// The body that a fault sends. Sets the length that the fault announces.
pub(super) fn faulty_body(
    kind: &FaultKind,
    random: &mut Random,
    bytes: Bytes,
    headers: &mut HeaderMap,
    connection: &ConnectionHandle,
) -> Body {
    let (at, ending) = match *kind {
        FaultKind::Drip {
            bytes: size,
            interval,
        } => {
            headers.insert(header::CONTENT_LENGTH, bytes.len().into());
            return drip(bytes, size, interval);
        }
        FaultKind::Truncate { at, full_length } => (at, full_length.then_some(Ending::Close)),
        FaultKind::Reset(Some(at)) => (at, Some(Ending::Reset)),
        FaultKind::Hang(Some(at)) => (at, Some(Ending::Hang)),
        _ => return bytes.into(),
    };
    match (Position::within(at, bytes.len(), random), ending) {
        (None, _) => bytes.into(),
        (Some(end), None) => {
            headers.remove(header::CONTENT_LENGTH);
            bytes.slice(..end).into()
        }
        (Some(end), Some(ending)) => {
            headers.insert(header::CONTENT_LENGTH, bytes.len().into());
            truncated(bytes.slice(..end), ending, connection.clone())
        }
    }
}

/// What follows the sent part of a body.
#[derive(Clone, Copy)]
enum Ending {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing, as long as the client waits.
    Hang,
}

/// A body that sends only `bytes`. A server discards its buffer when a body fails, so the ending waits until the system
/// has all bytes.
fn truncated(bytes: Bytes, ending: Ending, connection: ConnectionHandle) -> Body {
    enum Step {
        Send(Bytes),
        End(u64),
    }
    let steps = stream::try_unfold(Step::Send(bytes), move |step| {
        let connection = connection.clone();
        async move {
            let since = match step {
                Step::Send(bytes) if !bytes.is_empty() => {
                    return Ok(Some((bytes, Step::End(connection.flushes()))));
                }
                Step::Send(_) => connection.flushes(),
                Step::End(since) => since,
            };
            connection.flushed(since).await;
            match ending {
                Ending::Close => {}
                Ending::Reset => connection.reset(),
                Ending::Hang => std::future::pending().await,
            }
            Err(Error::new(ErrorKind::UnexpectedEof, "injected truncation"))
        }
    });
    Body::from_stream(steps)
}

/// A body in parts of `size` bytes: one at once, and one after each interval.
fn drip(bytes: Bytes, size: usize, interval: Duration) -> Body {
    let parts = stream::unfold((bytes, true), move |(mut rest, is_first)| async move {
        if rest.is_empty() {
            return None;
        }
        if !is_first {
            tokio::time::sleep(interval).await;
        }
        let part = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, Error>(part), (rest, false)))
    });
    Body::from_stream(parts)
}

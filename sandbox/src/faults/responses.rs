//! Responses that replace the API's own, pages with faulty values, and bodies that end early, stop or come slowly.

use super::model::{
    DateForm, ErrorBody, FaultKind, FileNameForm, Position, RowId, ValueField, ValueForm,
};
use crate::connection::ConnectionHandle;
use crate::data::{Row, transaction_id};
use crate::random::Random;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
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

/// An API error. `token` is the request's bearer token.
pub(super) fn api_error(
    body: ErrorBody,
    status: u16,
    retry_after: Option<HeaderValue>,
    token: &str,
) -> Response {
    let error = |code: Value, msg: String| {
        let error = json!({ "code": code, "msg": msg });
        json!({ "error": error, "errors": [error] })
    };
    let body = match body {
        ErrorBody::Standard(code) => error(code.into(), message(code).to_owned()),
        ErrorBody::Decimal(code) => error(f64::from(code).into(), message(code).to_owned()),
        ErrorBody::Parameter(code) => {
            let msg = "The 'from_date' parameter is invalid";
            error(code.into(), msg.to_owned())
        }
        ErrorBody::Token(code) => error(code.into(), format!("Unknown token {token}")),
        ErrorBody::Text => json!({ "error": "Service is in maintenance" }),
        ErrorBody::EmptyPage => json!({
            "success": false,
            "message": "Service is in maintenance",
            "result": [],
            "total_count": 0,
        }),
        ErrorBody::Letters => error("ACCESS_DENIED".into(), message(104).to_owned()),
    };
    let status = StatusCode::from_u16(status).unwrap_or_default();
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

/// The `Content-Disposition` of a file.
pub(super) fn content_disposition(form: FileNameForm) -> HeaderValue {
    HeaderValue::from_static(match form {
        FileNameForm::Extended => "attachment; filename*=UTF-8''sms.csv",
        FileNameForm::Encoded => "attachment; filename*=UTF-8''%E2%82%AC%20sms.csv",
        FileNameForm::Both => "attachment; filename=\"fallback.csv\"; filename*=UTF-8''sms.csv",
        FileNameForm::Semicolon => "attachment; filename=\"a;b.csv\"",
        FileNameForm::Absent => "attachment",
    })
}

/// A field of a row: its name and its JSON, which may be invalid UTF-8.
type RowField = (&'static str, Vec<u8>);

/// Writes a JSON page with a fault in its values.
pub(super) fn faulty_page(
    kind: &FaultKind,
    random: &mut Random,
    rows: &[Row<'_>],
    total_count: Option<u64>,
) -> Vec<u8> {
    let mut rows: Vec<_> = rows
        .iter()
        .map(|row| (row.message_id, row_fields(row)))
        .collect();
    let mut total_count = total_count.map(|count| count.to_string());
    let mut is_null = false;
    match *kind {
        FaultKind::ResultNull => is_null = true,
        FaultKind::RowId(location) => {
            let first_id = rows.first().map_or(0, |(id, _)| *id);
            for (id, fields) in &mut rows {
                move_id(fields, location, *id, first_id);
            }
        }
        FaultKind::Date(form) => change(&mut rows, "processed_date", |json| date(json, form)),
        FaultKind::Value {
            field: ValueField::TotalCount,
            form,
        } => total_count = total_count.map(|count| value(&count, form)),
        FaultKind::Value { field, form } => {
            change(&mut rows, field_name(field), |json| value(json, form));
        }
        FaultKind::CutUtf8(count) => {
            let mut uncut: Vec<usize> = (0..rows.len()).collect();
            for _ in 0..count.min(rows.len() as u32) {
                let index = uncut.swap_remove(random.below(uncut.len() as u64) as usize);
                cut_text(&mut rows[index].1);
            }
        }
        _ => {}
    }
    let mut body = b"{\"result\":".to_vec();
    if is_null {
        body.extend(b"null");
    } else {
        let rows: Vec<_> = rows.iter().map(|(_, fields)| object(fields)).collect();
        body.extend([b"[".as_slice(), &rows.join(&b","[..]), b"]"].concat());
    }
    if let Some(count) = total_count {
        body.extend(format!(",\"total_count\":{count}").bytes());
    }
    body.push(b'}');
    body
}

fn row_fields(row: &Row<'_>) -> Vec<RowField> {
    let json = serde_json::to_value(row).unwrap_or_default();
    let field = |name| Some((name, json.get(name)?.to_string().into_bytes()));
    Row::FIELDS.into_iter().filter_map(field).collect()
}

fn object(fields: &[RowField]) -> Vec<u8> {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, json)| [format!("\"{name}\":").as_bytes(), json].concat())
        .collect();
    [b"{".as_slice(), &fields.join(&b","[..]), b"}"].concat()
}

fn move_id(fields: &mut Vec<RowField>, location: RowId, id: u64, first_id: u64) {
    let removed: &[&str] = match location {
        RowId::SmsId | RowId::Both | RowId::Shared => &["message_id"],
        RowId::TransactionId | RowId::None => &["message_id", "transaction_id"],
    };
    fields.retain(|(name, _)| !removed.contains(name));
    let json = |number: u64| number.to_string().into_bytes();
    match location {
        RowId::SmsId => fields.insert(0, ("sms_id", json(id))),
        RowId::Both => {
            fields.insert(0, ("sms_id", json(id + 1_000_000_000)));
            fields.push(("message_id", json(id)));
        }
        RowId::TransactionId => fields.push(("transaction_id", json(transaction_id(id)))),
        RowId::None => {}
        RowId::Shared => fields.insert(0, ("message_id", json(first_id))),
    }
}

/// Changes the JSON of a field in all rows that have a value.
fn change(rows: &mut [(u64, Vec<RowField>)], name: &str, change: impl Fn(&str) -> String) {
    for (field, json) in rows.iter_mut().flat_map(|(_, fields)| fields) {
        if *field == name && json != b"null" {
            *json = change(&String::from_utf8_lossy(json)).into_bytes();
        }
    }
}

fn date(json: &str, form: DateForm) -> String {
    let (day, time) = json.trim_matches('"').split_once(' ').unwrap_or_default();
    match form {
        DateForm::Zero => "\"0000-00-00 00:00:00\"".to_owned(),
        DateForm::T => format!("\"{day}T{time}\""),
        DateForm::Z => format!("\"{day} {time}Z\""),
        DateForm::Iso => format!("\"{day}T{time}Z\""),
        DateForm::Fraction => format!("\"{day} {time}.678\""),
        DateForm::IsoFraction => format!("\"{day}T{time}.678Z\""),
    }
}

fn field_name(field: ValueField) -> &'static str {
    match field {
        ValueField::MessageId => "message_id",
        ValueField::Fragments => "fragments",
        ValueField::Cost => "cost",
        ValueField::StatusId => "status_id",
        ValueField::TransactionId => "transaction_id",
        ValueField::Direction => "direction",
        ValueField::TotalCount => "total_count",
    }
}

fn value(json: &str, form: ValueForm) -> String {
    let text = json.trim_matches('"');
    let fraction = if text.contains('.') { "" } else { ".0" };
    match form {
        ValueForm::Decimal => format!("{text}{fraction}"),
        ValueForm::DecimalString => format!("\"{text}{fraction}\""),
        ValueForm::String => format!("\"{text}\""),
        ValueForm::Empty => "\"\"".to_owned(),
        ValueForm::Php => text.parse().map_or(text.to_owned(), php_double),
    }
}

/// Writes a double with 34 significant digits and without trailing zeros.
fn php_double(number: f64) -> String {
    if number == 0.0 {
        return "0.0".to_owned();
    }
    let exponent = number.abs().log10().floor() as i32;
    let decimals = usize::try_from(33 - exponent).unwrap_or(0);
    let digits = format!("{number:.decimals$}");
    let digits = digits.trim_end_matches('0');
    match digits.strip_suffix('.') {
        Some(integer) => format!("{integer}.0"),
        None => digits.to_owned(),
    }
}

/// Appends the first two of three bytes of `€` to the text.
fn cut_text(fields: &mut Vec<RowField>) {
    let index = fields.iter().position(|(name, _)| *name == "text");
    let (_, old) = index.map_or(("text", b"null".to_vec()), |index| fields.remove(index));
    let mut json = match old.as_slice() {
        b"null" => b"\"".to_vec(),
        text => text[..text.len() - 1].to_vec(),
    };
    json.extend(b"\xE2\x82\"");
    fields.push(("text", json));
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

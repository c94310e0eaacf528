//! The admin routes below `/sandbox/`: without token, latency or faults.

use crate::data::{Filter, MAX_MESSAGES};
use crate::error::{ErrorStatus, error_response};
use crate::faults;
use crate::inserts::MAX_INSERTS_PER_SECOND;
use crate::request::Query;
use crate::state::{AppState, Shared};
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

type Object = serde_json::Map<String, Value>;

pub(crate) fn router(state: &AppState) -> Router<Arc<AppState>> {
    Router::new()
        .route("/health", get(health))
        .route("/totals", get(totals))
        .route("/ids", get(ids))
        .route("/messages", post(add_messages).delete(remove_messages))
        .route("/settle", post(settle_messages))
        .route("/inserts", get(inserts).post(set_inserts))
        .route("/stats", get(stats).delete(reset_stats))
        .route("/faults", faults::routes(state.faults.clone()))
        .route("/contract", get(contract))
}

async fn health(State(state): Shared) -> Response {
    Json(json!({ "status": "ok", "messages": state.dataset.len() })).into_response()
}

/// Sums over all matching messages.
async fn totals(State(state): Shared, RawQuery(query): RawQuery) -> Response {
    match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => Json(state.dataset.totals(&query.filter)).into_response(),
        Err(errors) => error_response(&errors, ErrorStatus::Native),
    }
}

/// The ids of all matching messages, ascending: a JSON array, or lines for `Accept: text/plain`.
async fn ids(State(state): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(errors) => return error_response(&errors, ErrorStatus::Native),
    };
    let ids = state.dataset.ids(&query.filter);
    let accept = headers.get(header::ACCEPT);
    if accept.is_some_and(|accept| accept == "text/plain") {
        let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
        lines.into_response()
    } else {
        Json(ids).into_response()
    }
}

/// `{"count": n, "age_seconds": s}` inserts n messages that are s seconds old. Default age: 0.
async fn add_messages(State(state): Shared, body: Bytes) -> Response {
    match add(&state, &body) {
        Ok(inserted) => {
            let body = json!({ "inserted": inserted, "messages": state.dataset.len() });
            Json(body).into_response()
        }
        Err(message) => bad_request(message),
    }
}

fn add(state: &AppState, body: &[u8]) -> Result<u32, String> {
    let mut body = object(body)?;
    let count = required_number(&mut body, "count", 1..=MAX_MESSAGES)?;
    let age = number(&mut body, "age_seconds", 0..=u32::MAX)?.unwrap_or(0);
    reject_unknown(&body, "count or age_seconds")?;
    let inserted = state.inserts.insert(count, Duration::from_secs(age.into()));
    inserted.map(|()| count).map_err(|full| full.to_string())
}

/// `{"count": n}` removes n of the matching messages, spread evenly.
async fn remove_messages(State(state): Shared, RawQuery(query): RawQuery, body: Bytes) -> Response {
    change(
        query,
        &body,
        |filter, count| json!({ "removed": state.dataset.remove(filter, count), "messages": state.dataset.len() }),
    )
}

/// `{"count": n}` gives n of the matching messages that wait a final status, spread evenly.
async fn settle_messages(State(state): Shared, RawQuery(query): RawQuery, body: Bytes) -> Response {
    change(
        query,
        &body,
        |filter, count| json!({ "settled": state.dataset.settle(filter, count) }),
    )
}

fn change(
    query: Option<String>,
    body: &[u8],
    apply: impl FnOnce(&Filter, u32) -> Value,
) -> Response {
    let query = match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(errors) => return error_response(&errors, ErrorStatus::Native),
    };
    match count(body) {
        Ok(count) => Json(apply(&query.filter, count)).into_response(),
        Err(message) => bad_request(message),
    }
}

fn count(body: &[u8]) -> Result<u32, String> {
    let mut body = object(body)?;
    let count = required_number(&mut body, "count", 1..=MAX_MESSAGES)?;
    reject_unknown(&body, "count")?;
    Ok(count)
}

async fn inserts(State(state): Shared) -> Response {
    let per_second = state.inserts.rate();
    Json(json!({ "perSecond": per_second, "messages": state.dataset.len() })).into_response()
}

/// `{"perSecond": n}` inserts n messages each second from now on. 0 stops the insertions.
async fn set_inserts(state: Shared, body: Bytes) -> Response {
    match per_second(&body) {
        Ok(per_second) => {
            state.inserts.set_rate(per_second);
            inserts(state).await
        }
        Err(message) => bad_request(message),
    }
}

fn per_second(body: &[u8]) -> Result<u32, String> {
    let mut body = object(body)?;
    let per_second = required_number(&mut body, "perSecond", 0..=MAX_INSERTS_PER_SECOND)?;
    reject_unknown(&body, "perSecond")?;
    Ok(per_second)
}

async fn stats(State(state): Shared) -> Response {
    Json(state.counter.stats()).into_response()
}

async fn reset_stats(state: Shared) -> Response {
    state.counter.reset();
    stats(state).await
}

async fn contract(State(state): Shared) -> Response {
    match &state.recorder {
        Some(recorder) => Json(recorder.report()).into_response(),
        None => {
            let message =
                "contract: expected a sandbox with a contract file; start it with --contract";
            (StatusCode::NOT_FOUND, Json(json!({ "message": message }))).into_response()
        }
    }
}

fn bad_request(message: String) -> Response {
    let body = json!({ "message": message });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn object(body: &[u8]) -> Result<Object, String> {
    serde_json::from_slice(body).map_err(|_| "body: expected a JSON object".to_owned())
}

fn number(
    body: &mut Object,
    name: &str,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, String> {
    let Some(value) = body.remove(name) else {
        return Ok(None);
    };
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    let number = number.filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| {
        let (min, max) = range.into_inner();
        format!("{name}: expected an integer from {min} to {max}")
    })
}

fn required_number(
    body: &mut Object,
    name: &str,
    range: RangeInclusive<u32>,
) -> Result<u32, String> {
    let (min, max) = (*range.start(), *range.end());
    number(body, name, range)?
        .ok_or_else(|| format!("{name}: expected an integer from {min} to {max}, got none"))
}

fn reject_unknown(body: &Object, known: &str) -> Result<(), String> {
    match body.keys().next() {
        None => Ok(()),
        Some(name) => Err(format!("{name}: expected {known}, got an unknown name")),
    }
}

//! For whoever runs the sandbox, not part of the API: below `/sandbox/`, without token, latency or faults.

use crate::app::App;
use crate::error::refuse;
use crate::faults;
use crate::options::{ErrorStatus, MOST_MESSAGES, MOST_PER_SECOND};
use crate::query::Query;
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

type Shared = State<Arc<App>>;
type Object = serde_json::Map<String, Value>;

pub(crate) fn router(app: &App) -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(health))
        .route("/totals", get(totals))
        .route("/ids", get(ids))
        .route("/messages", post(add_messages))
        .route("/inserts", get(inserts).post(set_inserts))
        .route("/stats", get(stats).delete(reset_stats))
        .route("/faults", faults::routes(app.faults.clone()))
        .route("/contract", get(contract))
}

async fn health(State(app): Shared) -> Response {
    Json(json!({ "status": "ok", "messages": app.dataset.len() })).into_response()
}

/// Sums over all messages that match.
async fn totals(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => Json(app.dataset.totals(&query.filter)).into_response(),
        Err(errors) => refuse(&errors, ErrorStatus::Native),
    }
}

/// The ids of all messages that match, ascending: a JSON array, or lines for who accepts `text/plain`.
async fn ids(State(app): Shared, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(errors) => return refuse(&errors, ErrorStatus::Native),
    };
    let ids = app.dataset.ids(&query.filter);
    let accept = headers.get(header::ACCEPT);
    if accept.is_some_and(|accept| accept == "text/plain") {
        let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
        lines.into_response()
    } else {
        Json(ids).into_response()
    }
}

/// `{"count": n, "age_seconds": s}` adds n messages of s seconds ago; of now, if that is left out.
async fn add_messages(State(app): Shared, body: Bytes) -> Response {
    match add(&app, &body) {
        Ok(inserted) => {
            let body = json!({ "inserted": inserted, "messages": app.dataset.len() });
            Json(body).into_response()
        }
        Err(message) => wrong(message),
    }
}

fn add(app: &App, body: &[u8]) -> Result<u32, String> {
    let mut body = object(body)?;
    let count = number(&mut body, "count", 1..=MOST_MESSAGES)?.ok_or("count: is missing")?;
    let age = number(&mut body, "age_seconds", 0..=u32::MAX)?.unwrap_or(0);
    nothing_else(&body, "count and age_seconds")?;
    let added = app.inserts.insert(count, Duration::from_secs(age.into()));
    added.map(|()| count).map_err(|full| full.to_string())
}

async fn inserts(State(app): Shared) -> Response {
    let per_second = app.inserts.per_second();
    Json(json!({ "perSecond": per_second, "messages": app.dataset.len() })).into_response()
}

/// `{"perSecond": n}` adds n messages each second from now on; 0 ends it.
async fn set_inserts(state: Shared, body: Bytes) -> Response {
    match per_second(&body) {
        Ok(per_second) => {
            state.inserts.set(per_second);
            inserts(state).await
        }
        Err(message) => wrong(message),
    }
}

fn per_second(body: &[u8]) -> Result<u32, String> {
    let mut body = object(body)?;
    let per_second = number(&mut body, "perSecond", 0..=MOST_PER_SECOND)?;
    nothing_else(&body, "perSecond")?;
    per_second.ok_or_else(|| "perSecond: is missing".to_owned())
}

/// What requests of the API there were.
async fn stats(State(app): Shared) -> Response {
    Json(app.counter.stats()).into_response()
}

async fn reset_stats(state: Shared) -> Response {
    state.counter.reset();
    stats(state).await
}

async fn contract(State(app): Shared) -> Response {
    match &app.recorder {
        Some(recorder) => Json(recorder.report()).into_response(),
        None => {
            let body = json!({ "message": "the sandbox was started without a contract file" });
            (StatusCode::NOT_FOUND, Json(body)).into_response()
        }
    }
}

fn wrong(message: String) -> Response {
    let body = json!({ "message": message });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn object(body: &[u8]) -> Result<Object, String> {
    serde_json::from_slice(body).map_err(|_| "body: has to be a JSON object".to_owned())
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
        format!("{name}: has to be a whole number from {min} to {max}")
    })
}

fn nothing_else(body: &Object, known: &str) -> Result<(), String> {
    match body.keys().next() {
        None => Ok(()),
        Some(name) => Err(format!("{name}: is not known here, only {known}")),
    }
}

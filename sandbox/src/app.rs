//! The way of a request: CORS, contract, latency, token, command, reply.

use crate::account::Account;
use crate::contract::{self, Recorder};
use crate::data::Dataset;
use crate::error::{ApiError, refuse};
use crate::options::ErrorStatus;
use crate::output;
use crate::query::Query;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// Where the API begins, as at the vendor's.
pub(crate) const API_PATH: &str = "/platform_api";

const PREFLIGHT_HOLDS_FOR: Duration = Duration::from_secs(600);

/// What the requests share.
pub(crate) struct App {
    pub(crate) account: Account,
    pub(crate) dataset: Dataset,
    pub(crate) latency: Duration,
    pub(crate) error_status: ErrorStatus,
    pub(crate) recorder: Option<Arc<Recorder>>,
}

type Shared = State<Arc<App>>;

pub(crate) fn router(app: Arc<App>) -> Router {
    let token = middleware::from_fn_with_state(app.clone(), check_token);
    let latency = middleware::from_fn_with_state(app.clone(), hold_back);
    // A request passes the layer that was added last first. A layer that spoils replies belongs between
    // the token and the commands.
    let mut api = Router::new()
        .route("/GetSmsHistory", post(get_sms_history).fallback(only_post))
        .fallback(unknown_command)
        .layer(token)
        .layer(latency);
    if let Some(recorder) = &app.recorder {
        api = api.layer(middleware::from_fn_with_state(
            recorder.clone(),
            contract::record,
        ));
    }
    // For whoever runs the sandbox, not part of the API: no token, no latency.
    let tools = Router::new()
        .route("/health", get(health))
        .route("/totals", get(totals))
        .route("/contract", get(contract));

    Router::new()
        .nest(API_PATH, api)
        .nest("/sandbox", tools)
        .layer(cors())
        .with_state(app)
}

/// Any page may call: there is nothing here that a page must not see.
fn cors() -> CorsLayer {
    let exposed: [HeaderName; 3] = [
        header::RETRY_AFTER,
        header::DATE,
        header::CONTENT_DISPOSITION,
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers([header::AUTHORIZATION])
        .expose_headers(exposed)
        .max_age(PREFLIGHT_HOLDS_FOR)
}

async fn hold_back(State(app): Shared, request: Request, next: Next) -> Response {
    if !app.latency.is_zero() {
        tokio::time::sleep(app.latency).await;
    }
    next.run(request).await
}

async fn check_token(State(app): Shared, request: Request, next: Next) -> Response {
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    match app.account.verify(authorization, chrono::Utc::now()) {
        Ok(()) => next.run(request).await,
        Err(error) => refuse(&[error], app.error_status),
    }
}

async fn get_sms_history(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => {
            let selection = app.dataset.select(&query.filter, query.offset, query.count);
            output::reply(&selection, query.output)
        }
        Err(errors) => refuse(&errors, app.error_status),
    }
}

async fn unknown_command(State(app): Shared) -> Response {
    let msg = "the sandbox knows the command GetSmsHistory alone";
    refuse(
        &[ApiError::new(ApiError::UNKNOWN_COMMAND, msg)],
        app.error_status,
    )
}

/// The facts know POST alone, so any other method is a mistake of the client and is shown as one: 405, whatever
/// status other errors have.
async fn only_post(State(app): Shared) -> Response {
    let msg = "GetSmsHistory takes POST alone";
    let error = ApiError::new(ApiError::INVALID_ARGUMENTS, msg);
    let mut reply = refuse(&[error], app.error_status);
    *reply.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    reply
        .headers_mut()
        .insert(header::ALLOW, header::HeaderValue::from_static("POST"));
    reply
}

async fn health(State(app): Shared) -> Response {
    Json(json!({ "status": "ok", "messages": app.dataset.len() })).into_response()
}

async fn totals(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    match Query::parse(query.as_deref().unwrap_or_default()) {
        Ok(query) => Json(app.dataset.totals(&query.filter)).into_response(),
        Err(errors) => refuse(&errors, ErrorStatus::Native),
    }
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

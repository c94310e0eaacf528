//! The routes and layers: CORS, counter, limits and latency, contract, parameters, faults, token, command.

use crate::account::Account;
use crate::admin;
use crate::body_guard;
use crate::contract;
use crate::error::{ApiError, error_response};
use crate::faults::{self, PageFault, ServerClock, TokenExpired, WithoutDate};
use crate::limits::{Admission, HttpDateForm};
use crate::output;
use crate::request::{self, Output, Parameters, Query};
use crate::state::{AppState, Shared};
use crate::stats;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use chrono::Utc;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// The API's base path, as on the vendor's server.
pub(crate) const API_PATH: &str = "/platform_api";

const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(600);

pub(crate) fn router(state: Arc<AppState>) -> Router {
    let token = middleware::from_fn_with_state(state.clone(), check_token);
    let admission = middleware::from_fn_with_state(state.clone(), admit);
    let counter = middleware::from_fn_with_state(state.counter.clone(), stats::count);
    let faults = middleware::from_fn_with_state(state.faults.clone(), faults::inject);
    // A request passes the layer added last first.
    let mut api = Router::new()
        .route("/GetSmsHistory", post(get_sms_history).fallback(post_only))
        // The vendor's SDKs send the command as a parameter.
        .route("/", post(command).fallback(post_only))
        .fallback(unknown_command)
        .layer(token)
        .layer(faults)
        .layer(middleware::from_fn(request::read_parameters));
    if let Some(recorder) = &state.recorder {
        api = api.layer(middleware::from_fn_with_state(
            recorder.clone(),
            contract::record,
        ));
    }
    api = api.layer(admission).layer(counter);
    let admin = admin::router(&state).layer(admin_cors());

    Router::new()
        .nest(API_PATH, api.layer(api_cors()))
        .nest("/sandbox", admin)
        .layer(middleware::map_response(set_date))
        .with_state(state)
}

/// Adds the `Date` header, which the server does not add because a fault may remove it.
async fn set_date(mut response: Response) -> Response {
    if response.extensions().get::<WithoutDate>().is_none() {
        let date = || HttpDateForm::Imf.value(Utc::now());
        let headers = response.headers_mut();
        headers.entry(header::DATE).or_insert_with(date);
    }
    response
}

/// Allows any origin: the sandbox has no data to protect.
fn api_cors() -> CorsLayer {
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
        .max_age(PREFLIGHT_MAX_AGE)
}

fn admin_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(PREFLIGHT_MAX_AGE)
}

/// Decides at arrival whether the limits admit a request. A rejection has the same latency as other responses.
async fn admit(State(state): Shared, request: Request, next: Next) -> Response {
    state.inserts.start_on_first_request();
    let admission = state.limits.admit();
    let latency = {
        let random = state.latency_random.lock();
        let mut random = random.unwrap_or_else(PoisonError::into_inner);
        state.latency.draw(&mut random)
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match admission {
        Admission::Granted(permit) => body_guard::hold(next.run(request).await, permit),
        Admission::Rejected(response) => response,
    }
}

async fn check_token(State(state): Shared, request: Request, next: Next) -> Response {
    match verify_token(&state.account, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error_response(&[error], state.error_status),
    }
}

fn verify_token(account: &Account, request: &Request) -> Result<(), ApiError> {
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let extensions = request.extensions();
    let clock = extensions.get::<ServerClock>().copied().unwrap_or_default();
    account.verify(authorization, clock.now())?;
    if extensions.get::<TokenExpired>().is_some() {
        let msg = "the token has expired";
        return Err(ApiError::new(ApiError::TOKEN_EXPIRED, msg));
    }
    Ok(())
}

async fn get_sms_history(
    State(state): Shared,
    page_fault: Option<Extension<PageFault>>,
    Extension(parameters): Extension<Parameters>,
) -> Response {
    if !parameters.is_readable() {
        let msg = "the body is not the form that its content type declares";
        let error = ApiError::new(ApiError::INVALID_ARGUMENTS, msg);
        return error_response(&[error], state.error_status);
    }
    let query = match Query::from_pairs(parameters.pairs()) {
        Ok(query) => query,
        Err(errors) => return error_response(&errors, state.error_status),
    };
    let page = state
        .dataset
        .select(&query.filter, query.offset, query.count);
    let (mut records, mut total_count) = (page.records, Some(page.total_count));
    let mut fault = page_fault.map(|Extension(fault)| fault);
    if let Some(fault) = &mut fault {
        fault.apply(&mut records, &mut total_count);
    }
    let rows: Vec<_> = records
        .iter()
        .map(|record| state.dataset.row(record))
        .collect();
    if let Some(fault) = &mut fault
        && query.output == Output::Json
        && let Some(body) = fault.json_page(&rows, total_count)
    {
        return output::json_response(body);
    }
    output::response(&rows, total_count, query.output)
}

async fn command(
    state: Shared,
    page_fault: Option<Extension<PageFault>>,
    Extension(parameters): Extension<Parameters>,
) -> Response {
    if parameters.get("cmd") == Some("GetSmsHistory") {
        get_sms_history(state, page_fault, Extension(parameters)).await
    } else {
        unknown_command(state).await
    }
}

async fn unknown_command(State(state): Shared) -> Response {
    let msg = "the sandbox supports the command GetSmsHistory only";
    let error = ApiError::new(ApiError::UNKNOWN_COMMAND, msg);
    error_response(&[error], state.error_status)
}

/// Responds with 405, whatever status other errors have. The API documents POST only, so another method is a mistake
/// of the client.
async fn post_only(State(state): Shared) -> Response {
    let error = ApiError::new(
        ApiError::INVALID_ARGUMENTS,
        "GetSmsHistory supports POST only",
    );
    let mut response = error_response(&[error], state.error_status);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    let post = HeaderValue::from_static("POST");
    response.headers_mut().insert(header::ALLOW, post);
    response
}

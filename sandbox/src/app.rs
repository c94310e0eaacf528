//! The way of a request: CORS, counter, limits and latency, contract, parameters, faults, token, command, reply.

use crate::account::Account;
use crate::contract::{self, Recorder};
use crate::data::Dataset;
use crate::delay::Delay;
use crate::error::{ApiError, refuse};
use crate::faults::{self, Clock, Faults, PageFault, TokenExpired};
use crate::guarded;
use crate::inserts::Inserts;
use crate::limits::{Admission, Limits};
use crate::options::ErrorStatus;
use crate::output;
use crate::parameters::{self, Parameters};
use crate::query::Query;
use crate::random::Random;
use crate::stats::{self, Counter};
use crate::tools;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::post;
use axum::{Extension, Router};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// Where the API begins, as at the vendor's.
pub(crate) const API_PATH: &str = "/platform_api";

const PREFLIGHT_HOLDS_FOR: Duration = Duration::from_secs(600);

/// What the requests share.
pub(crate) struct App {
    pub(crate) account: Account,
    pub(crate) dataset: Arc<Dataset>,
    pub(crate) inserts: Inserts,
    pub(crate) latency: Delay,
    pub(crate) latencies: Mutex<Random>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) limits: Limits,
    pub(crate) counter: Counter,
    pub(crate) error_status: ErrorStatus,
    pub(crate) recorder: Option<Arc<Recorder>>,
}

type Shared = State<Arc<App>>;

pub(crate) fn router(app: Arc<App>) -> Router {
    let token = middleware::from_fn_with_state(app.clone(), check_token);
    let arrival = middleware::from_fn_with_state(app.clone(), arrive);
    let counter = middleware::from_fn_with_state(app.clone(), stats::count);
    let faults = middleware::from_fn_with_state(app.faults.clone(), faults::spoil);
    // A request passes the layer that was added last first.
    let mut api = Router::new()
        .route("/GetSmsHistory", post(get_sms_history).fallback(only_post))
        // As the vendor's SDKs ask: the command is one of the parameters.
        .route("/", post(command).fallback(only_post))
        .fallback(unknown_command)
        .layer(token)
        .layer(faults)
        .layer(middleware::from_fn(parameters::read));
    if let Some(recorder) = &app.recorder {
        api = api.layer(middleware::from_fn_with_state(
            recorder.clone(),
            contract::record,
        ));
    }
    api = api.layer(arrival).layer(counter);
    let tools = tools::router(&app).layer(tools_cors());

    Router::new()
        .nest(API_PATH, api.layer(cors()))
        .nest("/sandbox", tools)
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

/// The same for the tools, which know more methods.
fn tools_cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(PREFLIGHT_HOLDS_FOR)
}

/// Whether a request is taken is decided when it comes, and told as late as any reply.
async fn arrive(State(app): Shared, request: Request, next: Next) -> Response {
    app.inserts.request();
    let admission = app.limits.admit();
    let latency = {
        let random = app.latencies.lock();
        app.latency
            .draw(&mut random.unwrap_or_else(PoisonError::into_inner))
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    match admission {
        Admission::Granted(permit) => guarded::hold(next.run(request).await, permit),
        Admission::Refused(reply) => reply,
    }
}

async fn check_token(State(app): Shared, request: Request, next: Next) -> Response {
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let extensions = request.extensions();
    let clock = extensions.get::<Clock>().copied().unwrap_or_default();
    let expired = extensions.get::<TokenExpired>().is_some();
    let verdict = app.account.verify(authorization, clock.now());
    let verdict = verdict.and_then(|()| match expired {
        true => Err(ApiError::new(
            ApiError::TOKEN_EXPIRED,
            "the token has expired",
        )),
        false => Ok(()),
    });
    match verdict {
        Ok(()) => next.run(request).await,
        Err(error) => refuse(&[error], app.error_status),
    }
}

async fn get_sms_history(
    State(app): Shared,
    page_fault: Option<Extension<PageFault>>,
    Extension(parameters): Extension<Parameters>,
) -> Response {
    if !parameters.readable() {
        let msg = "the body does not read as the form that its content type tells";
        let error = ApiError::new(ApiError::INVALID_ARGUMENTS, msg);
        return refuse(&[error], app.error_status);
    }
    match Query::of(parameters.pairs()) {
        Ok(query) => {
            let mut selection = app.dataset.select(&query.filter, query.offset, query.count);
            if let Some(Extension(fault)) = page_fault {
                fault.apply(&mut selection.records, &mut selection.total_count);
            }
            let rows = selection
                .records
                .iter()
                .map(|record| app.dataset.row(record));
            output::reply(
                &rows.collect::<Vec<_>>(),
                selection.total_count,
                query.output,
            )
        }
        Err(errors) => refuse(&errors, app.error_status),
    }
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

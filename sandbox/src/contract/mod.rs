//! Validates every API request and response against an OpenAPI file.
//!
//! A request that the API rejects is no violation, because tests send invalid requests. A violation is a request that
//! the API accepts although the contract does not allow it. Responses are always validated, unless a fault changed them.

mod openapi;

pub(crate) use openapi::Contract;

use crate::error::Rejected;
use crate::faults::FaultInjected;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use openapi::RequestParts;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// Maximum number of violations kept as text. Further ones are only counted.
const MAX_VIOLATIONS: usize = 200;

/// The validation results since the sandbox started. They have no values of requests or responses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContractReport {
    /// Number of API requests, without preflights.
    pub requests: u64,
    /// Number of requests that the API rejected.
    pub rejected: u64,
    /// Number of validated responses, with rejections. Responses of unknown paths and methods are not validated.
    pub responses: u64,
    /// Number of responses that a fault changed. They are not validated.
    pub faulty: u64,
    /// Number of violations.
    pub violation_count: u64,
    /// The first 200 violations.
    pub violations: Vec<String>,
}

/// A contract and its report.
pub(crate) struct Recorder {
    contract: Contract,
    report: Mutex<ContractReport>,
}

impl Recorder {
    pub(crate) fn new(contract: Contract) -> Self {
        Self {
            contract,
            report: Mutex::default(),
        }
    }

    pub(crate) fn report(&self) -> ContractReport {
        self.with_report(|report| report.clone())
    }

    fn with_report<T>(&self, change: impl FnOnce(&mut ContractReport) -> T) -> T {
        // The report stays valid if a thread panics while it holds the lock.
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ContractReport {
    fn add(&mut self, violations: Vec<String>) {
        self.violation_count += violations.len() as u64;
        let capacity = MAX_VIOLATIONS.saturating_sub(self.violations.len());
        self.violations
            .extend(violations.into_iter().take(capacity));
    }
}

/// The layer that validates a request and its response.
pub(crate) async fn record(
    State(recorder): State<Arc<Recorder>>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().as_str().to_ascii_lowercase();
    let path = request.uri().path().to_owned();
    let operation = recorder.contract.operation(&method, &path);
    let request_violations = match operation {
        Some(operation) => operation.check_request(&RequestParts {
            query: request.uri().query().unwrap_or_default(),
            authorization: request
                .headers()
                .get(header::AUTHORIZATION)
                .and_then(|value| value.to_str().ok()),
            has_body: !request.body().is_end_stream(),
        }),
        None => vec!["request: the path and method are not in the contract".to_owned()],
    };

    let (parts, body) = next.run(request).await.into_parts();
    let rejected = parts.extensions.get::<Rejected>().is_some();
    let status = parts.status.as_u16();
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let faulty = parts.extensions.get::<FaultInjected>().is_some();
    let (body, response_violations) = if faulty {
        (body, None)
    } else {
        // The body is in memory, so collecting it does not fail.
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body = body.unwrap_or_default();
        let violations =
            operation.map(|operation| operation.check_response(status, content_type, &body));
        (Body::from(body), violations)
    };

    recorder.with_report(|report| {
        report.faulty += u64::from(faulty);
        report.requests += 1;
        if rejected {
            report.rejected += 1;
        } else {
            report.add(request_violations);
        }
        if let Some(violations) = response_violations {
            report.responses += 1;
            report.add(violations);
        }
    });
    Response::from_parts(parts, body)
}

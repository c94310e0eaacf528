//! Holds every request and every reply of the API against an OpenAPI file.
//!
//! A request that the API refuses is no violation of its own: tests send wrong ones on purpose, and see the
//! refusal. What is a violation is a request that the API took although the contract does not allow it. Replies
//! are held against the contract whatever they are, but for those that a fault spoiled.

mod document;
mod operation;

pub(crate) use document::Contract;

use crate::error::Refused;
use crate::faults::Spoiled;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// How many violations are kept in words; the rest are only counted.
const MOST_KEPT: usize = 200;

/// What was recorded since the sandbox started. Holds no value of any request or reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Requests to the API, preflights left out.
    pub requests: u64,
    /// Those of them that the API refused.
    pub refused: u64,
    /// Replies that were held against the contract, refusals among them. Fewer than requests where a request went
    /// to a path or by a method that the contract does not know.
    pub replies: u64,
    /// Replies that a fault spoiled. They are not held against the contract: they break it on purpose.
    pub spoiled: u64,
    /// Number of violations.
    pub violation_count: u64,
    /// The first 200 of them, in words.
    pub violations: Vec<String>,
}

/// A contract and what was found by it.
pub(crate) struct Recorder {
    contract: Contract,
    report: Mutex<Report>,
}

/// A request as far as a contract says something about it.
pub(crate) struct Seen<'a> {
    pub(crate) query: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) has_body: bool,
}

impl Recorder {
    pub(crate) fn new(contract: Contract) -> Self {
        Self {
            contract,
            report: Mutex::default(),
        }
    }

    pub(crate) fn report(&self) -> Report {
        self.with_report(|report| report.clone())
    }

    fn with_report<T>(&self, change: impl FnOnce(&mut Report) -> T) -> T {
        // A report is whole at any time: it is good even if a thread died while it had it.
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Report {
    fn add(&mut self, violations: Vec<String>) {
        self.violation_count += violations.len() as u64;
        let room = MOST_KEPT.saturating_sub(self.violations.len());
        self.violations.extend(violations.into_iter().take(room));
    }
}

/// The layer: looks at a request, lets it pass, looks at the reply.
pub(crate) async fn record(
    State(recorder): State<Arc<Recorder>>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().as_str().to_ascii_lowercase();
    let path = request.uri().path().to_owned();
    let operation = recorder.contract.operation(&method, &path);
    let request_violations = match operation {
        Some(operation) => operation.check_request(&Seen {
            query: request.uri().query().unwrap_or_default(),
            authorization: request
                .headers()
                .get(header::AUTHORIZATION)
                .and_then(|value| value.to_str().ok()),
            has_body: !request.body().is_end_stream(),
        }),
        None => vec!["request: path and method are not in the contract".to_owned()],
    };

    let (parts, body) = next.run(request).await.into_parts();
    let refused = parts.extensions.get::<Refused>().is_some();
    let status = parts.status.as_u16();
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let spoiled = parts.extensions.get::<Spoiled>().is_some();
    let (body, reply_violations) = if spoiled {
        (body, None)
    } else {
        // The sandbox makes its replies in memory: they are there as a whole, and collecting them cannot fail.
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body = body.unwrap_or_default();
        let violations =
            operation.map(|operation| operation.check_reply(status, content_type, &body));
        (Body::from(body), violations)
    };

    recorder.with_report(|report| {
        report.spoiled += u64::from(spoiled);
        report.requests += 1;
        if refused {
            report.refused += 1;
        } else {
            report.add(request_violations);
        }
        if let Some(violations) = reply_violations {
            report.replies += 1;
            report.add(violations);
        }
    });
    Response::from_parts(parts, body)
}

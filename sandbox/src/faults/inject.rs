//! The active faults, and the layer that applies them.

use super::model::{CountError, Fault, FaultKind, Trigger};
use super::responses::{self, faulty_body};
use crate::connection::ConnectionHandle;
use crate::data::{Record, Row};
use crate::error::Rejected;
use crate::limits::HttpDateForm;
use crate::random::Random;
use crate::request::{Parameters, Query};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Purposes of the random sequences of a request: whether a fault applies, and its open details.
const OCCURRENCE: u64 = 11;
const DETAILS: u64 = 12;

/// An active fault and its counters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultReport {
    /// The fault.
    pub fault: Fault,
    /// Number of requests that match its offset and count.
    pub matched: u64,
    /// Number of requests that it was injected into.
    pub injected: u64,
}

/// The active faults of a sandbox.
pub(crate) struct FaultSet {
    seed: u64,
    active: Mutex<Vec<ActiveFault>>,
}

struct ActiveFault {
    report: FaultReport,
    /// Hashes of tokens that stay expired.
    expired_tokens: HashSet<u64>,
}

/// What triggers need of a request.
struct RequestFacts {
    /// Offset and count. `None` if the parameters are invalid.
    page: Option<(u64, u64)>,
    /// A hash of the token.
    token: u64,
}

/// What the faults do to one request.
#[derive(Debug, Default)]
struct FaultPlan {
    delay: Duration,
    /// Seconds that the server's clock is ahead.
    clock_skew: i64,
    /// Whether the response has no `Date`.
    no_date: bool,
    /// The fault that is not additive, and the generator of its open details.
    fault: Option<(FaultKind, Random)>,
}

impl FaultSet {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        let active = Mutex::default();
        let set = Self { seed, active };
        set.replace(faults);
        set
    }

    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        let active = |fault| ActiveFault {
            report: FaultReport {
                fault,
                matched: 0,
                injected: 0,
            },
            expired_tokens: HashSet::new(),
        };
        *self.active() = faults.into_iter().map(active).collect();
    }

    pub(crate) fn reports(&self) -> Vec<FaultReport> {
        let active = self.active();
        active.iter().map(|active| active.report.clone()).collect()
    }

    /// The clock by which the server dates new messages. A fault that applies to some requests only does not change it.
    pub(crate) fn clock(&self) -> ServerClock {
        let active = self.active();
        let skews = active.iter().filter_map(|active| {
            let Fault { kind, trigger } = &active.report.fault;
            match kind {
                FaultKind::Clock(skew) if *trigger == Trigger::default() => Some(skew),
                _ => None,
            }
        });
        ServerClock(skews.sum())
    }

    fn plan(&self, request: &RequestFacts) -> FaultPlan {
        let mut plan = FaultPlan::default();
        for (index, active) in self.active().iter_mut().enumerate() {
            active.add_to(&mut plan, request, self.seed ^ (index as u64) << 32);
        }
        plan
    }

    fn active(&self) -> MutexGuard<'_, Vec<ActiveFault>> {
        // The counters stay valid if a thread panics while it holds the lock.
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ActiveFault {
    fn add_to(&mut self, plan: &mut FaultPlan, request: &RequestFacts, seed: u64) {
        let report = &mut self.report;
        let trigger = report.fault.trigger;
        let matches = |limit: Option<u64>, value: Option<u64>| limit.is_none() || limit == value;
        let (offset, count) = request.page.unzip();
        if !matches(trigger.offset, offset) || !matches(trigger.count, count) {
            return;
        }
        report.matched += 1;
        let number = report.matched;
        let kind = &report.fault.kind;
        if plan.fault.is_some() && !kind.is_additive() {
            return;
        }
        let mut details = Random::of(seed, number, DETAILS);
        if self.expired_tokens.contains(&request.token) {
            plan.fault = Some((kind.clone(), details));
            return;
        }
        let draw = |own: Option<u64>| Random::of(own.unwrap_or(seed), number, OCCURRENCE);
        let is_exhausted = trigger.times.is_some_and(|times| report.injected >= times);
        if is_exhausted || !trigger.occurrence.contains(number, draw) {
            return;
        }
        report.injected += 1;
        match kind {
            FaultKind::Latency(delay) => plan.delay += delay.draw(&mut details),
            FaultKind::Clock(skew) => plan.clock_skew += skew,
            FaultKind::NoDate => plan.no_date = true,
            kind => {
                if let FaultKind::TokenExpired { stays: true } = kind {
                    self.expired_tokens.insert(request.token);
                }
                plan.fault = Some((kind.clone(), details));
            }
        }
    }
}

/// The server's clock, as seconds that it is ahead.
#[derive(Clone, Copy, Default)]
pub(crate) struct ServerClock(i64);

impl ServerClock {
    pub(crate) fn now(self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.0)
    }
}

/// Marks a request whose token is rejected as expired.
#[derive(Clone, Copy)]
pub(crate) struct TokenExpired;

/// Marks a response that a fault changed, for outer layers.
#[derive(Clone, Copy)]
pub(crate) struct FaultInjected;

/// Marks a response that is sent without a `Date` header.
#[derive(Clone, Copy)]
pub(crate) struct WithoutDate;

/// Marks a response that is never sent.
#[derive(Clone, Copy)]
pub(crate) struct NoResponse;

/// A fault in a page. The command applies it when it writes the page.
#[derive(Clone)]
pub(crate) struct PageFault {
    kind: FaultKind,
    random: Random,
}

impl PageFault {
    fn new(kind: &FaultKind, random: &Random) -> Option<Self> {
        is_page_fault(kind).then(|| Self {
            kind: kind.clone(),
            random: random.clone(),
        })
    }

    /// Changes the rows and the count, for every output format. A `total_count` of `None` is omitted.
    pub(crate) fn apply(&mut self, rows: &mut Vec<Record>, total_count: &mut Option<u64>) {
        match self.kind {
            FaultKind::TotalCount(error) => {
                *total_count = total_count.and_then(|count| match error {
                    CountError::By(by) => Some(count.saturating_add_signed(by)),
                    CountError::Cap(cap) => Some(count.min(cap)),
                    CountError::Absent => None,
                });
            }
            FaultKind::PageCap(max) => rows.truncate(max as usize),
            FaultKind::Duplicate(times) => {
                for _ in 0..times {
                    if let Some(index) = self.random_index(rows.len()) {
                        rows.insert(index, rows[index]);
                    }
                }
            }
            FaultKind::DropRow(times) => {
                for _ in 0..times {
                    if let Some(index) = self.random_index(rows.len()) {
                        rows.remove(index);
                    }
                }
            }
            _ => {}
        }
    }

    /// The JSON page, if the fault changes how its values are written.
    pub(crate) fn json_page(
        &mut self,
        rows: &[Row<'_>],
        total_count: Option<u64>,
    ) -> Option<Vec<u8>> {
        changes_json(&self.kind)
            .then(|| responses::faulty_page(&self.kind, &mut self.random, rows, total_count))
    }

    fn random_index(&mut self, rows: usize) -> Option<usize> {
        (rows > 0).then(|| self.random.below(rows as u64) as usize)
    }
}

fn is_page_fault(kind: &FaultKind) -> bool {
    changes_json(kind)
        || matches!(
            kind,
            FaultKind::TotalCount(_)
                | FaultKind::PageCap(_)
                | FaultKind::Duplicate(_)
                | FaultKind::DropRow(_)
        )
}

fn changes_json(kind: &FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::ResultNull
            | FaultKind::RowId(_)
            | FaultKind::Date(_)
            | FaultKind::Value { .. }
            | FaultKind::CutUtf8(_)
    )
}

/// The layer. The command runs whatever happens to its response, so that outer layers see whether the API rejected the
/// request.
pub(crate) async fn inject(
    State(faults): State<Arc<FaultSet>>,
    mut request: Request,
    next: Next,
) -> Response {
    let plan = faults.plan(&request_facts(&request));
    let clock = ServerClock(plan.clock_skew);
    let connection = request.extensions().get::<ConnectionHandle>();
    let connection = connection.cloned().unwrap_or_default();
    let token = bearer_token(&request);
    request.extensions_mut().insert(clock);
    if let Some((kind, random)) = &plan.fault {
        if let Some(page_fault) = PageFault::new(kind, random) {
            request.extensions_mut().insert(page_fault);
        }
        if let FaultKind::TokenExpired { .. } = kind {
            request.extensions_mut().insert(TokenExpired);
        }
    }
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let mut response = next.run(request).await;
    if let Some((kind, random)) = plan.fault {
        response = apply(kind, random, response, &connection, clock, &token).await;
    }
    if plan.clock_skew != 0 {
        let date = HttpDateForm::Imf.value(clock.now());
        response.headers_mut().insert(header::DATE, date);
    }
    if plan.no_date {
        response.headers_mut().remove(header::DATE);
        response.extensions_mut().insert(WithoutDate);
    }
    response
}

fn bearer_token(request: &Request) -> String {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let token = authorization.and_then(|value| value.split_once(' '));
    token.map_or(String::new(), |(_, token)| token.to_owned())
}

fn request_facts(request: &Request) -> RequestFacts {
    let parameters = request.extensions().get::<Parameters>();
    let query = parameters.and_then(|parameters| Query::from_pairs(parameters.pairs()).ok());
    let mut token = DefaultHasher::new();
    request
        .headers()
        .get(header::AUTHORIZATION)
        .hash(&mut token);
    RequestFacts {
        page: query.map(|query| (query.offset, query.count)),
        token: token.finish(),
    }
}

async fn apply(
    kind: FaultKind,
    mut random: Random,
    response: Response,
    connection: &ConnectionHandle,
    clock: ServerClock,
    token: &str,
) -> Response {
    let rejected = response.extensions().get::<Rejected>().copied();
    let mut faulty = match kind {
        // Applied before the command. The rejection of an expired token keeps the contract.
        FaultKind::TokenExpired { .. }
        | FaultKind::Latency(_)
        | FaultKind::Clock(_)
        | FaultKind::NoDate => return response,
        kind if is_page_fault(&kind) => response,
        FaultKind::Status {
            status,
            retry_after,
            html,
        } => responses::status(status, retry_after.value(clock.now()), html),
        FaultKind::ApiError {
            body,
            status,
            retry_after,
        } => responses::api_error(body, status, retry_after.value(clock.now()), token),
        FaultKind::FileName(form) => {
            let mut response = response;
            if let Some(value) = response.headers_mut().get_mut(header::CONTENT_DISPOSITION) {
                *value = responses::content_disposition(form);
            }
            response
        }
        FaultKind::Html => responses::html(),
        FaultKind::Reset(None) => {
            connection.reset();
            let mut unsent = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            unsent.extensions_mut().insert(NoResponse);
            unsent
        }
        FaultKind::Hang(None) => std::future::pending().await,
        kind => {
            let (mut parts, body) = response.into_parts();
            // The body is in memory, so collecting it does not fail.
            let bytes = axum::body::to_bytes(body, usize::MAX).await;
            let bytes = bytes.unwrap_or_default();
            let body = faulty_body(&kind, &mut random, bytes, &mut parts.headers, connection);
            Response::from_parts(parts, body)
        }
    };
    faulty.extensions_mut().insert(FaultInjected);
    if let Some(rejected) = rejected {
        faulty.extensions_mut().insert(rejected);
    }
    faulty
}

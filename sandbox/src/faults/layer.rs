//! The layer: asks the set what is to happen to a request, and does it to the reply.

use super::body::{Ending, cut, drip};
use super::page::PageFault;
use super::set::{Asked, Faults, Strike};
use super::{FaultKind, replies};
use crate::connection::Line;
use crate::error::Refused;
use crate::parameters::Parameters;
use crate::query::Query;
use crate::random::Random;
use crate::retry_after::http_date;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// How the server's clock is wrong for one request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Clock(i64);

impl Clock {
    pub(crate) fn now(self) -> DateTime<Utc> {
        Utc::now() + TimeDelta::seconds(self.0)
    }
}

/// Marks a request whose token is to be taken for expired.
#[derive(Clone, Copy)]
pub(crate) struct TokenExpired;

/// Marks a reply that something was done to on purpose, for layers that look at replies from outside.
#[derive(Clone, Copy)]
pub(crate) struct Spoiled;

/// Marks the place of a reply that nobody gets.
#[derive(Clone, Copy)]
pub(crate) struct NoReply;

/// The command runs whatever happens to its reply: whether the request was a good one shows in any case.
pub(crate) async fn spoil(
    State(faults): State<Arc<Faults>>,
    mut request: Request,
    next: Next,
) -> Response {
    let Strike { delay, skew, fault } = faults.strike(&asked(&request));
    let clock = Clock(skew);
    let line = request.extensions().get::<ConnectInfo<Line>>();
    let line = line.map(|line| line.0.clone()).unwrap_or_default();
    request.extensions_mut().insert(clock);
    if let Some((kind, random)) = &fault {
        if let Some(page_fault) = PageFault::of(kind, random) {
            request.extensions_mut().insert(page_fault);
        }
        if let FaultKind::TokenExpired { .. } = kind {
            request.extensions_mut().insert(TokenExpired);
        }
    }
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut reply = next.run(request).await;
    if let Some((kind, random)) = fault {
        reply = strike(kind, random, reply, &line, clock).await;
    }
    if skew != 0 {
        let date = http_date(clock.now());
        reply.headers_mut().insert(header::DATE, date);
    }
    reply
}

fn asked(request: &Request) -> Asked {
    let parameters = request.extensions().get::<Parameters>();
    let query = parameters.and_then(|parameters| Query::of(parameters.pairs()).ok());
    let mut token = DefaultHasher::new();
    request
        .headers()
        .get(header::AUTHORIZATION)
        .hash(&mut token);
    Asked {
        page: query.map(|query| (query.offset, query.count)),
        token: token.finish(),
    }
}

async fn strike(
    kind: FaultKind,
    mut random: Random,
    reply: Response,
    line: &Line,
    clock: Clock,
) -> Response {
    let refused = reply.extensions().get::<Refused>().copied();
    let mut spoiled = match kind {
        // These were done on the way in. An expired token's refusal is as the contract has it.
        FaultKind::TokenExpired { .. } | FaultKind::Latency(_) | FaultKind::Clock(_) => {
            return reply;
        }
        FaultKind::TotalCount(_) | FaultKind::Duplicate(_) | FaultKind::DropRow(_) => reply,
        FaultKind::Status {
            status,
            retry_after,
            html,
        } => replies::status(status, retry_after.value(clock.now()), html),
        FaultKind::ApiError {
            code,
            status,
            retry_after,
        } => replies::api_error(code, status, retry_after.value(clock.now())),
        FaultKind::Html => replies::html(),
        FaultKind::Reset(None) => {
            line.reset();
            let mut nothing = StatusCode::INTERNAL_SERVER_ERROR.into_response();
            nothing.extensions_mut().insert(NoReply);
            nothing
        }
        FaultKind::Hang(None) => std::future::pending().await,
        kind => {
            let (mut parts, body) = reply.into_parts();
            // The sandbox makes its replies in memory: they are there as a whole, and collecting them cannot fail.
            let bytes = axum::body::to_bytes(body, usize::MAX).await;
            let bytes = bytes.unwrap_or_default();
            let body = respun(kind, &mut random, bytes, &mut parts.headers, line);
            Response::from_parts(parts, body)
        }
    };
    spoiled.extensions_mut().insert(Spoiled);
    if let Some(refused) = refused {
        spoiled.extensions_mut().insert(refused);
    }
    spoiled
}

/// The body as a fault of the body sends it, under the length that is announced for it.
fn respun(
    kind: FaultKind,
    random: &mut Random,
    bytes: Bytes,
    headers: &mut HeaderMap,
    line: &Line,
) -> Body {
    let (at, ending) = match kind {
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
    match (at.within(bytes.len(), random), ending) {
        (None, _) => bytes.into(),
        (Some(place), None) => {
            headers.remove(header::CONTENT_LENGTH);
            bytes.slice(..place).into()
        }
        (Some(place), Some(ending)) => {
            headers.insert(header::CONTENT_LENGTH, bytes.len().into());
            cut(bytes.slice(..place), ending, line.clone())
        }
    }
}

//! Writes a fault down, in the names that it is read by.

use super::{Fault, FaultKind, Place, When, Which};
use crate::delay::Delay;
use crate::retry_after::RetryAfter;
use serde_json::Value;
use std::time::Duration;

type Parts = Vec<(&'static str, Value)>;

/// The kind, and the parts that are not as they would be anyway.
pub(super) fn fault(fault: &Fault) -> (String, Parts) {
    let mut parts = kind_parts(&fault.kind);
    when_parts(&fault.when, &mut parts);
    (kind(&fault.kind), parts)
}

fn kind(kind: &FaultKind) -> String {
    let name = match kind {
        FaultKind::Latency(_) => "latency",
        FaultKind::Status { status, .. } => return status.to_string(),
        FaultKind::ApiError { .. } => "api-error",
        FaultKind::Html => "html",
        FaultKind::Truncate { .. } => "truncate",
        FaultKind::Reset(_) => "reset",
        FaultKind::Hang(_) => "hang",
        FaultKind::Drip { .. } => "drip",
        FaultKind::TotalCount(_) => "total-count",
        FaultKind::Duplicate(_) => "duplicate",
        FaultKind::DropRow(_) => "drop-row",
        FaultKind::Clock(_) => "clock",
        FaultKind::TokenExpired { .. } => "token-expired",
    };
    name.to_owned()
}

fn kind_parts(kind: &FaultKind) -> Parts {
    match kind {
        FaultKind::Latency(Delay::Fixed(delay)) => vec![("ms", ms(*delay))],
        FaultKind::Latency(Delay::LongTail { mean, cap }) => {
            vec![("mean-ms", ms(*mean)), ("cap-ms", ms(*cap))]
        }
        FaultKind::Latency(range) => vec![("ms", range.to_string().into())],
        FaultKind::Status {
            retry_after, html, ..
        } => {
            let body = (!html).then(|| ("body", "empty".into()));
            retry_after_part(*retry_after)
                .into_iter()
                .chain(body)
                .collect()
        }
        FaultKind::ApiError {
            code,
            status,
            retry_after,
        } => {
            let parts = [("code", (*code).into()), ("status", (*status).into())];
            let retry_after = retry_after_part(*retry_after);
            parts.into_iter().chain(retry_after).collect()
        }
        FaultKind::Truncate { at, full_length } => {
            let length = if *full_length { "full" } else { "cut" };
            vec![("at", place(*at)), ("length", length.into())]
        }
        FaultKind::Reset(at) | FaultKind::Hang(at) => {
            at.map(|at| ("at", place(at))).into_iter().collect()
        }
        FaultKind::Drip { bytes, interval } => {
            vec![("bytes", (*bytes).into()), ("interval-ms", ms(*interval))]
        }
        FaultKind::TotalCount(None) => vec![("absent", true.into())],
        FaultKind::TotalCount(Some(by)) => vec![("by", (*by).into())],
        FaultKind::Duplicate(rows) | FaultKind::DropRow(rows) => vec![("rows", (*rows).into())],
        FaultKind::Clock(skew) => vec![("skew", (*skew).into())],
        FaultKind::TokenExpired { stays: true } => vec![("stays", true.into())],
        FaultKind::TokenExpired { stays: false } | FaultKind::Html => Vec::new(),
    }
}

fn when_parts(when: &When, parts: &mut Parts) {
    match when.which {
        Which::All => {}
        Which::Probability { of_one, seed } => {
            parts.push(("probability", of_one.into()));
            parts.extend(seed.map(|seed| ("seed", seed.into())));
        }
        Which::Every(every) => parts.push(("every", every.into())),
        Which::Requests { from, to } => {
            parts.push(("requests", format!("{from}-{to}").into()));
        }
    }
    for (name, limit) in [
        ("times", when.times),
        ("offset", when.offset),
        ("count", when.count),
    ] {
        parts.extend(limit.map(|limit| (name, limit.into())));
    }
}

fn retry_after_part(retry_after: RetryAfter) -> Option<(&'static str, Value)> {
    match retry_after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds(seconds) => Some(("retry-after", seconds.into())),
        RetryAfter::Date(seconds) => Some(("retry-after-date", seconds.into())),
    }
}

fn place(place: Place) -> Value {
    match place {
        Place::Byte(place) => place.into(),
        Place::Random => "random".into(),
    }
}

fn ms(duration: Duration) -> Value {
    (duration.as_millis() as u64).into()
}

//! Makes a fault of its parts. The parts of each kind, their limits and what they are if left out stand here alone.

use super::parts::Parts;
use super::{Fault, FaultError, FaultKind, Place, When, Which};
use crate::delay::{Delay, LONGEST_MS};
use crate::retry_after::RetryAfter;
use serde_json::Value;
use std::time::Duration;

type Result<T> = std::result::Result<T, FaultError>;

const KINDS: &str = "latency, a status from 400 to 599, api-error, html, truncate, reset, hang, drip, total-count, \
                     duplicate, drop-row, clock, token-expired";
/// A day, in seconds.
const DAY: i64 = 86_400;
const TEN_YEARS: i64 = 3_650 * DAY;
/// Beyond any page.
const MOST_ROWS: i64 = 1_000;
const MOST_MESSAGES: i64 = 1_000_000_000;

pub(super) fn fault(kind: &str, mut parts: Parts) -> Result<Fault> {
    let fault = Fault {
        kind: read_kind(kind, &mut parts)?,
        when: read_when(&mut parts)?,
    };
    parts.finish(kind)?;
    Ok(fault)
}

fn read_kind(kind: &str, parts: &mut Parts) -> Result<FaultKind> {
    Ok(match kind {
        "latency" => FaultKind::Latency(delay(parts)?),
        "api-error" => FaultKind::ApiError {
            code: parts.number("code", 1..=9_999)? as u16,
            status: api_status(parts)?,
            retry_after: retry_after(parts)?,
        },
        "html" => FaultKind::Html,
        "truncate" => FaultKind::Truncate {
            at: place(parts)?.unwrap_or(Place::Random),
            full_length: parts.word("length", ["full", "cut"])? == 0,
        },
        "reset" => FaultKind::Reset(place(parts)?),
        "hang" => FaultKind::Hang(place(parts)?),
        "drip" => FaultKind::Drip {
            bytes: parts.size("bytes", 1)?.unwrap_or(4_096) as usize,
            interval: milliseconds(parts, "interval-ms")?.unwrap_or(Duration::from_millis(20)),
        },
        "total-count" => FaultKind::TotalCount(total_count(parts)?),
        "duplicate" => FaultKind::Duplicate(rows(parts)?),
        "drop-row" => FaultKind::DropRow(rows(parts)?),
        "clock" => FaultKind::Clock(parts.number("skew", -TEN_YEARS..=TEN_YEARS)?),
        "token-expired" => FaultKind::TokenExpired {
            stays: parts.flag("stays")?,
        },
        _ => match kind.parse() {
            Ok(status) if (400..=599).contains(&status) && kind.len() == 3 => FaultKind::Status {
                status,
                retry_after: retry_after(parts)?,
                html: parts.word("body", ["html", "empty"])? == 0,
            },
            _ => return Err(FaultError::new("kind", format!("has to be one of {KINDS}"))),
        },
    })
}

fn read_when(parts: &mut Parts) -> Result<When> {
    Ok(When {
        which: read_which(parts)?,
        times: parts.size("times", 1)?,
        offset: parts.size("offset", 0)?,
        count: parts.size("count", 1)?,
    })
}

fn read_which(parts: &mut Parts) -> Result<Which> {
    let probability = read_probability(parts)?;
    let ways = [
        probability,
        parts.size("every", 1)?.map(Which::Every),
        parts
            .size("first", 1)?
            .map(|to| Which::Requests { from: 1, to }),
        read_requests(parts)?,
    ];
    let mut ways = ways.into_iter().flatten();
    let which = ways.next().unwrap_or_default();
    if ways.next().is_some() {
        let shape = "of these four, a fault has one at most";
        return Err(FaultError::new(
            "probability, every, first, requests",
            shape,
        ));
    }
    Ok(which)
}

fn read_probability(parts: &mut Parts) -> Result<Option<Which>> {
    let seed = parts.size("seed", 0)?;
    match parts.take("probability") {
        Some(value) => match value.as_f64().filter(|of_one| (0.0..=1.0).contains(of_one)) {
            Some(of_one) => Ok(Some(Which::Probability { of_one, seed })),
            None => {
                let shape = "has to be a number from 0 to 1";
                Err(FaultError::new("probability", shape))
            }
        },
        None if seed.is_some() => {
            let shape = "goes with probability alone, which is missing";
            Err(FaultError::new("seed", shape))
        }
        None => Ok(None),
    }
}

fn read_requests(parts: &mut Parts) -> Result<Option<Which>> {
    let Some(value) = parts.take("requests") else {
        return Ok(None);
    };
    let bounds = match &value {
        Value::String(text) => text
            .split_once('-')
            .map(|(from, to)| (from.parse().ok(), to.parse().ok())),
        Value::Array(bounds) => match bounds.as_slice() {
            [from, to] => Some((from.as_u64(), to.as_u64())),
            _ => None,
        },
        _ => None,
    };
    match bounds {
        Some((Some(from), Some(to))) if (1..=to).contains(&from) => {
            Ok(Some(Which::Requests { from, to }))
        }
        _ => {
            let shape = "has to be a range like 5-9, from 1 on (in JSON also [5, 9])";
            Err(FaultError::new("requests", shape))
        }
    }
}

fn delay(parts: &mut Parts) -> Result<Delay> {
    let ms = parts.take("ms");
    let mean = milliseconds(parts, "mean-ms")?;
    let cap = milliseconds(parts, "cap-ms")?;
    let shape = "a delay is ms=N, ms=MIN-MAX, or mean-ms=N with cap-ms=N";
    match (ms, mean, cap) {
        (Some(ms), None, None) => {
            let text = ms.as_str().map_or_else(|| ms.to_string(), str::to_owned);
            text.parse().map_err(|why| FaultError::new("ms", why))
        }
        (None, Some(mean), cap) => {
            let cap = cap.unwrap_or(Duration::from_secs(60));
            Ok(Delay::LongTail { mean, cap })
        }
        _ => Err(FaultError::new("ms, mean-ms, cap-ms", shape)),
    }
}

fn milliseconds(parts: &mut Parts, name: &'static str) -> Result<Option<Duration>> {
    let number = parts.optional_number(name, 0..=LONGEST_MS as i64)?;
    Ok(number.map(|ms| Duration::from_millis(ms.unsigned_abs())))
}

fn retry_after(parts: &mut Parts) -> Result<RetryAfter> {
    let seconds = parts.optional_number("retry-after", 0..=DAY)?;
    let date = parts.optional_number("retry-after-date", 0..=DAY)?;
    match (seconds, date) {
        (None, None) => Ok(RetryAfter::Absent),
        (Some(seconds), None) => Ok(RetryAfter::Seconds(seconds as u32)),
        (None, Some(seconds)) => Ok(RetryAfter::Date(seconds as u32)),
        (Some(_), Some(_)) => {
            let shape = "a reply has one of these at most";
            Err(FaultError::new("retry-after, retry-after-date", shape))
        }
    }
}

fn api_status(parts: &mut Parts) -> Result<u16> {
    match parts.optional_number("status", 200..=599)? {
        None => Ok(200),
        Some(status) if status == 200 || status >= 400 => Ok(status as u16),
        Some(_) => {
            let shape = "has to be 200, or from 400 to 599";
            Err(FaultError::new("status", shape))
        }
    }
}

fn place(parts: &mut Parts) -> Result<Option<Place>> {
    match parts.take("at") {
        None => Ok(None),
        Some(value) if value == "random" => Ok(Some(Place::Random)),
        Some(value) => match value.as_u64() {
            Some(place) => Ok(Some(Place::Byte(place))),
            None => {
                let shape = "has to be a number of bytes, 0 or more, or random";
                Err(FaultError::new("at", shape))
            }
        },
    }
}

fn total_count(parts: &mut Parts) -> Result<Option<i64>> {
    let absent = parts.flag("absent")?;
    let by = parts.optional_number("by", -MOST_MESSAGES..=MOST_MESSAGES)?;
    if absent == by.is_some() {
        let shape = "a total_count is either wrong by=N or absent";
        return Err(FaultError::new("by, absent", shape));
    }
    Ok(by)
}

fn rows(parts: &mut Parts) -> Result<u32> {
    let rows = parts.optional_number("rows", 1..=MOST_ROWS)?;
    Ok(rows.unwrap_or(1) as u32)
}

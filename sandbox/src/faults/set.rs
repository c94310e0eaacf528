//! The faults that are set, how often each struck, and which of them strikes a request.

use super::{Fault, FaultKind};
use crate::random::Random;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A fault that is set, and how often it struck since.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaultReport {
    /// The fault.
    pub fault: Fault,
    /// Requests that its offset and count let by.
    pub seen: u64,
    /// Those of them that it struck.
    pub struck: u64,
}

/// What is asked of the set about a request.
pub(super) struct Asked {
    /// Offset and count, if the request can be answered at all.
    pub(super) page: Option<(u64, u64)>,
    /// A hash of the token.
    pub(super) token: u64,
}

/// What is to happen to a request.
#[derive(Debug, Default)]
pub(super) struct Strike {
    pub(super) delay: Duration,
    /// Seconds that the server's clock is ahead.
    pub(super) skew: i64,
    /// The one fault, and what to draw from for what it leaves open.
    pub(super) fault: Option<(FaultKind, Random)>,
}

/// All faults of a sandbox.
pub(crate) struct Faults {
    seed: u64,
    armed: Mutex<Vec<Armed>>,
}

struct Armed {
    report: FaultReport,
    /// Tokens that stay expired.
    expired: HashSet<u64>,
}

/// What the sequences of random numbers are used for, so that one does not shift the other.
const WHICH: u64 = 11;
const WHAT: u64 = 12;

impl Faults {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        let armed = Mutex::default();
        let set = Self { seed, armed };
        set.replace(faults);
        set
    }

    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        let armed = |fault| Armed {
            report: FaultReport {
                fault,
                seen: 0,
                struck: 0,
            },
            expired: HashSet::new(),
        };
        *self.armed() = faults.into_iter().map(armed).collect();
    }

    pub(crate) fn reports(&self) -> Vec<FaultReport> {
        let armed = self.armed();
        armed.iter().map(|armed| armed.report.clone()).collect()
    }

    pub(super) fn strike(&self, asked: &Asked) -> Strike {
        let mut strike = Strike::default();
        for (place, armed) in self.armed().iter_mut().enumerate() {
            armed.strike(asked, self.seed ^ (place as u64) << 32, &mut strike);
        }
        strike
    }

    fn armed(&self) -> MutexGuard<'_, Vec<Armed>> {
        // The counters are good even if a thread died while it had them.
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn strike(&mut self, asked: &Asked, seed: u64, strike: &mut Strike) {
        let report = &mut self.report;
        let when = report.fault.when;
        let lets_by = |limit: Option<u64>, value: Option<u64>| limit.is_none() || limit == value;
        let (offset, count) = asked.page.unzip();
        if !lets_by(when.offset, offset) || !lets_by(when.count, count) {
            return;
        }
        report.seen += 1;
        let number = report.seen;
        let kind = &report.fault.kind;
        if strike.fault.is_some() && !kind.adds() {
            return;
        }
        let what = Random::of(seed, number, WHAT);
        if self.expired.contains(&asked.token) {
            strike.fault = Some((kind.clone(), what));
            return;
        }
        let lots = |own: Option<u64>| Random::of(own.unwrap_or(seed), number, WHICH);
        let spent = when.times.is_some_and(|times| report.struck >= times);
        if spent || !when.which.holds(number, lots) {
            return;
        }
        report.struck += 1;
        let mut what = what;
        match kind {
            FaultKind::Latency(delay) => strike.delay += delay.draw(&mut what),
            FaultKind::Clock(skew) => strike.skew += skew,
            kind => {
                if let FaultKind::TokenExpired { stays: true } = kind {
                    self.expired.insert(asked.token);
                }
                strike.fault = Some((kind.clone(), what));
            }
        }
    }
}

//! The progress of a call.

use std::time::Duration;

use crate::{client::events::Observer, clock::Clock};

/// The progress of a call that reads a history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The number of the call, the same as in its events.
    pub call: u64,
    /// Messages read by this call.
    pub read: u64,
    /// Messages that this call will read: the rest of the history, or the limit if that is lower.
    pub total: u64,
    /// Messages per second since the call began.
    pub per_second: f64,
    /// The time that the rest takes at this rate.
    pub remaining: Duration,
}

impl Progress {
    fn new(call: u64, read: u64, total: u64, began: f64, now: f64) -> Self {
        // Workers freeze the clock between network events, so no time may have passed.
        let seconds = (now - began).max(1.0) / 1000.0;
        let per_second = read as f64 / seconds;
        let left = total.saturating_sub(read) as f64;
        Self {
            call,
            read,
            total,
            per_second,
            remaining: Duration::from_millis(
                (left / per_second.max(f64::MIN_POSITIVE) * 1000.0) as u64,
            ),
        }
    }
}

/// Reports the progress of one call.
pub(super) struct ProgressMeter {
    pub(super) observer: Option<Observer<Progress>>,
    pub(super) call: u64,
    /// When the call began, on the clock of [`Clock::elapsed`].
    pub(super) began: f64,
}

impl ProgressMeter {
    pub(super) fn report(&self, clock: &impl Clock, read: u64, total: u64) {
        if let Some(observer) = &self.observer {
            let progress = Progress::new(self.call, read, total, self.began, clock.elapsed());
            observer.emit(&progress);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_rate_and_remaining_time() {
        let progress = Progress::new(1, 500, 2000, 1_000.0, 3_000.0);
        assert_eq!(
            (progress.per_second, progress.remaining),
            (250.0, Duration::from_secs(6))
        );
        let all = Progress::new(1, 2000, 2000, 0.0, 4_000.0);
        assert_eq!((all.per_second, all.remaining), (500.0, Duration::ZERO));
    }

    #[test]
    fn a_frozen_clock_gives_a_finite_rate() {
        assert_eq!(Progress::new(1, 10, 20, 5.0, 5.0).per_second, 10_000.0);
        assert!(Progress::new(1, 0, 20, 5.0, 5.0).remaining > Duration::from_secs(1_000_000));
    }
}

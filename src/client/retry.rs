//! When to send a request again, and after how long.

use std::{cell::Cell, time::Duration};

use crate::error::{ErrorKind, SmsHistoryError};

/// The longest wait that a server's `Retry-After` can ask for. One that asks for more is asked again after this.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How often a request is sent, and how long the waits between are: exponential backoff with full jitter, which is a
/// random part of a time that doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts; up to 250 ms before the second one, doubling to at most 8 s.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(8),
        }
    }
}

impl RetryPolicy {
    /// Every request is sent once.
    pub const NONE: Self = Self {
        max_attempts: 1,
        base_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
    };

    /// A policy of 1 to 100 attempts, with waits of up to a day.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside of these limits, and when the longest wait is shorter than the first.
    pub fn new(
        max_attempts: u32,
        base_delay: Duration,
        max_delay: Duration,
    ) -> Result<Self, SmsHistoryError> {
        const DAY: Duration = Duration::from_secs(86_400);
        let refuse = |message| Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
        if !(1..=100).contains(&max_attempts) {
            return refuse("retry.maxAttempts: expected a whole number from 1 to 100");
        }
        if max_delay > DAY {
            return refuse("retry.maxDelayMs: expected at most 86400000 (a day)");
        }
        if base_delay > max_delay {
            return refuse("retry.baseDelayMs: expected at most retry.maxDelayMs");
        }
        Ok(Self {
            max_attempts,
            base_delay,
            max_delay,
        })
    }

    /// How often a request is sent at the most.
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The wait after an attempt (the first is 1). `asked` is the server's `Retry-After`, which is kept to; `random` is
    /// in 0..1.
    pub(crate) fn delay(&self, attempt: u32, asked: Option<Duration>, random: f64) -> Duration {
        let most = self
            .base_delay
            .saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX))
            .min(self.max_delay);
        let jitter = most.mul_f64(random.clamp(0.0, 1.0));
        // Those that were told the same time to come back do not all come at once.
        asked.map_or(jitter, |asked| {
            asked.min(LONGEST_RETRY_AFTER) + jitter.min(self.base_delay)
        })
    }
}

/// A number in 0..1 from the runtime's own source of randomness; 1 where there is none, which makes the wait longest.
pub(crate) fn random() -> f64 {
    getrandom::u32().map_or(1.0, |bits| f64::from(bits) / (f64::from(u32::MAX) + 1.0))
}

/// What all calls of a client may spend on retries together: each request that succeeds earns half a retry.
///
/// While single requests fail, each is tried again as the policy says. When the API fails altogether, the budget is
/// soon used up, and calls fail at once instead of adding to its load.
pub(crate) struct RetryBudget(Cell<u32>);

impl RetryBudget {
    /// A full budget: 20 retries, counted in halves.
    const FULL: u32 = 40;

    pub(crate) fn earn(&self) {
        self.0.set((self.0.get() + 1).min(Self::FULL));
    }

    /// Takes one retry out, if there is one.
    pub(crate) fn spend(&self) -> bool {
        let left = self.0.get().checked_sub(2);
        if let Some(left) = left {
            self.0.set(left);
        }
        left.is_some()
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Cell::new(Self::FULL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_jittered_in_full() {
        let policy = RetryPolicy::default();
        let millis = |attempt, random| policy.delay(attempt, None, random).as_millis();
        assert_eq!(
            [1, 2, 3, 6, 40, 100].map(|n| millis(n, 1.0)),
            [250, 500, 1000, 8000, 8000, 8000]
        );
        assert_eq!([1, 2, 3].map(|n| millis(n, 0.0)), [0, 0, 0]);
        assert_eq!(millis(2, 0.5), 250);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_to_and_capped() {
        let policy = RetryPolicy::default();
        let seconds = |asked, random| {
            policy
                .delay(1, Some(Duration::from_secs(asked)), random)
                .as_secs_f64()
        };
        assert_eq!(
            [seconds(3, 0.0), seconds(3, 1.0), seconds(86_400, 0.0)],
            [3.0, 3.25, 60.0]
        );
    }

    #[test]
    fn a_budget_runs_out_and_is_earned_back_by_success() {
        let budget = RetryBudget::default();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 20);
        budget.earn();
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
    }

    #[test]
    fn random_numbers_differ_and_stay_in_range() {
        let some: Vec<f64> = (0..50).map(|_| random()).collect();
        assert!(some.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(some.windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn policies_outside_the_limits_are_refused() {
        let policy = |attempts, base, max| {
            RetryPolicy::new(
                attempts,
                Duration::from_secs(base),
                Duration::from_secs(max),
            )
        };
        assert!(policy(1, 0, 0).is_ok() && policy(100, 1, 86_400).is_ok());
        for (bad, word) in [
            (policy(0, 0, 1), "maxAttempts"),
            (policy(101, 0, 1), "maxAttempts"),
            (policy(2, 2, 1), "baseDelayMs"),
            (policy(2, 1, 86_401), "maxDelayMs"),
        ] {
            let error = bad.unwrap_err();
            assert!(
                error.kind() == ErrorKind::InvalidOptions && error.message().contains(word),
                "{error}"
            );
        }
    }
}

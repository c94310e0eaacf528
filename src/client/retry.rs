//! Retries: the policy, the delays, and the budget that all calls of a client share.

use std::{cell::Cell, time::Duration};

use crate::{
    error::{ErrorKind, SmsHistoryError},
    limits::{DAY, MAX_ATTEMPTS},
    option_names,
};

/// The longest wait for a server's `Retry-After`. After it, the client retries even if the server asked for more.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The number of attempts and the delays between them: exponential backoff with full jitter.
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
    /// One attempt, no retries.
    pub const NONE: Self = Self {
        max_attempts: 1,
        base_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
    };

    /// Creates a policy of 1 to 100 attempts, with delays of up to a day.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside these limits, and when `base_delay` is longer than `max_delay`.
    pub fn new(
        max_attempts: u32,
        base_delay: Duration,
        max_delay: Duration,
    ) -> Result<Self, SmsHistoryError> {
        let invalid =
            |message: String| Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
        if !(1..=MAX_ATTEMPTS).contains(&max_attempts) {
            return invalid(format!(
                "{}: expected an integer from 1 to {MAX_ATTEMPTS}, got {max_attempts}",
                option_names::MAX_ATTEMPTS
            ));
        }
        if max_delay > DAY {
            return invalid(format!(
                "{}: expected at most a day, got a longer delay",
                option_names::MAX_DELAY
            ));
        }
        if base_delay > max_delay {
            return invalid(format!(
                "{}: expected at most {}, got a longer delay",
                option_names::BASE_DELAY,
                option_names::MAX_DELAY
            ));
        }
        Ok(Self {
            max_attempts,
            base_delay,
            max_delay,
        })
    }

    /// The greatest number of attempts, the first one included.
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// The longest delay before the second attempt.
    pub fn base_delay(&self) -> Duration {
        self.base_delay
    }

    /// The longest delay before any attempt.
    pub fn max_delay(&self) -> Duration {
        self.max_delay
    }

    /// The delay after an attempt (the first is 1). `random` is in 0..1.
    pub(crate) fn delay(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Duration {
        let limit = self
            .base_delay
            .saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX))
            .min(self.max_delay);
        let jitter = limit.mul_f64(random.clamp(0.0, 1.0));
        // Clients with the same `Retry-After` must not all come back at once.
        retry_after.map_or(jitter, |wait| {
            wait.min(MAX_RETRY_AFTER) + jitter.min(self.base_delay)
        })
    }
}

/// A random number in 0..1 from the runtime. Without a source of randomness it is 1, which gives the longest delay.
pub(crate) fn random() -> f64 {
    getrandom::u32().map_or(1.0, |bits| f64::from(bits) / (f64::from(u32::MAX) + 1.0))
}

/// The retry budget of a client. Each successful request earns half a retry.
///
/// While single requests fail, each is retried according to the policy. During an outage the budget runs out, and calls
/// fail without retrying instead of adding load.
pub(crate) struct RetryBudget(Cell<u32>);

impl RetryBudget {
    /// A full budget: 20 retries, counted in halves.
    const FULL: u32 = 40;

    pub(crate) fn earn(&self) {
        self.0.set((self.0.get() + 1).min(Self::FULL));
    }

    /// Takes one retry out of the budget. Returns `false` if there is none.
    pub(crate) fn spend(&self) -> bool {
        let rest = self.0.get().checked_sub(2);
        if let Some(rest) = rest {
            self.0.set(rest);
        }
        rest.is_some()
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
    fn delays_double_up_to_the_maximum_with_full_jitter() {
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
    fn retry_after_is_respected_and_capped() {
        let policy = RetryPolicy::default();
        let seconds = |retry_after, random| {
            policy
                .delay(1, Some(Duration::from_secs(retry_after)), random)
                .as_secs_f64()
        };
        assert_eq!(
            [seconds(3, 0.0), seconds(3, 1.0), seconds(86_400, 0.0)],
            [3.0, 3.25, 60.0]
        );
    }

    #[test]
    fn budget_runs_out_and_two_successes_earn_a_retry() {
        let budget = RetryBudget::default();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 20);
        budget.earn();
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
    }

    #[test]
    fn random_numbers_differ_and_are_below_one() {
        let numbers: Vec<f64> = (0..50).map(|_| random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.windows(2).any(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn policies_outside_the_limits_are_rejected() {
        let policy = |attempts, base, max| {
            RetryPolicy::new(
                attempts,
                Duration::from_secs(base),
                Duration::from_secs(max),
            )
        };
        assert!(policy(1, 0, 0).is_ok() && policy(100, 1, 86_400).is_ok());
        for (bad, word) in [
            (policy(0, 0, 1), "max_attempts"),
            (policy(101, 0, 1), "max_attempts"),
            (policy(2, 2, 1), "base_delay"),
            (policy(2, 1, 86_401), "max_delay"),
        ] {
            let error = bad.unwrap_err();
            assert!(
                error.kind() == ErrorKind::InvalidOptions && error.message().contains(word),
                "{error}"
            );
        }
    }
}

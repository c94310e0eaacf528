//! How fast requests start: a rate and a number under way, which several clients may share, and which adapt when the
//! server says "slow down".

mod permit;

use std::{cell::RefCell, rc::Rc, time::Duration};

use crate::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
};

pub(crate) use permit::Permit;

/// The slowest that the limiter gets by itself: a request every ten seconds.
const SLOWEST: f64 = 0.1;
/// Beyond this rate there is nothing to limit.
const UNLIMITED: f64 = 1000.0;
/// How much faster each success makes what was slowed down: four make up for one halving, so that a server that refuses
/// a fifth of the requests, however few come, does not bring them to a stand.
const RECOVERY: f64 = 1.25;
/// The pause after a "slow down" that names no time.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a call that waits for another one to end looks again. It waits for time and never for the other call's
/// promise: in Workers that may belong to another request, and would not wake this one.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A limit on the requests of one or of several clients, shared by cloning.
///
/// Told to slow down (HTTP 429, or the API's codes 162, 314, 340, 416), it pauses as long as the server asks, or a
/// second, and goes on at half the rate; each success afterwards makes it a quarter faster, up to the rate it was given.
#[derive(Clone, Debug)]
pub struct RateLimiter(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    /// Requests a second that were allowed.
    most: f64,
    /// Requests a second for now.
    rate: f64,
    /// When the next request may start.
    next: f64,
    /// Earlier starts that were booked by who then no longer waited.
    freed: Vec<f64>,
    /// Until when a "slow down" holds everything back.
    resume: f64,
    /// The mean time between the last starts, in milliseconds.
    interval: f64,
    last_start: f64,
    max_in_flight: usize,
    in_flight: usize,
}

impl Default for RateLimiter {
    /// No limit until the server asks for one.
    fn default() -> Self {
        Self(Rc::new(RefCell::new(State {
            most: f64::INFINITY,
            rate: f64::INFINITY,
            next: f64::NEG_INFINITY,
            freed: Vec::new(),
            resume: f64::NEG_INFINITY,
            interval: 0.0,
            last_start: f64::NEG_INFINITY,
            max_in_flight: usize::MAX,
            in_flight: 0,
        })))
    }
}

impl RateLimiter {
    /// A limit of so many requests a second, and of so many under way at the same time; `None`: no such limit.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a rate outside 0.1..=1000 and for no request at a time.
    pub fn new(
        requests_per_second: Option<f64>,
        max_in_flight: Option<usize>,
    ) -> Result<Self, SmsHistoryError> {
        let refuse = |message| Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
        let limiter = Self::default();
        if let Some(rate) = requests_per_second {
            if !(SLOWEST..=UNLIMITED).contains(&rate) {
                return refuse("requestsPerSecond: expected a number from 0.1 to 1000");
            }
            let mut state = limiter.0.borrow_mut();
            (state.most, state.rate) = (rate, rate);
        }
        if let Some(most) = max_in_flight {
            if most == 0 {
                return refuse("maxInFlight: expected a whole number of at least 1");
            }
            limiter.0.borrow_mut().max_in_flight = most;
        }
        Ok(limiter)
    }

    /// Waits for the turn of one request, which is under way until the permit is dropped.
    pub(crate) async fn acquire<C: Clock>(&self, clock: &C) -> Permit {
        while self.0.borrow().in_flight >= self.0.borrow().max_in_flight {
            clock.sleep(LOOK_AGAIN).await;
        }
        // Taken before the wait, so that the place in the queue is kept.
        let mut permit = Permit::new(&self.0);
        let mut start = permit.book(clock.now() as f64);
        loop {
            let now = clock.now() as f64;
            if now < start {
                // Clocks count whole milliseconds: less than one would be no wait at all.
                clock
                    .sleep(Duration::from_millis((start - now).ceil() as u64))
                    .await;
            } else if now < self.0.borrow().resume {
                // A "slow down" came after this start was booked.
                start = permit.book(now);
            } else {
                permit.booked = None;
                return permit;
            }
        }
    }

    /// A request succeeded.
    pub(crate) fn succeeded(&self) {
        let mut state = self.0.borrow_mut();
        if state.rate < state.most {
            state.rate = (state.rate * RECOVERY).min(state.most);
            if state.rate > UNLIMITED {
                state.rate = state.most;
            }
        }
    }

    /// The server asked to slow down, for a time if it named one.
    pub(crate) fn slow_down(&self, now: EpochMillis, asked: Option<Duration>) {
        let mut state = self.0.borrow_mut();
        let pause = asked
            .unwrap_or(PAUSE)
            .min(crate::retry::LONGEST_RETRY_AFTER);
        let resume = now as f64 + pause.as_secs_f64() * 1000.0;
        // Refusals of requests that were under way together are one "slow down".
        if state.resume < now as f64 {
            let current = if state.rate.is_finite() {
                state.rate
            } else {
                1000.0 / state.interval.max(1.0)
            };
            state.rate = (current / 2.0).max(SLOWEST);
            (state.resume, state.next) = (resume, resume);
            state.freed.clear();
        }
    }
}

impl State {
    /// Takes the next free start.
    fn book(&mut self, now: f64) -> f64 {
        self.freed.retain(|&start| start >= now);
        let earliest = (0..self.freed.len())
            .min_by(|&one, &other| self.freed[one].total_cmp(&self.freed[other]));
        if let Some(earliest) = earliest {
            return self.freed.swap_remove(earliest);
        }
        let start = self.next.max(now);
        // An infinite rate adds nothing.
        self.next = start + 1000.0 / self.rate;
        if self.last_start.is_finite() {
            self.interval += ((start - self.last_start) - self.interval) / 8.0;
        }
        self.last_start = start;
        start
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// A clock that stands still; what it was asked to wait for, in milliseconds.
    #[derive(Default)]
    struct Still(RefCell<Vec<u128>>);

    impl Clock for Still {
        fn now(&self) -> EpochMillis {
            0
        }

        async fn sleep(&self, duration: Duration) {
            self.0.borrow_mut().push(duration.as_millis());
            std::future::pending().await
        }
    }

    #[test]
    fn who_no_longer_waits_leaves_the_turn_to_others() {
        let limiter = RateLimiter::new(Some(10.0), None).unwrap();
        let clock = Still::default();
        let mut waiting: Vec<_> = (0..4).map(|_| Box::pin(limiter.acquire(&clock))).collect();
        let began: Vec<_> = waiting
            .iter_mut()
            .map(|turn| turn.as_mut().now_or_never().is_some())
            .collect();
        assert_eq!(began, [true, false, false, false]);
        waiting.drain(1..3);
        for _ in 0..3 {
            let mut turn = Box::pin(limiter.acquire(&clock));
            assert!(turn.as_mut().now_or_never().is_none());
            waiting.push(turn);
        }
        assert_eq!(*clock.0.borrow(), [100, 200, 300, 100, 200, 400]);
    }

    #[test]
    fn a_fifth_refused_by_chance_brings_nothing_to_a_stand() {
        let limiter = RateLimiter::new(Some(100.0), None).unwrap();
        for second in 0..1000 {
            limiter.slow_down(second * 1000, Some(Duration::ZERO));
            assert!(limiter.0.borrow().rate >= 40.0);
            (0..4).for_each(|_| limiter.succeeded());
        }
    }

    #[test]
    fn what_is_refused_again_and_again_gets_slow() {
        let limiter = RateLimiter::default();
        for second in 0..20 {
            limiter.slow_down(second * 1000, Some(Duration::ZERO));
        }
        assert!(limiter.0.borrow().rate <= SLOWEST);
    }
}

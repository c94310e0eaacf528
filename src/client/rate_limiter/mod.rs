//! How fast requests start: a rate and a number under way, which several clients may share, and which adapt when the
//! server says "slow down".

mod permit;

use std::{cell::RefCell, rc::Rc, time::Duration};

use crate::{
    clock::Clock,
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
/// How long after the time limit of an attempt a request no longer counts as under way, in milliseconds. Workers freeze the
/// calls of a request that was answered: such a call never ends.
const FROZEN: f64 = 5_000.0;

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
    /// How often it was slowed down: starts that were booked before are void.
    slowed: u64,
    /// The mean time between the last starts, in milliseconds.
    interval: f64,
    last_start: f64,
    max_in_flight: usize,
    /// Until when each request under way counts as that; the permit knows it by the number.
    in_flight: Vec<(u64, f64)>,
    permits: u64,
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
            slowed: 0,
            interval: 0.0,
            last_start: f64::NEG_INFINITY,
            max_in_flight: usize::MAX,
            in_flight: Vec::new(),
            permits: 0,
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

    /// Waits for the turn of one request, which is under way until the permit is dropped; or until `longest` and some
    /// seconds are over, in which it should have ended.
    pub(crate) async fn acquire<C: Clock>(&self, clock: &C, longest: Option<Duration>) -> Permit {
        while self.0.borrow_mut().is_full(clock.elapsed()) {
            clock.sleep(LOOK_AGAIN).await;
        }
        // Taken before the wait, so that the place in the queue is kept.
        let mut permit = Permit::new(&self.0, longest);
        let mut start = permit.book(clock.elapsed());
        loop {
            let now = clock.elapsed();
            if now < start {
                // Clocks count whole milliseconds: less than one would be no wait at all.
                clock
                    .sleep(Duration::from_millis((start - now).ceil() as u64))
                    .await;
            } else if !permit.is_valid() {
                // A "slow down" came after this start was booked, at another rate.
                start = permit.book(now);
            } else {
                permit.begin();
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
    pub(crate) fn slow_down(&self, now: f64, asked: Option<Duration>) {
        let mut state = self.0.borrow_mut();
        let pause = asked
            .unwrap_or(PAUSE)
            .min(crate::client::retry::LONGEST_RETRY_AFTER);
        let resume = now + pause.as_secs_f64() * 1000.0;
        // Refusals of requests that were under way together are one "slow down".
        if state.resume < now {
            let current = if state.rate.is_finite() {
                state.rate
            } else {
                1000.0 / state.interval.max(1.0)
            };
            state.rate = (current / 2.0).max(SLOWEST);
            state.slowed += 1;
            state.freed.clear();
            (state.resume, state.next) = (resume, resume);
        } else if state.resume < resume {
            state.slowed += 1;
            state.freed.clear();
            state.next += resume - state.resume;
            state.resume = resume;
        }
    }
}

impl State {
    /// Whether as many requests are under way as may be.
    fn is_full(&mut self, now: f64) -> bool {
        self.in_flight.retain(|(_, until)| *until > now);
        self.in_flight.len() >= self.max_in_flight
    }

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
mod tests;

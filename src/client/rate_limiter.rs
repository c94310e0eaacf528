//! The rate limiter: a request rate and a number of concurrent requests, shared by any number of clients. It slows down
//! when the server asks for it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use crate::{
    client::retry::MAX_RETRY_AFTER,
    clock::Clock,
    error::{ErrorKind, SmsHistoryError},
    option_names::{MAX_IN_FLIGHT, REQUESTS_PER_SECOND},
};

/// The lowest rate, in requests per second: one request every ten seconds.
const MIN_RATE: f64 = 0.1;
/// The highest rate that is limited, in requests per second.
const MAX_RATE: f64 = 1000.0;
/// The factor by which each success raises a lowered rate. Four successes make up for one halving, so that a server that
/// rejects a fifth of the requests does not stop them altogether.
const RECOVERY: f64 = 1.25;
/// The pause after a "slow down" without `Retry-After`.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);
/// How often a waiting call checks whether another one has ended. It polls instead of awaiting the other call: a Worker
/// request must not await I/O started by another request.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long after an attempt's timeout a request stops counting as in flight, in milliseconds. Workers freeze the calls of
/// a request that has been answered, and such a call never ends.
const STUCK_REQUEST_GRACE_MS: f64 = 5_000.0;

/// Limits the requests of one client, or of several that hold clones of it.
///
/// A "slow down" is HTTP 429 or the API's codes 162, 314, 340 and 416. The limiter then pauses for the time in
/// `Retry-After`, at most a minute. Without that header it pauses for a second. It also halves the rate. Each success
/// raises the rate by a quarter, up to the configured one.
#[derive(Clone, Debug)]
pub struct RateLimiter(Rc<RefCell<State>>);

#[derive(Debug)]
struct State {
    /// The configured rate, in requests per second.
    max_rate: f64,
    /// The current rate, in requests per second.
    rate: f64,
    /// The start time of the next request.
    next_slot: f64,
    /// Earlier start times whose calls have given up.
    released_slots: Vec<f64>,
    /// The end of the pause after a "slow down".
    paused_until: f64,
    /// The number of "slow downs". Start times reserved in an earlier generation are void.
    generation: u64,
    /// The moving average of the time between two starts, in milliseconds.
    interval: f64,
    last_start: f64,
    max_in_flight: usize,
    /// The permits in flight: number, and the time after which the permit no longer counts.
    in_flight: Vec<(u64, f64)>,
    last_permit: u64,
}

impl Default for RateLimiter {
    /// A limiter without limits until the server asks for one.
    fn default() -> Self {
        Self(Rc::new(RefCell::new(State {
            max_rate: f64::INFINITY,
            rate: f64::INFINITY,
            next_slot: f64::NEG_INFINITY,
            released_slots: Vec::new(),
            paused_until: f64::NEG_INFINITY,
            generation: 0,
            interval: 0.0,
            last_start: f64::NEG_INFINITY,
            max_in_flight: usize::MAX,
            in_flight: Vec::new(),
            last_permit: 0,
        })))
    }
}

impl RateLimiter {
    /// Creates a limiter from a rate and a number of concurrent requests. `None` means no such limit.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a rate outside 0.1..=1000, and for zero concurrent requests.
    pub fn new(
        requests_per_second: Option<f64>,
        max_in_flight: Option<usize>,
    ) -> Result<Self, SmsHistoryError> {
        let invalid =
            |message: String| Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
        let limiter = Self::default();
        if let Some(rate) = requests_per_second {
            if !(MIN_RATE..=MAX_RATE).contains(&rate) {
                return invalid(format!(
                    "{REQUESTS_PER_SECOND}: expected a number from 0.1 to 1000, got another number"
                ));
            }
            let mut state = limiter.0.borrow_mut();
            (state.max_rate, state.rate) = (rate, rate);
        }
        if let Some(max) = max_in_flight {
            if max == 0 {
                return invalid(format!(
                    "{MAX_IN_FLIGHT}: expected an integer of at least 1, got 0"
                ));
            }
            limiter.0.borrow_mut().max_in_flight = max;
        }
        Ok(limiter)
    }

    /// Waits until a request may start. The request is in flight until the permit is dropped, or until `max_age` and
    /// [`STUCK_REQUEST_GRACE_MS`] have passed.
    pub(crate) async fn acquire<C: Clock>(&self, clock: &C, max_age: Option<Duration>) -> Permit {
        while self.0.borrow_mut().is_full(clock.elapsed()) {
            clock.sleep(POLL_INTERVAL).await;
        }
        // Created before the wait, to keep the position in the queue.
        let mut permit = Permit::new(&self.0, max_age);
        let mut start = permit.reserve_slot(clock.elapsed());
        loop {
            let now = clock.elapsed();
            if now < start {
                // Rounded up, because clocks count whole milliseconds: a shorter wait would be none.
                clock
                    .sleep(Duration::from_millis((start - now).ceil() as u64))
                    .await;
            } else if !permit.is_current() {
                start = permit.reserve_slot(now);
            } else {
                permit.activate();
                return permit;
            }
        }
    }

    /// The time until a request can start that no other call has reserved.
    pub(crate) fn time_to_next_slot(&self, now: f64) -> Duration {
        let wait = self.0.borrow().next_slot - now;
        Duration::from_millis(wait.max(0.0).ceil() as u64)
    }

    /// Records that a request succeeded.
    pub(crate) fn succeeded(&self) {
        let mut state = self.0.borrow_mut();
        if state.rate < state.max_rate {
            state.rate = (state.rate * RECOVERY).min(state.max_rate);
            if state.rate > MAX_RATE {
                state.rate = state.max_rate;
            }
        }
    }

    /// Records that the server asked to slow down, and for how long if it named a time.
    pub(crate) fn slow_down(&self, now: f64, retry_after: Option<Duration>) {
        let mut state = self.0.borrow_mut();
        let pause = retry_after.unwrap_or(DEFAULT_PAUSE).min(MAX_RETRY_AFTER);
        let resume = now + pause.as_secs_f64() * 1000.0;
        // Requests that were in flight together and are rejected together count as one "slow down".
        if state.paused_until < now {
            let current = if state.rate.is_finite() {
                state.rate
            } else {
                1000.0 / state.interval.max(1.0)
            };
            state.rate = (current / 2.0).max(MIN_RATE);
        }
        if state.paused_until < resume {
            state.generation += 1;
            state.released_slots.clear();
            (state.paused_until, state.next_slot) = (resume, resume);
        }
    }
}

impl State {
    fn is_full(&mut self, now: f64) -> bool {
        self.in_flight.retain(|(_, until)| *until > now);
        self.in_flight.len() >= self.max_in_flight
    }

    /// Returns the earliest free start time.
    fn reserve_slot(&mut self, now: f64) -> f64 {
        self.released_slots.retain(|&start| start >= now);
        let earliest = (0..self.released_slots.len())
            .min_by(|&one, &other| self.released_slots[one].total_cmp(&self.released_slots[other]));
        if let Some(earliest) = earliest {
            return self.released_slots.swap_remove(earliest);
        }
        let start = self.next_slot.max(now);
        // An infinite rate adds nothing.
        self.next_slot = start + 1000.0 / self.rate;
        if self.last_start.is_finite() {
            self.interval += ((start - self.last_start) - self.interval) / 8.0;
        }
        self.last_start = start;
        start
    }
}

/// A permit for one request, from its place in the queue to its end.
pub(crate) struct Permit {
    state: Rc<RefCell<State>>,
    number: u64,
    /// How long after its start the request counts as in flight, in milliseconds.
    max_age_ms: f64,
    /// The reserved start time, until it is reached.
    slot: Option<f64>,
    /// The limiter's generation when the start time was reserved.
    generation: u64,
}

impl Permit {
    fn new(shared: &Rc<RefCell<State>>, max_age: Option<Duration>) -> Self {
        let mut state = shared.borrow_mut();
        state.last_permit += 1;
        let number = state.last_permit;
        state.in_flight.push((number, f64::INFINITY));
        let max_age_ms = max_age.map_or(f64::INFINITY, |age| age.as_secs_f64() * 1000.0);
        Self {
            state: Rc::clone(shared),
            number,
            max_age_ms: max_age_ms + STUCK_REQUEST_GRACE_MS,
            slot: None,
            generation: 0,
        }
    }

    /// Reserves the next free start time, which is held until [`Self::activate`].
    fn reserve_slot(&mut self, now: f64) -> f64 {
        let mut state = self.state.borrow_mut();
        let start = state.reserve_slot(now);
        let mut in_flight = state.in_flight.iter_mut();
        if let Some((_, until)) = in_flight.find(|(number, _)| *number == self.number) {
            *until = start + self.max_age_ms;
        }
        self.slot = Some(start);
        self.generation = state.generation;
        start
    }

    /// Whether the start time was reserved after the last "slow down".
    fn is_current(&self) -> bool {
        self.generation == self.state.borrow().generation
    }

    /// Marks the start time as used.
    fn activate(&mut self) {
        self.slot = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        state.in_flight.retain(|(number, _)| *number != self.number);
        // A call that gives up, after a timeout or an abort, leaves its start time to others.
        if self.generation == state.generation {
            state.released_slots.extend(self.slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::poll_fn, task::Poll};

    use futures_util::FutureExt;

    use super::*;
    use crate::clock::EpochMillis;

    /// A clock that stands still until the test sets it, and the waits it was asked for, in milliseconds.
    #[derive(Default)]
    struct ManualClock {
        now: Cell<EpochMillis>,
        sleeps: RefCell<Vec<u128>>,
    }

    impl Clock for ManualClock {
        fn now(&self) -> EpochMillis {
            self.now.get()
        }

        async fn sleep(&self, duration: Duration) {
            self.sleeps.borrow_mut().push(duration.as_millis());
            let end = self.now.get() + duration.as_millis() as EpochMillis;
            poll_fn(|_| match self.now.get() >= end {
                true => Poll::Ready(()),
                false => Poll::Pending,
            })
            .await;
        }
    }

    #[test]
    fn slots_of_dropped_waiters_go_to_later_requests() {
        let limiter = RateLimiter::new(Some(10.0), None).unwrap();
        let clock = ManualClock::default();
        let mut waiting: Vec<_> = (0..4)
            .map(|_| Box::pin(limiter.acquire(&clock, None)))
            .collect();
        let started: Vec<_> = waiting
            .iter_mut()
            .map(|permit| permit.as_mut().now_or_never().is_some())
            .collect();
        assert_eq!(started, [true, false, false, false]);
        waiting.drain(1..3);
        for _ in 0..3 {
            let mut permit = Box::pin(limiter.acquire(&clock, None));
            assert!(permit.as_mut().now_or_never().is_none());
            waiting.push(permit);
        }
        assert_eq!(*clock.sleeps.borrow(), [100, 200, 300, 100, 200, 400]);
    }

    #[test]
    fn stuck_requests_stop_counting_after_the_timeout_and_grace() {
        let limiter = RateLimiter::new(None, Some(1)).unwrap();
        let clock = ManualClock::default();
        let max_age = Some(Duration::from_secs(30));
        let stuck = limiter.acquire(&clock, max_age).now_or_never().unwrap();
        let is_free = || limiter.acquire(&clock, max_age).now_or_never().is_some();
        for (at, free) in [(0, false), (34_999, false), (35_000, true)] {
            clock.now.set(at);
            assert_eq!(is_free(), free, "{at}");
        }
        // Its end changes nothing any more.
        let _other = limiter.acquire(&clock, max_age).now_or_never().unwrap();
        drop(stuck);
        assert!(!is_free());
    }

    /// The start times of requests that are made at once. `slow_downs` are times and pauses, in milliseconds.
    fn starts(
        limiter: &RateLimiter,
        requests: usize,
        slow_downs: &[(EpochMillis, u64)],
    ) -> Vec<EpochMillis> {
        let clock = ManualClock::default();
        let mut waiting: Vec<_> = (0..requests)
            .map(|_| Box::pin(limiter.acquire(&clock, None)))
            .collect();
        let mut starts = Vec::new();
        for now in 0..60_000 {
            clock.now.set(now);
            for (_, pause) in slow_downs.iter().filter(|(at, _)| *at == now) {
                limiter.slow_down(now as f64, Some(Duration::from_millis(*pause)));
            }
            waiting.retain_mut(|permit| {
                let starts_now = permit.as_mut().now_or_never().is_some();
                starts.extend(starts_now.then_some(now));
                !starts_now
            });
        }
        starts
    }

    #[test]
    fn waiting_requests_start_at_the_lower_rate_after_a_slow_down() {
        let limiter = RateLimiter::new(Some(10.0), None).unwrap();
        let starts = starts(&limiter, 20, &[(250, 400)]);
        assert_eq!(starts[..3], [0, 100, 200]);
        assert!(starts[3] >= 650, "the pause: {starts:?}");
        assert!(
            starts[3..].windows(2).all(|pair| pair[1] - pair[0] >= 200),
            "five a second: {starts:?}"
        );
        assert_eq!(starts.len(), 20);
    }

    #[test]
    fn overlapping_slow_downs_count_once_and_the_longest_pause_applies() {
        let early = (&[(50, 100), (60, 1000), (70, 100)][..], 1060);
        // All requests that wait have reserved start times by the second one.
        let late = (&[(50, 1000), (950, 1000)][..], 1950);
        for (slow_downs, resumed_at) in [early, late] {
            let limiter = RateLimiter::new(Some(10.0), None).unwrap();
            let starts = starts(&limiter, 10, slow_downs);
            assert!(
                (resumed_at..resumed_at + 200).contains(&starts[1]),
                "{starts:?}"
            );
            assert!(
                starts[1..]
                    .windows(2)
                    .all(|pair| (200..=201).contains(&(pair[1] - pair[0]))),
                "{starts:?}"
            );
        }
    }

    #[test]
    fn a_fifth_of_rejections_keeps_the_rate_up() {
        let limiter = RateLimiter::new(Some(100.0), None).unwrap();
        for second in 0..1000 {
            limiter.slow_down(f64::from(second) * 1000.0, Some(Duration::ZERO));
            assert!(limiter.0.borrow().rate >= 40.0);
            (0..4).for_each(|_| limiter.succeeded());
        }
    }

    #[test]
    fn repeated_rejections_lower_the_rate_to_the_minimum() {
        let limiter = RateLimiter::default();
        for second in 0..20 {
            limiter.slow_down(f64::from(second) * 1000.0, Some(Duration::ZERO));
        }
        assert!(limiter.0.borrow().rate <= MIN_RATE);
    }
}

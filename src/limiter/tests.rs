//! Turns, by a clock that stands still.

use std::cell::Cell;

use futures_util::FutureExt;

use super::*;
use crate::clock::EpochMillis;

/// A clock that stands still until it is set; and what it was asked to wait for, in milliseconds.
#[derive(Default)]
struct Still(RefCell<Vec<u128>>, Cell<EpochMillis>);

impl Clock for Still {
    fn now(&self) -> EpochMillis {
        self.1.get()
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
    let mut waiting: Vec<_> = (0..4)
        .map(|_| Box::pin(limiter.acquire(&clock, None)))
        .collect();
    let began: Vec<_> = waiting
        .iter_mut()
        .map(|turn| turn.as_mut().now_or_never().is_some())
        .collect();
    assert_eq!(began, [true, false, false, false]);
    waiting.drain(1..3);
    for _ in 0..3 {
        let mut turn = Box::pin(limiter.acquire(&clock, None));
        assert!(turn.as_mut().now_or_never().is_none());
        waiting.push(turn);
    }
    assert_eq!(*clock.0.borrow(), [100, 200, 300, 100, 200, 400]);
}

#[test]
fn a_request_that_never_ends_counts_no_longer_than_one_may_take() {
    let limiter = RateLimiter::new(None, Some(1)).unwrap();
    let clock = Still::default();
    let longest = Some(Duration::from_secs(30));
    let frozen = limiter.acquire(&clock, longest).now_or_never().unwrap();
    let is_free = || limiter.acquire(&clock, longest).now_or_never().is_some();
    for (at, free) in [(0, false), (34_999, false), (35_000, true)] {
        clock.1.set(at);
        assert_eq!(is_free(), free, "{at}");
    }
    // Its end changes nothing any more.
    let _other = limiter.acquire(&clock, longest).now_or_never().unwrap();
    drop(frozen);
    assert!(!is_free());
}

#[test]
fn a_fifth_refused_by_chance_brings_nothing_to_a_stand() {
    let limiter = RateLimiter::new(Some(100.0), None).unwrap();
    for second in 0..1000 {
        limiter.slow_down(f64::from(second) * 1000.0, Some(Duration::ZERO));
        assert!(limiter.0.borrow().rate >= 40.0);
        (0..4).for_each(|_| limiter.succeeded());
    }
}

#[test]
fn what_is_refused_again_and_again_gets_slow() {
    let limiter = RateLimiter::default();
    for second in 0..20 {
        limiter.slow_down(f64::from(second) * 1000.0, Some(Duration::ZERO));
    }
    assert!(limiter.0.borrow().rate <= SLOWEST);
}

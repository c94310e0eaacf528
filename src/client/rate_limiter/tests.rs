//! Turns, by a clock that stands still.

use std::{cell::Cell, future::poll_fn, task::Poll};

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
        let end = self.1.get() + duration.as_millis() as EpochMillis;
        poll_fn(|_| match self.1.get() >= end {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
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

/// When so many requests start that are asked for at once, if the server says "slow down" at these moments, for so long.
fn starts(
    limiter: &RateLimiter,
    requests: usize,
    slow_downs: &[(EpochMillis, u64)],
) -> Vec<EpochMillis> {
    let clock = Still::default();
    let mut waiting: Vec<_> = (0..requests)
        .map(|_| Box::pin(limiter.acquire(&clock, None)))
        .collect();
    let mut starts = Vec::new();
    for now in 0..60_000 {
        clock.1.set(now);
        for (_, pause) in slow_downs.iter().filter(|(at, _)| *at == now) {
            limiter.slow_down(now as f64, Some(Duration::from_millis(*pause)));
        }
        waiting.retain_mut(|turn| {
            let starts_now = turn.as_mut().now_or_never().is_some();
            starts.extend(starts_now.then_some(now));
            !starts_now
        });
    }
    starts
}

#[test]
fn after_a_slow_down_those_that_waited_start_at_the_lower_rate() {
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
fn of_two_pauses_the_one_that_ends_later_counts_and_both_are_one_slow_down() {
    let limiter = RateLimiter::new(Some(10.0), None).unwrap();
    let starts = starts(&limiter, 10, &[(50, 100), (60, 1000), (70, 100)]);
    assert!(starts[1] >= 1060, "{starts:?}");
    assert!(
        starts[1..]
            .windows(2)
            .all(|pair| (200..=201).contains(&(pair[1] - pair[0]))),
        "{starts:?}"
    );
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

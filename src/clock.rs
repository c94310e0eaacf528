//! Now and sleep. Nothing else in the crate asks for the time or waits for it.

use std::{future::Future, time::Duration};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, as `Date.now()` has them.
pub type EpochMillis = i64;

/// Where time comes from. Tests bring a virtual one.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> EpochMillis;

    /// Waits. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(target_family = "wasm")]
impl Clock for SystemClock {
    fn now(&self) -> EpochMillis {
        // Whole milliseconds below 2^53 in every runtime: the conversion is exact.
        js_sys::Date::now() as EpochMillis
    }

    async fn sleep(&self, duration: Duration) {
        gloo_timers::future::sleep(duration).await;
    }
}

#[cfg(not(target_family = "wasm"))]
impl Clock for SystemClock {
    fn now(&self) -> EpochMillis {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since_epoch.map_or(0, |elapsed| {
            EpochMillis::try_from(elapsed.as_millis()).unwrap_or(EpochMillis::MAX)
        })
    }

    async fn sleep(&self, duration: Duration) {
        futures_timer::Delay::new(duration).await;
    }
}

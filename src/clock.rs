//! The clock: the current time, elapsed time, and sleeping. Nothing else in the crate reads the time or waits for it.

use std::{future::Future, pin::pin, time::Duration};
#[cfg(not(target_family = "wasm"))]
use std::{sync::LazyLock, time::Instant};

use futures_util::future::{Either, select};

pub use crate::date::EpochMillis;

/// A source of time. Tests pass a virtual one.
pub trait Clock {
    /// The current time.
    fn now(&self) -> EpochMillis;

    /// Monotonic milliseconds since an arbitrary moment, for durations. Default: [`Self::now`].
    fn elapsed(&self) -> f64 {
        // Exact: below 2^53.
        self.now() as f64
    }

    /// Waits for a duration. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// Runs `work` with an optional time limit. Returns `None`, and drops the work, if the limit passes first.
///
/// Completed work wins over an expired limit: after the machine itself has slept, both are ready.
pub(crate) async fn timeout<C: Clock, R>(
    clock: &C,
    limit: Option<Duration>,
    work: impl Future<Output = R>,
) -> Option<R> {
    let Some(limit) = limit else {
        return Some(work.await);
    };
    match select(pin!(work), pin!(clock.sleep(limit))).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(target_family = "wasm")]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

#[cfg(target_family = "wasm")]
impl Clock for SystemClock {
    fn now(&self) -> EpochMillis {
        // Exact: `Date.now()` is an integer below 2^53 in every runtime.
        js_sys::Date::now() as EpochMillis
    }

    fn elapsed(&self) -> f64 {
        performance_now()
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

    fn elapsed(&self) -> f64 {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed().as_secs_f64() * 1000.0
    }

    async fn sleep(&self, duration: Duration) {
        futures_timer::Delay::new(duration).await;
    }
}

//! Now and sleep. Nothing else in the crate asks for the time or waits for it.

use std::{future::Future, pin::pin, time::Duration};
#[cfg(not(target_family = "wasm"))]
use std::{sync::LazyLock, time::Instant};

use futures_util::future::{Either, select};

pub use crate::date::EpochMillis;

/// Where time comes from. Tests bring a virtual one.
pub trait Clock {
    /// The present moment.
    fn now(&self) -> EpochMillis;

    /// Milliseconds since some moment, for what takes time: unlike [`Self::now`], not set back and forth. Default: as `now`.
    fn elapsed(&self) -> f64 {
        // Exact: below 2^53.
        self.now() as f64
    }

    /// Waits. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// Does `work` within a time, if there is a limit. `None`: the time was up first, and the work was dropped.
///
/// Work that is done wins over a time that is up: after a sleep of the whole machine both are.
pub(crate) async fn within<C: Clock, R>(
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
        // Whole milliseconds below 2^53 in every runtime: the conversion is exact.
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
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        BEGAN.elapsed().as_secs_f64() * 1000.0
    }

    async fn sleep(&self, duration: Duration) {
        futures_timer::Delay::new(duration).await;
    }
}

//! Messages that come in while others read.

use crate::data::{Dataset, Full};
use crate::options::MOST_PER_SECOND;
use chrono::Utc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// At a rate above one in this time several come at once.
const TICK: Duration = Duration::from_millis(10);

/// Adds messages at a rate: of now, by the real clock.
pub(crate) struct Inserts {
    dataset: Arc<Dataset>,
    state: Mutex<State>,
}

struct State {
    per_second: u32,
    /// The rate holds from the first request on, which has not come.
    waiting: bool,
    task: Option<JoinHandle<()>>,
}

impl Inserts {
    pub(crate) fn new(dataset: Arc<Dataset>, per_second: u32) -> Self {
        let state = State {
            per_second: per_second.min(MOST_PER_SECOND),
            waiting: per_second > 0,
            task: None,
        };
        Self {
            dataset,
            state: Mutex::new(state),
        }
    }

    /// A request of the API has come.
    pub(crate) fn request(&self) {
        let mut state = self.state();
        if state.waiting {
            self.start(&mut state);
        }
    }

    /// From now on so many each second; 0 ends it.
    pub(crate) fn set(&self, per_second: u32) {
        let mut state = self.state();
        state.per_second = per_second.min(MOST_PER_SECOND);
        self.start(&mut state);
    }

    pub(crate) fn per_second(&self) -> u32 {
        self.state().per_second
    }

    /// Adds so many at once, of so many seconds ago.
    pub(crate) fn insert(&self, count: u32, age: Duration) -> Result<(), Full> {
        let now = Utc::now().timestamp();
        let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        let time = now.saturating_sub(age).clamp(0, u32::MAX.into());
        self.dataset.insert(count, time as u32)
    }

    fn start(&self, state: &mut State) {
        state.waiting = false;
        if let Some(task) = state.task.take() {
            task.abort();
        }
        if state.per_second > 0 {
            let (dataset, rate) = (self.dataset.clone(), u64::from(state.per_second));
            state.task = Some(tokio::spawn(insert_on(dataset, rate)));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inserts {
    fn drop(&mut self) {
        if let Some(task) = self.state().task.take() {
            task.abort();
        }
    }
}

/// Adds what is due, tick by tick, until there is no more room.
async fn insert_on(dataset: Arc<Dataset>, per_second: u64) {
    let begun = Instant::now();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut inserted = 0;
    loop {
        ticks.tick().await;
        let due = begun.elapsed().as_millis() as u64 * per_second / 1_000;
        let time = Utc::now().timestamp().clamp(0, u32::MAX.into()) as u32;
        let count = (due - inserted).min(u64::from(MOST_PER_SECOND)) as u32;
        if count > 0 && dataset.insert(count, time).is_err() {
            return;
        }
        inserted += u64::from(count);
    }
}

//! Messages that arrive while clients read.

use crate::data::{Dataset, DatasetFull};
use crate::faults::FaultSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Maximum number of messages inserted each second.
pub const MAX_INSERTS_PER_SECOND: u32 = 100_000;

/// Interval between insertions. A rate above 100 per second inserts several messages at once.
const TICK: Duration = Duration::from_millis(10);

/// Inserts messages at a rate, with the server's time.
pub(crate) struct Inserts {
    dataset: Arc<Dataset>,
    faults: Arc<FaultSet>,
    state: Mutex<State>,
}

struct State {
    per_second: u32,
    /// The insertions begin at the first request, which has not arrived.
    is_waiting: bool,
    task: Option<JoinHandle<()>>,
}

impl Inserts {
    pub(crate) fn new(dataset: Arc<Dataset>, faults: Arc<FaultSet>, per_second: u32) -> Self {
        let state = State {
            per_second: per_second.min(MAX_INSERTS_PER_SECOND),
            is_waiting: per_second > 0,
            task: None,
        };
        Self {
            dataset,
            faults,
            state: Mutex::new(state),
        }
    }

    pub(crate) fn start_on_first_request(&self) {
        let mut state = self.state();
        if state.is_waiting {
            self.start(&mut state);
        }
    }

    /// Changes the rate at once. 0 stops the insertions.
    pub(crate) fn set_rate(&self, per_second: u32) {
        let mut state = self.state();
        state.per_second = per_second.min(MAX_INSERTS_PER_SECOND);
        self.start(&mut state);
    }

    pub(crate) fn rate(&self) -> u32 {
        self.state().per_second
    }

    /// Inserts `count` messages of age `age` at once.
    pub(crate) fn insert(&self, count: u32, age: Duration) -> Result<(), DatasetFull> {
        let now = self.faults.clock().now().timestamp();
        let age = i64::try_from(age.as_secs()).unwrap_or(i64::MAX);
        let time = now.saturating_sub(age).clamp(0, u32::MAX.into());
        self.dataset.insert(count, time as u32)
    }

    fn start(&self, state: &mut State) {
        state.is_waiting = false;
        if let Some(task) = state.task.take() {
            task.abort();
        }
        if state.per_second > 0 {
            let (dataset, faults) = (self.dataset.clone(), self.faults.clone());
            let inserting = insert_at_rate(dataset, faults, state.per_second.into());
            state.task = Some(tokio::spawn(inserting));
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

/// Inserts the messages due at each tick, until the dataset is full.
async fn insert_at_rate(dataset: Arc<Dataset>, faults: Arc<FaultSet>, per_second: u64) {
    let started = Instant::now();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut inserted = 0;
    loop {
        ticks.tick().await;
        let due = started.elapsed().as_millis() as u64 * per_second / 1_000;
        let time = faults.clock().now().timestamp().clamp(0, u32::MAX.into()) as u32;
        let count = (due - inserted).min(u64::from(MAX_INSERTS_PER_SECOND)) as u32;
        if count > 0 && dataset.insert(count, time).is_err() {
            return;
        }
        inserted += u64::from(count);
    }
}

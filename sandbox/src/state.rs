//! The state that all requests share.

use crate::account::Account;
use crate::contract::Recorder;
use crate::data::Dataset;
use crate::error::ErrorStatus;
use crate::faults::FaultSet;
use crate::inserts::Inserts;
use crate::limits::Limits;
use crate::random::{Delay, Random};
use crate::stats::Counter;
use axum::extract::State;
use std::sync::{Arc, Mutex};

pub(crate) struct AppState {
    pub(crate) account: Account,
    pub(crate) dataset: Arc<Dataset>,
    pub(crate) inserts: Inserts,
    pub(crate) latency: Delay,
    pub(crate) latency_random: Mutex<Random>,
    pub(crate) faults: Arc<FaultSet>,
    pub(crate) limits: Limits,
    pub(crate) counter: Arc<Counter>,
    pub(crate) error_status: ErrorStatus,
    pub(crate) recorder: Option<Arc<Recorder>>,
}

pub(crate) type Shared = State<Arc<AppState>>;

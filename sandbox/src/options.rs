//! The options of a sandbox.

use crate::data::{NEWEST, Order, Profile};
use crate::error::ErrorStatus;
use crate::faults::Fault;
use crate::limits::{Rate, RateResponse, RetryAfterFormat};
use crate::random::Delay;
use std::path::PathBuf;

/// The options of a sandbox. [`Options::default`] suits most tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1. Default: 0, which takes a free port.
    pub port: u16,
    /// Number of messages in the account, at most [`MAX_MESSAGES`](crate::MAX_MESSAGES). Default: 1,000.
    pub messages: u32,
    /// Seed of the messages and of the random draws of faults. Default: 1.
    pub seed: u64,
    /// How the messages are spread over time. Default: evenly.
    pub profile: Profile,
    /// No generated message is newer (seconds since 1970, UTC). Default: the last second of 2025.
    pub newest: u32,
    /// Delay of each API response. Default: none.
    pub latency: Delay,
    /// Injected faults, until [`set_faults`](crate::Sandbox::set_faults) replaces them. Default: none.
    pub faults: Vec<Fault>,
    /// Rate limit. Default: none.
    pub rate: Option<Rate>,
    /// Response to a request beyond the rate limit. Default: HTTP status 429.
    pub rate_response: RateResponse,
    /// Format of `Retry-After` in that response. Default: seconds.
    pub rate_retry_after: RetryAfterFormat,
    /// Maximum number of concurrent requests. Further ones get the API's error 314. Default: none.
    pub max_in_flight: Option<u16>,
    /// Order of the messages in responses. Default: newest first.
    pub order: Order,
    /// Messages inserted each second, from the first API request on, at most
    /// [`MAX_INSERTS_PER_SECOND`](crate::MAX_INSERTS_PER_SECOND). Default: none.
    pub insert_per_second: u32,
    /// HTTP status of API errors. Default: 200.
    pub error_status: ErrorStatus,
    /// The account id that tokens have in `iss`.
    pub account_id: u64,
    /// Child account ids that tokens may have instead. Default: none.
    pub child_account_ids: Vec<u64>,
    /// Whether a second port serves TLS with a certificate of its own. Default: no.
    pub tls: bool,
    /// OpenAPI file. The sandbox validates every request and every response against it. Default: none.
    pub contract: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            messages: 1_000,
            seed: 1,
            profile: Profile::Even,
            newest: NEWEST,
            latency: Delay::default(),
            faults: Vec::new(),
            rate: None,
            rate_response: RateResponse::Status,
            rate_retry_after: RetryAfterFormat::Seconds,
            max_in_flight: None,
            order: Order::Desc,
            insert_per_second: 0,
            error_status: ErrorStatus::Ok,
            account_id: 4_000_001,
            child_account_ids: Vec::new(),
            tls: false,
            contract: None,
        }
    }
}

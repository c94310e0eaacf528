//! What a sandbox can be told.

use crate::delay::Delay;
use crate::faults::Fault;
use crate::limits::{Rate, RateReply, RetryHint};
use std::path::PathBuf;

/// The most messages that a sandbox holds (24 bytes each).
pub const MOST_MESSAGES: u32 = 10_000_000;

/// The most messages that are added each second.
pub const MOST_PER_SECOND: u32 = 100_000;

/// How a sandbox is to be. [`Options::default`] suits most tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on 127.0.0.1; 0, the default, takes a free one.
    pub port: u16,
    /// Number of messages in the account; 1,000 by default, at most [`MOST_MESSAGES`].
    pub messages: u32,
    /// Same seed, same messages, and same lots for faults; 1 by default.
    pub seed: u64,
    /// How long each reply of the API is held back; none by default.
    pub latency: Delay,
    /// What goes wrong on purpose, until [`set_faults`](crate::Sandbox::set_faults) sets others; nothing by default.
    pub faults: Vec<Fault>,
    /// How many requests a second are taken; any number by default.
    pub rate: Option<Rate>,
    /// How a request beyond the rate is refused; by HTTP status 429 by default.
    pub rate_reply: RateReply,
    /// Whether it is told when to come back; in seconds by default.
    pub rate_hint: RetryHint,
    /// How many requests are taken at once; one more gets the API's error 314. Any number by default.
    pub max_in_flight: Option<u16>,
    /// The order in which messages are handed out; newest first by default.
    pub order: Order,
    /// How many messages are added each second, from the first request of the API on; none by default.
    pub insert_per_second: u32,
    /// The HTTP status of replies that are errors; 200 by default.
    pub error_status: ErrorStatus,
    /// The account that tokens must name in `iss`.
    pub account_id: u64,
    /// Child accounts that tokens may name instead; none by default.
    pub child_account_ids: Vec<u64>,
    /// Whether a second port speaks TLS, with a certificate of its own; none by default.
    pub tls: bool,
    /// OpenAPI file that every request and every reply is held against; none by default.
    pub contract: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            messages: 1_000,
            seed: 1,
            latency: Delay::default(),
            faults: Vec::new(),
            rate: None,
            rate_reply: RateReply::Status,
            rate_hint: RetryHint::Seconds,
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

/// The order in which the API hands out messages. The vendor documents none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// By `message_id`, oldest first.
    Asc,
    /// By `message_id`, newest first.
    #[default]
    Desc,
    /// By a hash of the `message_id`: no order that a reader could use, but the same one for every request, and one
    /// in which messages that come later find their place without moving others past each other.
    Shuffled,
}

/// The HTTP status that an error reply carries. The vendor documents none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ErrorStatus {
    /// 200, as for any other reply: the body tells.
    #[default]
    #[value(name = "200")]
    Ok,
    /// 401 for a refused token, 400 for anything else.
    Native,
}

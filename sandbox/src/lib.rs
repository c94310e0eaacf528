//! A stand-in on loopback for the API method GetSmsHistory: an account with a key, messages that are the same for
//! the same seed, and replies as the vendor's API gives them.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sandbox::{Filter, Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options { messages: 300, seed: 7, ..Options::default() }).await?;
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//! assert_eq!(sandbox.dataset().totals(&Filter::default()).count, 300);
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The API is at `/platform_api/GetSmsHistory`, with its parameters in the query string, and for the vendor's SDKs at
//! `/platform_api` too, with `cmd` and the parameters in a form (url-encoded or multipart); over HTTP and, with
//! [`Options::tls`], over HTTPS. Beside it there are tools for who tests:
//!
//! | tool | what it does |
//! |---|---|
//! | `GET /sandbox/health` | tells that it runs, and how many messages there are |
//! | `GET /sandbox/totals?<filters>` | sums over all messages that match |
//! | `GET /sandbox/ids?<filters>` | the ids of all messages that match, as a JSON array or (`Accept: text/plain`) lines |
//! | `POST /sandbox/messages` | `{"count": n, "age_seconds": s}` adds messages |
//! | `GET`, `POST /sandbox/inserts` | `{"perSecond": n}` adds messages all the time |
//! | `GET`, `PUT`, `DELETE /sandbox/faults` | what goes wrong on purpose, see [`Fault`] |
//! | `GET`, `DELETE /sandbox/stats` | how many requests there were and are under way, and what came of them, see [`Stats`] |
//! | `GET /sandbox/contract` | where a contract file was given: what requests and replies there were, and which of them broke it |

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod app;
mod connection;
mod contract;
mod data;
mod delay;
mod error;
mod faults;
mod guarded;
mod inserts;
mod limits;
mod options;
mod output;
mod parameters;
mod query;
mod random;
mod retry_after;
mod server;
mod stats;
mod tls;
mod tools;
mod totals;

pub use account::Credentials;
pub use contract::Report;
pub use data::{Cost, Dataset, Direction, Field, Filter, Full, Number, Row};
pub use delay::Delay;
pub use error::StartError;
pub use faults::{FAULT_SYNTAX, Fault, FaultError, FaultKind, FaultReport, Place, When, Which};
pub use limits::{Rate, RateReply, RetryHint};
pub use options::{ErrorStatus, MOST_MESSAGES, MOST_PER_SECOND, Options, Order};
pub use retry_after::RetryAfter;
pub use server::{Sandbox, Starting};
pub use stats::Stats;
pub use totals::Totals;

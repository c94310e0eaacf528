//! A mock server of the vendor's API method GetSmsHistory on 127.0.0.1: an account with a key, messages generated from a
//! seed, and responses like those of the API.
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
//! The API is at `/platform_api/GetSmsHistory`, with its parameters in the query string. For the vendor's SDKs it is also
//! at `/platform_api`, with `cmd` and the parameters in a form (url-encoded or multipart). It is served over HTTP and, with
//! [`Options::tls`], over HTTPS. Tests use these admin routes:
//!
//! | route | what it does |
//! |---|---|
//! | `GET /sandbox/health` | returns the number of messages |
//! | `GET /sandbox/totals?<filters>` | returns sums over all matching messages |
//! | `GET /sandbox/ids?<filters>` | returns the ids of all matching messages, as a JSON array or (`Accept: text/plain`) lines |
//! | `POST /sandbox/messages` | `{"count": n, "age_seconds": s}` inserts messages |
//! | `DELETE /sandbox/messages?<filters>` | `{"count": n}` removes n of the matching messages |
//! | `POST /sandbox/settle?<filters>` | `{"count": n}` gives n of the matching messages that wait a final status |
//! | `GET`, `POST /sandbox/inserts` | `{"perSecond": n}` inserts messages continuously |
//! | `GET`, `PUT`, `DELETE /sandbox/faults` | returns, replaces or clears the injected faults, see [`Fault`] |
//! | `GET`, `DELETE /sandbox/stats` | returns or resets the counters of requests, see [`Stats`] |
//! | `GET /sandbox/contract` | with a contract file, returns the violations, see [`ContractReport`] |

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod admin;
mod body_guard;
mod connection;
mod contract;
mod data;
mod error;
mod faults;
mod inserts;
mod limits;
mod options;
mod output;
mod random;
mod request;
mod router;
mod server;
mod state;
mod stats;

pub use account::Credentials;
pub use contract::ContractReport;
pub use data::{
    Cost, Dataset, DatasetFull, Direction, Field, Filter, MAX_MESSAGES, Order, PhoneNumber,
    Profile, Row, Totals,
};
pub use error::{ErrorStatus, StartError};
pub use faults::{
    CountError, DateForm, ErrorBody, FAULT_SYNTAX, Fault, FaultError, FaultKind, FaultReport,
    FileNameForm, Occurrence, Position, RowId, Trigger, ValueField, ValueForm,
};
pub use inserts::MAX_INSERTS_PER_SECOND;
pub use limits::{HttpDateForm, Rate, RateResponse, RetryAfter, RetryAfterFormat};
pub use options::Options;
pub use random::Delay;
pub use server::{Sandbox, StartFuture};
pub use stats::Stats;

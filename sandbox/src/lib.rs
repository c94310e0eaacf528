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
//! Beside the API itself, at `/platform_api/GetSmsHistory`, it answers `GET /sandbox/health`,
//! `GET /sandbox/totals?<filters>` (sums over all messages that match) and, if it was given an OpenAPI file,
//! `GET /sandbox/contract` (what requests and replies there were, and which of them broke it).

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod app;
mod contract;
mod data;
mod error;
mod options;
mod output;
mod query;
mod server;
mod totals;

pub use account::Credentials;
pub use contract::Report;
pub use data::{Cost, Dataset, Direction, Field, Filter, Number, Row};
pub use error::StartError;
pub use options::{ErrorStatus, MOST_MESSAGES, Options, Order};
pub use server::Sandbox;
pub use totals::Totals;

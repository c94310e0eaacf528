//! Shared by native tests: a sandbox that validates the contract, and a transport over reqwest.

pub(crate) mod contract;
pub(crate) mod transport;

use sandbox::{Options, Sandbox};

/// Starts a sandbox that validates every request and response against the contract.
pub(crate) async fn sandbox(options: Options) -> Sandbox {
    Sandbox::start(Options {
        contract: Some(contract::file()),
        ..options
    })
    .await
    .unwrap()
}

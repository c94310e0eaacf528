//! What native tests share: a sandbox that checks the contract, and a transport that is not `fetch`.

pub(crate) mod contract;
pub(crate) mod transport;

use sandbox::{Options, Sandbox};

/// A sandbox that holds every request and reply against the contract.
pub(crate) async fn sandbox(options: Options) -> Sandbox {
    Sandbox::start(Options {
        contract: Some(contract::file()),
        ..options
    })
    .await
    .unwrap()
}

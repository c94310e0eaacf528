//! Who may read. Replace this by your own sign-in: whoever gets past it sees the phone numbers and texts of the account.

use subtle::ConstantTimeEq;
use worker::{Env, Request};

use crate::problem::Problem;

/// Lets those pass who have the secret `READER_KEY`, which they send as `Authorization: Bearer <key>`.
pub fn check(request: &Request, env: &Env) -> Result<(), Problem> {
    // Without the secret nobody passes.
    let key = env.secret("READER_KEY")?.to_string();
    let given = request.headers().get("Authorization")?.unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    // In constant time: how long it takes must not tell how much of a key is right.
    if !key.is_empty() && bool::from(given.as_bytes().ct_eq(key.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(
        401,
        "sign_in",
        "send the key as `Authorization: Bearer <key>`",
    ))
}

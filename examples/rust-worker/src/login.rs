//! Access control. Replace it with your own sign-in: it protects the phone numbers and texts of the account.

use subtle::ConstantTimeEq;
use worker::{Env, Request};

use crate::problem::Problem;

/// Accepts requests that send the secret `READER_KEY` as `Authorization: Bearer <key>`.
pub fn check(request: &Request, env: &Env) -> Result<(), Problem> {
    // Without the secret all requests are rejected.
    let key = env.secret("READER_KEY")?.to_string();
    let given = request.headers().get("Authorization")?.unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    // In constant time, so that the duration does not reveal how much of a key is right.
    if !key.is_empty() && bool::from(given.as_bytes().ct_eq(key.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(
        401,
        "sign_in",
        "send the key as `Authorization: Bearer <key>`",
    ))
}

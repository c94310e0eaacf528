//! The part of a token that is signed: header and claims, built by `jwt-compact`.

use std::borrow::Cow;

use chrono::DateTime;
use jwt_compact::{Algorithm, AlgorithmExt, AlgorithmSignature, Claims, Header};
use serde::Serialize;

use crate::error::{ErrorKind, SmsHistoryError};

/// RS256 by name, with a signature that is added later: signing in WebCrypto is asynchronous and `jwt-compact` is not.
struct Unsigned;

struct NoSignature;

impl AlgorithmSignature for NoSignature {
    fn try_from_slice(_: &[u8]) -> anyhow::Result<Self> {
        Ok(Self)
    }

    fn as_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }
}

impl Algorithm for Unsigned {
    type SigningKey = ();
    type VerifyingKey = ();
    type Signature = NoSignature;

    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("RS256")
    }

    fn sign(&self, (): &(), _: &[u8]) -> NoSignature {
        NoSignature
    }

    fn verify_signature(&self, _: &NoSignature, (): &(), _: &[u8]) -> bool {
        false
    }
}

#[derive(Serialize)]
struct Issuer {
    iss: u64,
}

/// `<header>.<claims>`, what an RS256 signature is made over. Times are in seconds since 1970.
pub(super) fn signing_input(
    key_id: &str,
    issuer: u64,
    issued: i64,
    expires: i64,
) -> Result<String, SmsHistoryError> {
    let header = Header::empty().with_token_type("JWT").with_key_id(key_id);
    let mut claims = Claims::new(Issuer { iss: issuer });
    claims.issued_at = DateTime::from_timestamp(issued, 0);
    claims.expiration = DateTime::from_timestamp(expires, 0);
    // Its error would bring what prints it, four kilobytes of WebAssembly, for what can't happen: all of this can be
    // written as JSON.
    let mut token: String = Unsigned.token(&header, &claims, &()).map_err(|_| {
        SmsHistoryError::new(
            ErrorKind::Internal,
            "the token's claims could not be written",
        )
    })?;
    // The dot before the (empty) signature is not signed.
    token.pop();
    Ok(token)
}

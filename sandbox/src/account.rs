//! The account: its key, its credentials file, and the verification of tokens.

use crate::error::{ApiError, StartError};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Rsa, RsaPrivateKey, RsaPublicKey};
use jwt_compact::{AlgorithmExt, Claims, Header, UntrustedToken, ValidationError};
use rand::RngCore;
use rand::rngs::OsRng;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Mutex, PoisonError};

const MAX_TOKEN_LIFETIME: Duration = Duration::seconds(3600);
/// How far a client's clock may be ahead.
const CLOCK_SKEW_TOLERANCE: Duration = Duration::seconds(5);

/// The content of `credentials.json`. Its `Debug` output omits the key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The owner's e-mail address.
    pub account_email: String,
    /// The account id, `iss` in tokens.
    pub account_id: u64,
    /// The key id, `kid` in tokens.
    pub key_id: String,
    /// The private key, PKCS#8 as PEM.
    pub private_key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("account_id", &self.account_id)
            .field("key_id", &self.key_id)
            .field("private_key", &"[redacted]")
            .finish_non_exhaustive()
    }
}

/// The claims other than the times. `iss` is any JSON value, so that a string is rejected as a wrong issuer, not as a
/// malformed token.
#[derive(Serialize, Deserialize)]
struct Issuer {
    #[serde(default)]
    iss: serde_json::Value,
}

pub(crate) struct Account {
    issuers: Vec<u64>,
    key_id: String,
    private_key: RsaPrivateKey,
    public_key: RsaPublicKey,
}

/// The RSA key, one for all accounts of this process, because tests start hundreds of sandboxes. Each account has its own
/// key id.
fn shared_key() -> Result<RsaPrivateKey, StartError> {
    static KEY: Mutex<Option<RsaPrivateKey>> = Mutex::new(None);
    let mut shared = KEY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = &*shared {
        return Ok(key.clone());
    }
    let key = RsaPrivateKey::new(&mut OsRng, 2048)
        .and_then(with_ordered_primes)
        .map_err(|error| StartError::Key(error.to_string()))?;
    Ok(shared.insert(key).clone())
}

/// Puts the larger prime first, as OpenSSL does. WebKitGTK 2.50 signs wrongly with keys in the other order: up to 24 of 1,000
/// signatures were invalid.
fn with_ordered_primes(key: RsaPrivateKey) -> rsa::Result<RsaPrivateKey> {
    let mut primes = key.primes().to_vec();
    primes.sort_by(|one, other| other.cmp(one));
    RsaPrivateKey::from_components(key.n().clone(), key.e().clone(), key.d().clone(), primes)
}

impl Account {
    /// The first call in a process generates a key of 2048 bits, which blocks the thread.
    pub(crate) fn generate(account_id: u64, child_ids: &[u64]) -> Result<Self, StartError> {
        let private_key = shared_key()?;
        let mut key_id = [0_u8; 16];
        OsRng.fill_bytes(&mut key_id);
        Ok(Self {
            issuers: [&[account_id], child_ids].concat(),
            key_id: key_id.iter().map(|byte| format!("{byte:02x}")).collect(),
            public_key: private_key.to_public_key(),
            private_key,
        })
    }

    pub(crate) fn credentials(&self) -> Result<Credentials, StartError> {
        let pem = self
            .private_key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|error| StartError::Key(error.to_string()))?;
        Ok(Credentials {
            account_email: "owner@example.com".to_owned(),
            account_id: self.issuers[0],
            key_id: self.key_id.clone(),
            private_key: pem.to_string(),
        })
    }

    pub(crate) fn mint(&self, lifetime: std::time::Duration) -> Result<String, StartError> {
        let issued_at = Utc::now() - Duration::seconds(2);
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX / 2000);
        let mut claims = Claims::new(Issuer {
            iss: self.issuers[0].into(),
        });
        claims.issued_at = Some(issued_at);
        claims.expiration = issued_at.checked_add_signed(Duration::seconds(seconds));
        let header = Header::empty()
            .with_key_id(self.key_id.as_str())
            .with_token_type("JWT");
        Rsa::rs256()
            .token(&header, &claims, &self.private_key)
            .map_err(|error| StartError::Key(error.to_string()))
    }

    /// Verifies the value of an `Authorization` header.
    pub(crate) fn verify(
        &self,
        authorization: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        let unauthorized = |msg: &str| ApiError::new(ApiError::UNAUTHORIZED, msg);
        let malformed = |msg: &str| ApiError::new(ApiError::MALFORMED_TOKEN, msg);

        let token = authorization
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .ok_or_else(|| unauthorized("the Authorization header is not Bearer with a token"))?
            .1;
        let token = UntrustedToken::new(token).map_err(|_| malformed("the token is not a JWT"))?;
        if token.header().key_id.as_deref() != Some(self.key_id.as_str()) {
            return Err(unauthorized("the token's kid is not a key of this account"));
        }
        let token = Rsa::rs256()
            .validator::<Issuer>(&self.public_key)
            .validate(&token)
            .map_err(|error| match error {
                ValidationError::MalformedClaims(_) => {
                    malformed("the token's claims are malformed")
                }
                ValidationError::AlgorithmMismatch { .. } => {
                    unauthorized("the token's alg is not RS256")
                }
                _ => unauthorized("the token's signature is wrong"),
            })?;
        let claims = token.claims();
        let issuer = claims.custom.iss.as_u64();
        if !issuer.is_some_and(|id| self.issuers.contains(&id)) {
            return Err(unauthorized(
                "the token's iss is not this account's id as a JSON number",
            ));
        }
        let (Some(issued_at), Some(expiration)) = (claims.issued_at, claims.expiration) else {
            return Err(malformed("the token lacks iat or exp"));
        };
        if issued_at > now + CLOCK_SKEW_TOLERANCE {
            let msg = "the token was issued in the future";
            return Err(ApiError::new(ApiError::TOKEN_ISSUED_IN_FUTURE, msg));
        }
        if expiration - issued_at > MAX_TOKEN_LIFETIME {
            let msg = "the token's lifetime is more than 3600 seconds";
            return Err(ApiError::new(ApiError::TOKEN_LIFETIME_TOO_LONG, msg));
        }
        if expiration <= now {
            let msg = "the token has expired";
            return Err(ApiError::new(ApiError::TOKEN_EXPIRED, msg));
        }
        Ok(())
    }
}

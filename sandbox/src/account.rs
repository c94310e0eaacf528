//! The account that the sandbox stands in for: its key, its credentials file, the tokens that it accepts.

use crate::error::{ApiError, StartError};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Rsa, RsaPrivateKey, RsaPublicKey};
use jwt_compact::{AlgorithmExt, Claims, Header, UntrustedToken, ValidationError};
use rand::RngCore;
use rand::rngs::OsRng;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Mutex, PoisonError};

const LONGEST_LIFE: Duration = Duration::seconds(3600);
/// How far a client's clock may be ahead.
const LEEWAY: Duration = Duration::seconds(5);

/// What `credentials.json` holds. Its `Debug` output leaves the key out.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credentials {
    /// The e-mail address of the account's owner.
    pub account_email: String,
    /// The account; `iss` in its tokens.
    pub account_id: u64,
    /// The key's name; `kid` in its tokens.
    pub key_id: String,
    /// The private key, PKCS#8 in PEM.
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

/// Claims beside the times. `iss` is read as any JSON value, for a string there is a refusal, not a malformed token.
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

/// The key of all accounts of this process, each of which has another name for it: tests start hundreds of sandboxes.
fn key() -> Result<RsaPrivateKey, StartError> {
    static KEY: Mutex<Option<RsaPrivateKey>> = Mutex::new(None);
    let mut made = KEY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = &*made {
        return Ok(key.clone());
    }
    let key =
        RsaPrivateKey::new(&mut OsRng, 2048).map_err(|error| StartError::Key(error.to_string()))?;
    Ok(made.insert(key).clone())
}

impl Account {
    /// The first of a process generates a key of 2048 bits, which takes a moment: not for an async thread.
    pub(crate) fn generate(account_id: u64, child_ids: &[u64]) -> Result<Self, StartError> {
        let private_key = key()?;
        let mut name = [0_u8; 16];
        OsRng.fill_bytes(&mut name);
        Ok(Self {
            issuers: [&[account_id], child_ids].concat(),
            key_id: name.iter().map(|byte| format!("{byte:02x}")).collect(),
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

    pub(crate) fn mint(&self, life: std::time::Duration) -> Result<String, StartError> {
        let issued_at = Utc::now() - Duration::seconds(2);
        let seconds = i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 2000);
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

    /// Holds the value of an `Authorization` header against the account.
    pub(crate) fn verify(
        &self,
        authorization: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ApiError> {
        let refused = |msg: &str| ApiError::new(ApiError::UNAUTHORIZED, msg);
        let malformed = |msg: &str| ApiError::new(ApiError::MALFORMED_TOKEN, msg);

        let token = authorization
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .ok_or_else(|| refused("the Authorization header has to be: Bearer, a space, a token"))?
            .1;
        let token = UntrustedToken::new(token).map_err(|_| malformed("the token is not a JWT"))?;
        if token.header().key_id.as_deref() != Some(self.key_id.as_str()) {
            return Err(refused("the token's kid is not a key of this account"));
        }
        let token = Rsa::rs256()
            .validator::<Issuer>(&self.public_key)
            .validate(&token)
            .map_err(|error| match error {
                ValidationError::MalformedClaims(_) => malformed("the token's claims do not read"),
                ValidationError::AlgorithmMismatch { .. } => {
                    refused("the token's alg is not RS256")
                }
                _ => refused("the token's signature is wrong"),
            })?;
        let claims = token.claims();
        let issuer = claims.custom.iss.as_u64();
        if !issuer.is_some_and(|id| self.issuers.contains(&id)) {
            return Err(refused(
                "the token's iss is not this account's id as a number",
            ));
        }
        let (Some(issued_at), Some(expiration)) = (claims.issued_at, claims.expiration) else {
            return Err(malformed("the token needs both iat and exp"));
        };
        if issued_at > now + LEEWAY {
            let msg = "the token was issued in the future";
            return Err(ApiError::new(ApiError::TOKEN_FROM_THE_FUTURE, msg));
        }
        if expiration - issued_at > LONGEST_LIFE {
            let msg = "the token lives for more than 3600 seconds";
            return Err(ApiError::new(ApiError::TOKEN_LIVES_TOO_LONG, msg));
        }
        if expiration <= now {
            let msg = "the token has expired";
            return Err(ApiError::new(ApiError::TOKEN_EXPIRED, msg));
        }
        Ok(())
    }
}

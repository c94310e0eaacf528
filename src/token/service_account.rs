//! Minting of tokens with a service account's key.

use std::{cell::Cell, fmt, future::Future, time::Duration};

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{DateTime, TimeDelta};
use jwt_compact::{Claims, Header, TimeOptions};
use serde::Serialize;

use super::{BearerToken, CachedTokenSource, Credentials, TokenSource};
use crate::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
};

/// The API's maximum from `iat` to `exp`.
const MAX_LIFETIME_SECS: u64 = 3600;

/// How far `iat` lies in the past, so that a server whose clock is behind does not read a time in the future.
const IAT_BACKDATE_SECS: u64 = 5;

/// Signs by RSASSA-PKCS1-v1_5 with SHA-256.
pub trait Signer {
    /// Returns the signature of a message.
    fn sign(&self, message: &[u8]) -> impl Future<Output = Result<Vec<u8>, SmsHistoryError>>;
}

/// Mints bearer tokens for a service account.
///
/// As a [`TokenSource`] it signs once in a token's lifetime and caches the token (see [`CachedTokenSource`]). A token
/// carries all rights of its service account: give the account only the role that it needs.
pub struct ServiceAccount<S, C>(CachedTokenSource<TokenSigner<S, C>, C>);

struct TokenSigner<S, C> {
    account_id: u64,
    key_id: String,
    lifetime: Duration,
    signer: S,
    clock: C,
    /// Server time minus local time. The server compares a token's times with its own clock.
    skew: Cell<EpochMillis>,
    /// Whether the next token of [`TokenSource::bearer`] gets another lifetime than the last one.
    varies: Cell<bool>,
}

impl<S: Signer, C: Clock + Clone> ServiceAccount<S, C> {
    /// The default lifetime of a token.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

    /// Creates a service account whose tokens `signer` signs. The signer must hold the key of these credentials.
    pub fn new(credentials: &Credentials, signer: S, clock: C) -> Self {
        Self::with_ids(
            credentials.account_id(),
            credentials.key_id().to_owned(),
            signer,
            clock,
        )
    }

    pub(crate) fn with_ids(account_id: u64, key_id: String, signer: S, clock: C) -> Self {
        let signer = TokenSigner {
            account_id,
            key_id,
            lifetime: Self::DEFAULT_LIFETIME,
            signer,
            clock: clock.clone(),
            skew: Cell::new(0),
            varies: Cell::new(false),
        };
        Self(CachedTokenSource::new(signer, clock))
    }

    /// Sets the lifetime of the tokens of [`TokenSource::bearer`]: 1 s to 3600 s, rounded down to whole seconds.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside of that range.
    pub fn with_lifetime(mut self, lifetime: Duration) -> Result<Self, SmsHistoryError> {
        lifetime_secs(lifetime)?;
        self.0.source_mut().lifetime = lifetime;
        Ok(self)
    }

    /// Signs a new token that is valid for 1 s to 3600 s from now, rounded down to whole seconds.
    ///
    /// A lifetime above 3595 s ends up to 5 s early: the API counts from `iat`, which is backdated by 5 s.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside of that range. [`ErrorKind::Credentials`] if signing fails.
    pub async fn mint(&self, lifetime: Duration) -> Result<BearerToken, SmsHistoryError> {
        let seconds = lifetime_from_iat(lifetime)?;
        self.0.source().mint(seconds).await
    }
}

#[cfg(target_family = "wasm")]
impl<S, C: Clock> ServiceAccount<S, C> {
    /// The account's id, the key's id, and the signer.
    pub(crate) fn parts(&self) -> (u64, &str, &S) {
        let TokenSigner {
            account_id,
            key_id,
            signer,
            ..
        } = self.0.source();
        (*account_id, key_id, signer)
    }
}

#[derive(Serialize)]
struct SigningAlgorithm {
    alg: &'static str,
}

#[derive(Serialize)]
struct Issuer {
    /// A JSON number: the API does not accept a string.
    iss: u64,
}

impl<S: Signer, C: Clock> TokenSigner<S, C> {
    async fn mint(&self, from_iat: u64) -> Result<BearerToken, SmsHistoryError> {
        let backdated_now = || {
            let now = self.clock.now().saturating_add(self.skew.get());
            DateTime::from_timestamp_millis(now).unwrap_or_default()
                - TimeDelta::seconds(IAT_BACKDATE_SECS as i64)
        };
        let claims = Claims::new(Issuer {
            iss: self.account_id,
        })
        .set_duration_and_issuance(
            &TimeOptions::new(TimeDelta::zero(), backdated_now),
            TimeDelta::seconds(from_iat as i64),
        );
        let header = Header::new(SigningAlgorithm { alg: "RS256" })
            .with_token_type("JWT")
            .with_key_id(&self.key_id);
        let mut token = encode(&header)? + "." + &encode(&claims)?;
        let signature = self.signer.sign(token.as_bytes()).await?;
        token.push('.');
        token.push_str(&Base64UrlUnpadded::encode_string(&signature));
        BearerToken::new(token)
    }
}

/// Encodes a part of the token. `jwt-compact` joins and signs the parts only by an [`Algorithm`](jwt_compact::Algorithm),
/// which is synchronous, and WebCrypto is not.
fn encode(part: &impl Serialize) -> Result<String, SmsHistoryError> {
    serde_json::to_vec(part)
        .map(|json| Base64UrlUnpadded::encode_string(&json))
        .map_err(|_| SmsHistoryError::new(ErrorKind::Internal, "cannot encode the token as JSON"))
}

fn lifetime_secs(lifetime: Duration) -> Result<u64, SmsHistoryError> {
    let seconds = lifetime.as_secs();
    if (1..=MAX_LIFETIME_SECS).contains(&seconds) {
        return Ok(seconds);
    }
    Err(SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        format!("lifetime: expected 1 to {MAX_LIFETIME_SECS} s, got {seconds} s"),
    ))
}

/// Returns the seconds from `iat` to `exp`.
fn lifetime_from_iat(lifetime: Duration) -> Result<u64, SmsHistoryError> {
    Ok((lifetime_secs(lifetime)? + IAT_BACKDATE_SECS).min(MAX_LIFETIME_SECS))
}

impl<S: Signer, C: Clock> TokenSource for TokenSigner<S, C> {
    /// Every second token is valid for one second more, or less at the API's maximum. Equal claims have equal signatures, so a
    /// token renewed within a second would otherwise be the rejected one.
    async fn bearer(&self, _renew: bool) -> Result<BearerToken, SmsHistoryError> {
        let from_iat = lifetime_from_iat(self.lifetime)?;
        let varied = match from_iat {
            MAX_LIFETIME_SECS => from_iat - 1,
            _ => from_iat + 1,
        };
        let varies = self.varies.get();
        self.varies.set(!varies);
        self.mint(if varies { varied } else { from_iat }).await
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skew.set(skew);
    }
}

impl<S: Signer, C: Clock> TokenSource for ServiceAccount<S, C> {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        self.0.bearer(renew).await
    }

    fn cached_token(&self) -> Option<BearerToken> {
        self.0.cached_token()
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.0.set_clock_skew(skew);
    }
}

impl<S, C> fmt::Debug for ServiceAccount<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S, C> fmt::Debug for TokenSigner<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("account_id", &self.account_id)
            .field("key_id", &self.key_id)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

//! Tokens minted from a service account's key.

use std::{cell::Cell, fmt, future::Future, time::Duration};

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{BearerToken, CachedTokenSource, Credentials, TokenSource, jwt::signing_input};
use crate::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
};

/// The longest life that the API allows, in seconds from `iat` to `exp`.
const MAX_LIFETIME: u64 = 3600;

/// How far `iat` lies back, in seconds, so that a token is not from the future for a server whose clock is behind.
const BACKDATED: i64 = 5;

/// Signs by RSASSA-PKCS1-v1_5 with SHA-256.
pub trait Signer {
    /// The signature of a message.
    fn sign(&self, message: &[u8]) -> impl Future<Output = Result<Vec<u8>, SmsHistoryError>>;
}

/// Mints bearer tokens for a service account.
///
/// As a [`TokenSource`] it signs once in a token's life and gives the same token until shortly before its end (see
/// [`CachedTokenSource`]). A token has all rights of its service account: give the account the one role it needs.
pub struct ServiceAccount<S, C>(CachedTokenSource<Minter<S, C>, C>);

struct Minter<S, C> {
    account_id: u64,
    key_id: String,
    lifetime: Duration,
    signer: S,
    clock: C,
    /// By how much the server's clock is ahead of this one: what a token says of time is for the server.
    skew: Cell<EpochMillis>,
}

impl<S: Signer, C: Clock + Clone> ServiceAccount<S, C> {
    /// The life of a token when nothing else is asked for.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

    /// A service account whose tokens `signer` signs; it must hold the key of these credentials.
    pub fn new(credentials: &Credentials, signer: S, clock: C) -> Self {
        Self::with_ids(
            credentials.account_id(),
            credentials.key_id().to_owned(),
            signer,
            clock,
        )
    }

    pub(crate) fn with_ids(account_id: u64, key_id: String, signer: S, clock: C) -> Self {
        let minter = Minter {
            account_id,
            key_id,
            lifetime: Self::DEFAULT_LIFETIME,
            signer,
            clock: clock.clone(),
            skew: Cell::new(0),
        };
        Self(CachedTokenSource::new(minter, clock))
    }

    /// Sets the life of the tokens that [`TokenSource::bearer`] gives: 1 s to 3600 s, rounded down to whole seconds.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside of that range.
    pub fn with_lifetime(mut self, lifetime: Duration) -> Result<Self, SmsHistoryError> {
        whole_seconds(lifetime)?;
        self.0.source_mut().lifetime = lifetime;
        Ok(self)
    }

    /// Signs a new token, to be given away: 1 s to 3600 s from now, rounded down to whole seconds.
    ///
    /// A life of more than 3595 s ends up to 5 s early: `iat` is backdated by 5 s, and the API counts from there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside of that range; [`ErrorKind::Credentials`] when signing fails.
    pub async fn mint(&self, lifetime: Duration) -> Result<BearerToken, SmsHistoryError> {
        self.0.source().mint(lifetime).await
    }
}

#[cfg(target_family = "wasm")]
impl<S, C: Clock> ServiceAccount<S, C> {
    /// The account's id, the key's id, and what signs.
    pub(crate) fn parts(&self) -> (u64, &str, &S) {
        let Minter {
            account_id,
            key_id,
            signer,
            ..
        } = self.0.source();
        (*account_id, key_id, signer)
    }
}

impl<S: Signer, C: Clock> Minter<S, C> {
    async fn mint(&self, lifetime: Duration) -> Result<BearerToken, SmsHistoryError> {
        let lifetime = whole_seconds(lifetime)?;
        let now = self
            .clock
            .now()
            .saturating_add(self.skew.get())
            .div_euclid(1000);
        let issued = now - BACKDATED;
        let expires = now
            .saturating_add_unsigned(lifetime)
            .min(issued.saturating_add_unsigned(MAX_LIFETIME));
        let mut token = signing_input(&self.key_id, self.account_id, issued, expires)?;
        let signature = self.signer.sign(token.as_bytes()).await?;
        token.push('.');
        token.push_str(&Base64UrlUnpadded::encode_string(&signature));
        BearerToken::new(token)
    }
}

fn whole_seconds(lifetime: Duration) -> Result<u64, SmsHistoryError> {
    let seconds = lifetime.as_secs();
    if (1..=MAX_LIFETIME).contains(&seconds) {
        return Ok(seconds);
    }
    Err(SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        format!("ttlSeconds: a token's lifetime must be 1 to {MAX_LIFETIME} s, got {seconds} s"),
    ))
}

impl<S: Signer, C: Clock> TokenSource for Minter<S, C> {
    async fn bearer(&self, _renew: bool) -> Result<BearerToken, SmsHistoryError> {
        self.mint(self.lifetime).await
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

impl<S, C> fmt::Debug for Minter<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("account_id", &self.account_id)
            .field("key_id", &self.key_id)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

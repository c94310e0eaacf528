//! A cache for one token, which its source replaces shortly before it expires.

use std::{
    cell::{Cell, RefCell},
    fmt,
    time::Duration,
};

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{BearerToken, TokenSource};
use crate::{
    clock::{Clock, EpochMillis},
    error::SmsHistoryError,
    json::{Cursor, ParseError, ValueKind},
};

/// How long before its expiry a token is replaced: a request that starts with it must also arrive with it.
const EXPIRY_MARGIN_MS: EpochMillis = 30_000;

const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// With [`POLL_INTERVAL`], a call waits at most two seconds for the token of a concurrent call.
const MAX_POLLS: u32 = 400;

/// Wraps a token source and calls it only when the cached token is about to expire.
///
/// The expiry is the token's own `exp` claim. The cache replaces a token 30 s before its expiry, or after three quarters
/// of the remaining lifetime if that is shorter. A token without a readable `exp` is not cached, so each request calls
/// the source.
///
/// The cache stores the token, never the future that fetches it, because a Worker request must not await I/O of another
/// request. A call that finds another one in flight polls for its token, and calls the source itself after two seconds.
pub struct CachedTokenSource<S, C> {
    source: S,
    clock: C,
    /// Server time minus local time. Tokens expire by the server's clock.
    skew: Cell<EpochMillis>,
    cached: RefCell<Option<CachedToken>>,
    /// Whether a call to the source is in flight.
    in_flight: Cell<bool>,
    /// Whether the last token could be cached. If not, no call waits for a concurrent one.
    is_cacheable: Cell<bool>,
    /// Whether the source has returned the cached token twice. It may do so until it is asked to renew.
    is_repeated: Cell<bool>,
}

struct CachedToken {
    bearer: BearerToken,
    fresh_until: EpochMillis,
}

/// Marks a call to the source as in flight until it is dropped.
struct InFlightGuard<'a>(&'a Cell<bool>);

impl<'a> InFlightGuard<'a> {
    fn new(in_flight: &'a Cell<bool>) -> Self {
        in_flight.set(true);
        Self(in_flight)
    }
}

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl<S, C: Clock> CachedTokenSource<S, C> {
    /// Creates an empty cache.
    pub fn new(source: S, clock: C) -> Self {
        Self {
            source,
            clock,
            skew: Cell::new(0),
            cached: RefCell::new(None),
            in_flight: Cell::new(false),
            is_cacheable: Cell::new(true),
            is_repeated: Cell::new(false),
        }
    }

    /// The source behind the cache. Its tokens are always new.
    pub fn source(&self) -> &S {
        &self.source
    }

    #[cfg(feature = "sign")]
    pub(super) fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    fn now(&self) -> EpochMillis {
        self.clock.now().saturating_add(self.skew.get())
    }

    fn fresh(&self) -> Option<BearerToken> {
        let cached = self.cached.borrow();
        let cached = cached.as_ref()?;
        (self.now() < cached.fresh_until).then(|| cached.bearer.clone())
    }

    fn store(&self, bearer: &BearerToken) {
        let now = self.now();
        let cached = expires_at(bearer).map(|expiry| {
            let remaining = expiry.saturating_sub(now);
            CachedToken {
                bearer: bearer.clone(),
                fresh_until: expiry.saturating_sub(EXPIRY_MARGIN_MS.min(remaining / 4)),
            }
        });
        self.is_cacheable.set(cached.is_some());
        let last = self.cached.replace(cached);
        self.is_repeated
            .set(last.is_some_and(|last| last.bearer == *bearer));
    }

    async fn wait_for_concurrent_fetch(&self) -> Option<BearerToken> {
        for _ in 0..MAX_POLLS {
            if !self.in_flight.get() || !self.is_cacheable.get() {
                break;
            }
            self.clock.sleep(POLL_INTERVAL).await;
        }
        self.fresh()
    }
}

/// Reads the `exp` claim without verifying the token. Returns `None` for a token that is not a JWT, or has no usable `exp`.
///
/// The JSON cursor of the rows reads the claims. `UntrustedToken` and `Claims` of `jwt-compact` add 24.9 KB to the
/// WebAssembly of `core` (brotli, 109.7 KB without). They bring `serde_json` with its errors and their formatting of floats.
fn expires_at(bearer: &BearerToken) -> Option<EpochMillis> {
    let payload = bearer.expose().split('.').nth(1)?;
    let claims = String::from_utf8(Base64UrlUnpadded::decode_vec(payload).ok()?).ok()?;
    let mut exp = None;
    Cursor::new(&claims)
        .object(|cursor, key| {
            if key.to_name() != "exp" || cursor.kind()? != ValueKind::Number {
                return cursor.skip();
            }
            exp = Some(cursor.number()?);
            Ok::<(), ParseError>(())
        })
        .ok()?;
    let exp = exp?;
    // A `NumericDate` (RFC 7519 §2) may have a fraction. Nobody writes one with an exponent.
    let (seconds, fraction) = exp.split_once('.').unwrap_or((exp, ""));
    if fraction.contains(['e', 'E']) {
        return None;
    }
    seconds.parse::<EpochMillis>().ok()?.checked_mul(1000)
}

impl<S: TokenSource, C: Clock> TokenSource for CachedTokenSource<S, C> {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        if !renew && let Some(bearer) = self.fresh() {
            return Ok(bearer);
        }
        // Also with `renew`: the token in flight is newer than the rejected one, unless the source returns that again.
        if self.in_flight.get()
            && let Some(bearer) = self.wait_for_concurrent_fetch().await
            && !(renew && self.is_repeated.get())
        {
            return Ok(bearer);
        }
        if renew {
            // Before the await, so that a call that starts meanwhile does not get the rejected token.
            self.cached.replace(None);
        }
        let _in_flight = InFlightGuard::new(&self.in_flight);
        let bearer = self.source.bearer(renew).await?;
        // If another call stored a token during the await, all calls share that one. Without `renew`, this one was
        // requested before a possible renewal and may be the rejected token.
        if !renew && let Some(stored) = self.fresh() {
            return Ok(stored);
        }
        self.store(&bearer);
        Ok(bearer)
    }

    fn can_renew(&self) -> bool {
        self.source.can_renew()
    }

    fn cached_token(&self) -> Option<BearerToken> {
        self.fresh()
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skew.set(skew);
        self.source.set_clock_skew(skew);
    }
}

impl<S: fmt::Debug, C> fmt::Debug for CachedTokenSource<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedTokenSource")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

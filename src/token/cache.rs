//! The last token, kept until shortly before it expires.

use std::{
    cell::{Cell, RefCell},
    fmt,
    time::Duration,
};

use super::{BearerToken, TokenSource, expiry::expires_at};
use crate::{
    clock::{Clock, EpochMillis},
    error::SmsHistoryError,
};

/// How long before its end a token is replaced, in milliseconds: a request that starts with it must also arrive.
const MARGIN: EpochMillis = 30_000;

/// How often, and how many times, a call looks for the token that another one is asking for.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
const LOOKS: u32 = 400;

/// Wraps a token source and asks it only when the last token has come close to its end.
///
/// The end is what the token's own `exp` claim says. A token without a readable one is not kept, so its source is
/// asked for each request. A token is replaced 30 s before its end, or at the last quarter of its life when that is
/// shorter.
///
/// What is kept is the token, never the future that gets it: in Workers a request must not wait for the promise of
/// another one. A call that finds another one asking the source looks again every few milliseconds, and takes the token
/// that the other has stored; after two seconds it asks for itself.
pub struct CachedTokenSource<S, C> {
    source: S,
    clock: C,
    /// By how much the server's clock, by which tokens end, is ahead of this one.
    skew: Cell<EpochMillis>,
    last: RefCell<Option<Kept>>,
    /// Whether a call is asking the source.
    is_asked: Cell<bool>,
    /// Whether tokens can be kept, as far as is known: if not, nobody has to wait for another's.
    keeps: Cell<bool>,
}

/// A call that asks the source. Dropped, it does no longer.
struct Asking<'a>(&'a Cell<bool>);

impl<'a> Asking<'a> {
    fn begin(is_asked: &'a Cell<bool>) -> Self {
        is_asked.set(true);
        Self(is_asked)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

struct Kept {
    bearer: BearerToken,
    fresh_until: EpochMillis,
}

impl<S, C: Clock> CachedTokenSource<S, C> {
    /// Starts with no token.
    pub fn new(source: S, clock: C) -> Self {
        Self {
            source,
            clock,
            skew: Cell::new(0),
            last: RefCell::new(None),
            is_asked: Cell::new(false),
            keeps: Cell::new(true),
        }
    }

    /// The source behind the cache; what it gives is always new.
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
        let last = self.last.borrow();
        let kept = last.as_ref()?;
        (self.now() < kept.fresh_until).then(|| kept.bearer.clone())
    }

    fn keep(&self, bearer: &BearerToken) {
        let now = self.now();
        let kept = expires_at(bearer.expose()).map(|end| {
            let left = end.saturating_sub(now);
            Kept {
                bearer: bearer.clone(),
                fresh_until: end.saturating_sub(MARGIN.min(left / 4)),
            }
        });
        self.keeps.set(kept.is_some());
        self.last.replace(kept);
    }

    /// The token that another call is asking for, once it is there.
    async fn of_another(&self) -> Option<BearerToken> {
        for _ in 0..LOOKS {
            if !self.is_asked.get() || !self.keeps.get() {
                break;
            }
            self.clock.sleep(LOOK_AGAIN).await;
        }
        self.fresh()
    }
}

impl<S: TokenSource, C: Clock> TokenSource for CachedTokenSource<S, C> {
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        if !renew && let Some(bearer) = self.fresh() {
            return Ok(bearer);
        }
        // Also with `renew`: what is on its way is newer than the token that was refused.
        if self.is_asked.get()
            && let Some(bearer) = self.of_another().await
        {
            return Ok(bearer);
        }
        if renew {
            // Dropped before the wait: a call that starts meanwhile must not get the refused token either.
            self.last.replace(None);
        }
        let _asking = Asking::begin(&self.is_asked);
        let bearer = self.source.bearer(renew).await?;
        // Another call may have stored a token during the wait. One that all share is worth more than a second one,
        // and than one that was asked for before a renewal and may be the refused one.
        if !renew && let Some(earlier) = self.fresh() {
            return Ok(earlier);
        }
        self.keep(&bearer);
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

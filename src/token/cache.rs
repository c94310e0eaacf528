//! The last token, kept until shortly before it expires.

use std::{
    cell::{Cell, RefCell},
    fmt,
};

use super::{Bearer, TokenSource, expiry::expires_at};
use crate::{
    clock::{Clock, EpochMillis},
    error::SmsHistoryError,
};

/// How long before its end a token is replaced, in milliseconds: a request that starts with it must also arrive.
const MARGIN: EpochMillis = 30_000;

/// Wraps a token source and asks it only when the last token has come close to its end.
///
/// The end is what the token's own `exp` claim says. A token without a readable one is not kept, so its source is
/// asked for each request. A token is replaced 30 s before its end, or at the last quarter of its life when that is
/// shorter.
///
/// What is kept is the token, never the future that gets it: in Workers a request must not wait for the promise of
/// another one. Calls that find no token therefore each ask the source, and all but the first take the token that the
/// first one stored meanwhile.
pub struct Cached<S, C> {
    source: S,
    clock: C,
    /// By how much the server's clock, by which tokens end, is ahead of this one.
    skew: Cell<EpochMillis>,
    last: RefCell<Option<Kept>>,
}

struct Kept {
    bearer: Bearer,
    fresh_until: EpochMillis,
}

impl<S, C: Clock> Cached<S, C> {
    /// Starts with no token.
    pub fn new(source: S, clock: C) -> Self {
        Self {
            source,
            clock,
            skew: Cell::new(0),
            last: RefCell::new(None),
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

    fn fresh(&self) -> Option<Bearer> {
        let last = self.last.borrow();
        let kept = last.as_ref()?;
        (self.now() < kept.fresh_until).then(|| kept.bearer.clone())
    }

    fn keep(&self, bearer: &Bearer) {
        let now = self.now();
        let kept = expires_at(bearer.expose()).map(|end| {
            let left = end.saturating_sub(now);
            Kept {
                bearer: bearer.clone(),
                fresh_until: end.saturating_sub(MARGIN.min(left / 4)),
            }
        });
        self.last.replace(kept);
    }
}

impl<S: TokenSource, C: Clock> TokenSource for Cached<S, C> {
    async fn bearer(&self, renew: bool) -> Result<Bearer, SmsHistoryError> {
        if renew {
            // Dropped before the wait: a call that starts meanwhile must not get the refused token either.
            self.last.replace(None);
        } else if let Some(bearer) = self.fresh() {
            return Ok(bearer);
        }
        let bearer = self.source.bearer(renew).await?;
        // Another call may have stored a token during the wait. One that all share is worth more than a second one,
        // and than one that was asked for before a renewal and may be the refused one.
        if !renew && let Some(earlier) = self.fresh() {
            return Ok(earlier);
        }
        self.keep(&bearer);
        Ok(bearer)
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        self.skew.set(skew);
        self.source.set_clock_skew(skew);
    }
}

impl<S: fmt::Debug, C> fmt::Debug for Cached<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

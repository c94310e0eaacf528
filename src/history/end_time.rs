//! The end of a history: the last second that is past by the server's clock.

use super::{History, span::TimeSpan, to_second};
use crate::{
    clock::{Clock, EpochMillis},
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    token::TokenSource,
};

/// The clock that fixes the end of a history. Skews are server time minus local time, in milliseconds.
pub(super) struct EndTime {
    /// The skew that the end was fixed by.
    skew: EpochMillis,
    /// The greatest skew of all responses.
    newest_skew: EpochMillis,
    /// How often the end has moved.
    moves: u32,
}

impl Default for EndTime {
    fn default() -> Self {
        Self {
            skew: 0,
            newest_skew: EpochMillis::MIN,
            moves: 0,
        }
    }
}

impl EndTime {
    pub(super) fn observe(&mut self, skew: EpochMillis) {
        self.newest_skew = self.newest_skew.max(skew);
    }

    /// Whether the end is before this machine's time, and a later response has a newer `Date`. A slow response looks a little
    /// old.
    fn is_contradicted(&self) -> bool {
        const MAX_DELAY: EpochMillis = 300_000;
        self.skew < -MAX_DELAY && self.newest_skew > self.skew + MAX_DELAY
    }
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Sets the end of the history. The server's clock decides if a response showed it, and otherwise this machine's clock.
    pub(super) fn fix_end(&mut self) {
        self.end = EndTime::default();
        self.end.skew = self.fetcher.skew().unwrap_or(0);
        self.span = self.past_span(self.end.skew);
    }

    /// Moves the end of the history to the server's time of the last response, and returns whether it has moved. Rows are
    /// dated by the server's clock, so messages may still be added to its future.
    ///
    /// One `Date` is not believed, because a cache or one of many servers may send an old one. The response for the moved end
    /// must confirm it. If several contradict each other, the newest decides.
    pub(super) fn move_end(&mut self) -> bool {
        const MAX_MOVES: u32 = 4;
        /// A `Date` has whole seconds, and a response takes time. A server's clock that is less ahead does not move the end.
        const MIN_SKEW_AHEAD: EpochMillis = 5_000;
        let Some(skew) = self.fetcher.skew() else {
            return false;
        };
        self.end.observe(skew);
        let span = self.past_span(skew);
        let is_later = skew > self.end.skew + MIN_SKEW_AHEAD && span.to > self.span.to;
        if self.end.moves == MAX_MOVES || !(is_later || span.to < self.span.to) {
            return false;
        }
        self.end.moves += 1;
        self.end.skew = match self.end.moves {
            MAX_MOVES => self.end.newest_skew,
            _ => skew,
        };
        self.span = self.past_span(self.end.skew);
        true
    }

    /// # Errors
    /// [`ErrorKind::Incomplete`] if a later response shows that an old `Date` has ended the history too early.
    pub(super) fn verify_end(&self) -> Result<(), SmsHistoryError> {
        if !self.end.is_contradicted() || self.past_span(self.end.newest_skew).to <= self.span.to {
            return Ok(());
        }
        Err(SmsHistoryError::new(
            ErrorKind::Incomplete,
            "history: expected the same time in the header Date of all responses, got an older one that ends the history \
             too early; read the history again from its beginning",
        )
        .with_retryable(true))
    }

    /// The span of the query, as far as it is past by a clock with a skew. The present second is excluded, because messages
    /// may still be added to it.
    fn past_span(&self, skew: EpochMillis) -> TimeSpan {
        let query = &self.fetcher.query;
        let last = to_second(self.fetcher.pipeline.clock.now() + skew) - 1;
        let from = query.from_date().map(to_second);
        let to = query
            .to_date()
            .map_or(last, |to_date| last.min(to_second(to_date)));
        TimeSpan {
            from,
            to: to.max(from.unwrap_or(0)),
        }
    }
}

//! How it is made sure, at the end of each segment and of all, that nothing is missing.

use super::{
    History, State,
    window::{READS, incomplete},
};
use crate::{clock::Clock, error::SmsHistoryError, http::Transport, token::TokenSource};

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Closes the segments of which everything has arrived.
    pub(super) async fn settle(&mut self) -> Result<(), SmsHistoryError> {
        while let Some(mut segment) = self.segments.pop_front_if(|segment| segment.is_through()) {
            let ready = &mut self.ready;
            let before = segment.total;
            segment
                .settle(&self.reader, &mut |page| ready.push_back((page, None)))
                .await?;
            self.total = self.total.saturating_sub(before) + segment.read();
            self.done.push((segment.window, segment.read()));
            if !self.newest_first || self.done.len() == 1 {
                self.newest = Some(segment);
            }
        }
        Ok(())
    }

    /// Everything was read: of a history in several segments, whether something was added to one that was through; and of one
    /// that was gone on with, whether it is what the query asks for.
    pub(super) async fn finish(&mut self) -> Result<(), SmsHistoryError> {
        self.state = State::Over;
        if let [(window, _)] = self.done[..]
            && window == self.window
        {
            return Ok(());
        }
        let mut total = self.reader.total(self.window).await?;
        for _ in 0..READS {
            if total <= self.sum() {
                return Ok(());
            }
            if !self.read_newest_again().await? {
                break;
            }
            total = self.reader.total(self.window).await?;
        }
        // The ids of the others are forgotten: what came late to them can be told, and not be found.
        for &(window, read) in self
            .done
            .iter()
            .filter(|(window, _)| window.to < self.window.to)
        {
            let total = self.reader.total(window).await?;
            if total > read {
                return Err(incomplete(
                    window,
                    read,
                    total,
                    ", because some were added after these were read",
                ));
            }
        }
        // One reply may have told too many.
        let total = self.reader.total(self.window).await?;
        if total <= self.sum() {
            return Ok(());
        }
        let was_gone_on_with = self
            .newest
            .as_ref()
            .is_some_and(|newest| newest.read_before > 0);
        let why = if self.before > 0 || was_gone_on_with {
            ", because some were added since the cursor was made, or it was made for another query"
        } else {
            ""
        };
        Err(incomplete(self.window, self.sum(), total, why))
    }

    /// Finds what was added to the segment in which that is likeliest. False when its messages are not all known.
    async fn read_newest_again(&mut self) -> Result<bool, SmsHistoryError> {
        let Some(segment) = self
            .newest
            .as_mut()
            .filter(|segment| segment.read_before == 0)
        else {
            return Ok(false);
        };
        let ready = &mut self.ready;
        segment
            .read_again(&self.reader, &mut |page| ready.push_back((page, None)))
            .await?;
        let mut done = self.done.iter_mut();
        if let Some(done) = done.find(|(window, _)| *window == segment.window) {
            done.1 = segment.read();
        }
        self.total = self.sum();
        Ok(true)
    }

    fn sum(&self) -> u64 {
        self.before + self.done.iter().map(|(_, total)| total).sum::<u64>()
    }
}

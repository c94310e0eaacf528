//! Summarizes a whole history, and reports progress.

use std::time::Duration;

use super::History;
use crate::{
    clock::Clock,
    error::SmsHistoryError,
    http::Transport,
    summary::{SmsHistorySummary, Summarizer},
    token::TokenSource,
};

/// The progress of reading a history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Messages read by this call.
    pub read: u64,
    /// Messages that this call will read: the rest of the history, or the limit if that is lower.
    pub total: u64,
    /// Messages per second since the call began.
    pub per_second: f64,
    /// The time that the rest takes at this rate.
    pub remaining: Duration,
}

impl Progress {
    fn new(read: u64, total: u64, began: f64, now: f64) -> Self {
        // Workers freeze the clock between network events, so no time may have passed.
        let seconds = (now - began).max(1.0) / 1000.0;
        let per_second = read as f64 / seconds;
        let left = total.saturating_sub(read) as f64;
        Self {
            read,
            total,
            per_second,
            remaining: Duration::from_millis(
                (left / per_second.max(f64::MIN_POSITIVE) * 1000.0) as u64,
            ),
        }
    }
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Summarizes the rest of the history in one pass. The memory does not grow with the length of the history. `on_progress` is
    /// called after each page. Empty buckets cover the time span of the query.
    ///
    /// # Errors
    /// Those of [`History::next`], [`Summarizer::add`] and [`Summarizer::finish`].
    pub async fn summarize(
        &mut self,
        mut summarizer: Summarizer,
        mut on_progress: impl FnMut(Progress),
    ) -> Result<SmsHistorySummary, SmsHistoryError> {
        let query = &self.fetcher.query;
        summarizer.set_span(query.from_date(), query.to_date())?;
        let began = self.fetcher.pipeline.clock.elapsed();
        let (before, limit) = (self.rows_read(), self.remaining_limit);
        while let Some(page) = self.next().await {
            summarizer.add(&page?)?;
            let total = (self.total_rows - before).min(limit);
            let now = self.fetcher.pipeline.clock.elapsed();
            on_progress(Progress::new(self.rows_read - before, total, began, now));
        }
        Ok(summarizer.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_rate_and_remaining_time() {
        let progress = Progress::new(500, 2000, 1_000.0, 3_000.0);
        assert_eq!(
            (progress.per_second, progress.remaining),
            (250.0, Duration::from_secs(6))
        );
        let all = Progress::new(2000, 2000, 0.0, 4_000.0);
        assert_eq!((all.per_second, all.remaining), (500.0, Duration::ZERO));
    }

    #[test]
    fn a_frozen_clock_gives_a_finite_rate() {
        assert_eq!(Progress::new(10, 20, 5.0, 5.0).per_second, 10_000.0);
        assert!(Progress::new(0, 20, 5.0, 5.0).remaining > Duration::from_secs(1_000_000));
    }
}

//! Whole histories read to their end, with progress on the way.

use std::time::Duration;

use super::History;
use crate::{
    clock::Clock,
    error::SmsHistoryError,
    http::Transport,
    summary::{SmsHistorySummary, Summarizer},
    token::TokenSource,
};

/// How far the reading of a history has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Messages that were read.
    pub read: u64,
    /// Messages of the whole history, or the limit where that is less.
    pub total: u64,
    /// Messages a second since the reading began.
    pub per_second: f64,
    /// How long the rest takes at this rate.
    pub remaining: Duration,
}

impl Progress {
    fn new(read: u64, total: u64, began: f64, now: f64) -> Self {
        // A clock that stands still between network events may show no time at all.
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
    /// Adds up what is left of the history, in one pass and in memory that does not grow with its length. `progress` is
    /// told after each page.
    ///
    /// # Errors
    /// As [`History::next`], and as [`Summarizer::add`].
    pub async fn summarize(
        &mut self,
        mut summarizer: Summarizer,
        mut progress: impl FnMut(Progress),
    ) -> Result<SmsHistorySummary, SmsHistoryError> {
        let began = self.reader.pipeline.clock.elapsed();
        let (before, limit) = (self.read_before(), self.left);
        while let Some(page) = self.next().await {
            summarizer.add(&page?)?;
            let total = (self.total - before).min(limit);
            let now = self.reader.pipeline.clock.elapsed();
            progress(Progress::new(self.read - before, total, began, now));
        }
        Ok(summarizer.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_rest_are_told() {
        let progress = Progress::new(500, 2000, 1_000.0, 3_000.0);
        assert_eq!(
            (progress.per_second, progress.remaining),
            (250.0, Duration::from_secs(6))
        );
        let all = Progress::new(2000, 2000, 0.0, 4_000.0);
        assert_eq!((all.per_second, all.remaining), (500.0, Duration::ZERO));
    }

    #[test]
    fn a_clock_that_stands_still_does_no_harm() {
        assert_eq!(Progress::new(10, 20, 5.0, 5.0).per_second, 10_000.0);
        assert!(Progress::new(0, 20, 5.0, 5.0).remaining > Duration::from_secs(1_000_000));
    }
}

//! Summarizes a whole history.

use super::History;
use crate::{
    clock::Clock,
    error::SmsHistoryError,
    http::Transport,
    summary::{SmsHistorySummary, Summarizer},
    token::TokenSource,
};

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Summarizes the rest of the history in one pass. The memory does not grow with the length of the history. Empty buckets
    /// cover the time span of the query.
    ///
    /// # Errors
    /// Those of [`History::next`], [`Summarizer::add`] and [`Summarizer::finish`].
    pub async fn summarize(
        &mut self,
        mut summarizer: Summarizer,
    ) -> Result<SmsHistorySummary, SmsHistoryError> {
        let query = &self.fetcher.query;
        summarizer.set_span(query.from_date(), query.to_date())?;
        while let Some(page) = self.next().await {
            summarizer.add(&page?)?;
        }
        Ok(summarizer.finish()?)
    }
}

//! Counts the messages of a history.

use super::{
    History,
    completeness::is_round,
    span::{MAX_COUNT_READS, is_implausible_fall},
};
use crate::{
    clock::Clock, error::SmsHistoryError, http::Transport, page::SmsHistoryPage, token::TokenSource,
};

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Counts the messages. If other responses contradict the count of the API, the history is read instead.
    pub(crate) async fn count(mut self) -> Result<u64, SmsHistoryError> {
        self.refuse_part("a count")?;
        if let Some(total) = self.confirmed_total().await? {
            return Ok(total);
        }
        self.fetcher.is_contradicted.set(true);
        let mut rows = 0;
        while let Some(page) = self.next().await {
            rows += page?.len() as u64;
        }
        Ok(rows)
    }

    /// Fixes the end of the history, and requests its `total_count` twice: with the first row, and with the last row and the
    /// row behind it. `None` if the responses contradict each other repeatedly.
    pub(super) async fn confirmed_total(&mut self) -> Result<Option<u64>, SmsHistoryError> {
        self.fix_end();
        for read in 0..MAX_COUNT_READS {
            let (first, total) = loop {
                let response = self.fetcher.fetch_rows(self.span, 0, 1).await?;
                if !self.move_end() {
                    break response;
                }
            };
            let offset = total.saturating_sub(1);
            let (last, last_total) = self.fetcher.fetch_rows(self.span, offset, 2).await?;
            let rows = total.min(1) as usize;
            let is_consistent = last_total == total && (first.len(), last.len()) == (rows, rows);
            self.expected_total = self.expected_total.max(total).max(last_total);
            if is_consistent && !is_implausible_fall(self.expected_total, total) {
                let date = |page: &SmsHistoryPage| page.get(0)?.processed_date;
                let is_capped = match (date(&first), date(&last)) {
                    (Some(first), Some(last)) if is_round(total) => {
                        self.exceeds_total(total, (first + last) / 2000).await?
                    }
                    _ => false,
                };
                if is_capped || total >= self.fetcher.highest_counts.of(self.span) {
                    return Ok((!is_capped).then_some(total));
                }
            }
            self.fetcher.back_off(read).await;
        }
        Ok(None)
    }

    /// Whether a count is lower than the sum of the counts of two parts, which meet at a second. The second should be between
    /// the first and the last row. If the API orders its rows by time, one part then has the rows beyond a server's maximum.
    async fn exceeds_total(&self, total: u64, second: i64) -> Result<bool, SmsHistoryError> {
        if !(self.span.start()..self.span.to).contains(&second) {
            return Ok(false);
        }
        let (older, newer) = self.span.split_after(second);
        let (in_older, in_newer) = self.fetcher.fetch_totals(older, newer).await?;
        let sum = in_older.saturating_add(in_newer);
        Ok(sum > total && self.fetcher.counts_disagree(self.span, total, sum).await?)
    }
}

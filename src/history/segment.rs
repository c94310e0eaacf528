//! A span of time whose rows are read by offset, and the checks that none of them is missing.

use super::{
    message_set::MessageSet,
    span::{MAX_CONSISTENCY_READS, SpanFetcher, TimeSpan, incomplete},
};
use crate::{
    clock::Clock,
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    token::TokenSource,
};

/// A segment of a history, and what has been read of it.
pub(super) struct Segment {
    pub(super) span: TimeSpan,
    /// The highest `total_count` of all responses.
    pub(super) total: u64,
    /// Whether all responses had the same `total_count`. Then nothing was added meanwhile, and offsets are comparable.
    pub(super) total_is_stable: bool,
    /// Whether a response had a lower `total_count` than an earlier one. Rows behind a removed one move up, over the border
    /// of two pages.
    has_shrunk: bool,
    /// The `total_count` of the last response.
    last_total: u64,
    pub(super) messages: MessageSet,
    /// The offset of the next request.
    pub(super) next_offset: u64,
    /// The number of requests in flight.
    pub(super) in_flight: usize,
    /// Rows of this segment before the cursor that the history was resumed from.
    pub(super) rows_before_cursor: u64,
}

impl Segment {
    pub(super) fn new(span: TimeSpan, total: u64) -> Self {
        Self {
            span,
            total,
            total_is_stable: true,
            has_shrunk: false,
            last_total: total,
            messages: MessageSet::default(),
            next_offset: 0,
            in_flight: 0,
            rows_before_cursor: 0,
        }
    }

    /// The number of distinct messages that were read.
    pub(super) fn rows_read(&self) -> u64 {
        self.rows_before_cursor + self.messages.count()
    }

    /// Whether everything was requested, and has arrived.
    pub(super) fn is_fully_fetched(&self) -> bool {
        self.in_flight == 0 && self.next_offset >= self.total
    }

    /// Ingests a page, and drops its rows that were read before.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] when the segment has changed since the cursor that the history was resumed from.
    pub(super) fn ingest_page(
        &mut self,
        page: &mut SmsHistoryPage,
        total: u64,
    ) -> Result<(), SmsHistoryError> {
        if total != self.total {
            if self.rows_before_cursor > 0 {
                return Err(self.changed_since_cursor(total));
            }
            self.total_is_stable = false;
            self.total = self.total.max(total);
        }
        self.has_shrunk |= total < self.last_total;
        self.last_total = total;
        self.drop_duplicates(page);
        Ok(())
    }

    fn drop_duplicates(&mut self, page: &mut SmsHistoryPage) {
        let keep = self.messages.add(page);
        if keep.contains(&false) {
            page.retain(&keep);
        }
    }

    /// Verifies that all messages were read, and passes missing ones to `found`.
    ///
    /// The rows and the count of one response belong to the same moment. If all responses had the same count, and as many
    /// messages were read, the segment is complete. Otherwise the messages are counted once more. If that count differs from
    /// the rows too, the span is read again in parts that fit into one response. Rows without an id are not read again.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`], which names the span, if rows and count still disagree.
    pub(super) async fn verify_complete<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        if self.total_is_stable && self.rows_read() == self.total {
            return Ok(());
        }
        let total = fetcher.fetch_total(self.span).await?;
        if self.rows_read() == total && !self.has_shrunk && self.messages.is_exact() {
            return Ok(());
        }
        if self.rows_before_cursor > 0 {
            return Err(if total == self.total {
                incomplete(
                    self.span,
                    self.rows_read(),
                    total,
                    ", resumed from a cursor",
                )
            } else {
                self.changed_since_cursor(total)
            });
        }
        if !self.messages.is_exact() {
            let reason = self.messages.ambiguity();
            return Err(incomplete(self.span, self.rows_read(), total, reason));
        }
        self.reread(fetcher, found).await
    }

    /// Reads the whole span again, in parts that fit into one response each. That also finds messages that were added. If
    /// the parts are not the whole, the span is read page by page.
    pub(super) async fn reread<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        let page_size = u64::from(fetcher.page_size);
        let (mut page, whole) = fetcher.consistent_first_page(self.span).await?;
        if whole <= page_size {
            self.deliver_new(&mut page, found);
            return Ok(());
        }
        let mut parts = Vec::new();
        if let Some([older, newer]) = self.span.halves() {
            let (in_older, in_newer) = fetcher.fetch_totals(older, newer).await?;
            let sum = in_older.saturating_add(in_newer);
            if !fetcher.counts_disagree(self.span, whole, sum).await? {
                parts.extend([older, newer]);
            }
        }
        let mut sum = 0;
        while let Some(part) = parts.pop() {
            let (mut page, total) = fetcher.consistent_first_page(part).await?;
            if total <= page_size {
                sum += total;
                self.deliver_new(&mut page, found);
            } else if let Some(halves) = part.halves() {
                parts.extend(halves);
            } else {
                sum += self.read_until_stable(fetcher, part, found).await?;
            }
        }
        // Too few rows in the parts: this API excludes the ends of a span, and with them the seconds between the parts.
        if sum < whole && sum < fetcher.fetch_total(self.span).await? {
            self.read_until_stable(fetcher, self.span, found).await?;
        }
        Ok(())
    }

    /// Reads a span page by page until its rows match its count, and returns that count. The count must not change while the
    /// span is read, or two successive reads must agree.
    async fn read_until_stable<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        span: TimeSpan,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<u64, SmsHistoryError> {
        let (mut last, mut ambiguity) = ((0, 0), "");
        for read in 0..MAX_CONSISTENCY_READS {
            let previous = last;
            let mut messages = MessageSet::default();
            let (mut offset, mut first_total, mut total_is_stable) = (0, None, true);
            loop {
                let (mut page, total) = fetcher.fetch_page(span, offset, self.total).await?;
                total_is_stable &= *first_total.get_or_insert(total) == total;
                messages.add(&page);
                offset += u64::from(fetcher.page_size);
                last = (messages.count(), total);
                let is_last = offset >= total || page.is_empty();
                self.deliver_new(&mut page, found);
                if is_last {
                    break;
                }
            }
            if last.0 == last.1 && (total_is_stable || last == previous) {
                return Ok(last.1);
            }
            ambiguity = messages.ambiguity();
            fetcher.back_off(read).await;
        }
        Err(incomplete(span, last.0, last.1, ambiguity))
    }

    fn deliver_new(&mut self, page: &mut SmsHistoryPage, found: &mut dyn FnMut(SmsHistoryPage)) {
        self.drop_duplicates(page);
        if !page.is_empty() {
            found(std::mem::take(page));
        }
    }

    fn changed_since_cursor(&self, total: u64) -> SmsHistoryError {
        SmsHistoryError::new(
            ErrorKind::Incomplete,
            format!(
                "cursor: expected {} messages {} as when it was made, got {total}; read the history from its beginning",
                self.total,
                self.span.describe(),
            ),
        )
    }
}

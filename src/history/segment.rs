//! A span of time whose rows are read by offset, and the checks that none of them is missing.

use voximplant_sms_history_rows::message_set::MessageSet;

use super::span::{MAX_CONSISTENCY_READS, SpanFetcher, TimeSpan, incomplete, is_implausible_fall};
use crate::{
    clock::Clock,
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    token::TokenSource,
};

/// Whether a count is round, as the maximum of a server would be.
pub(super) fn is_round(total: u64) -> bool {
    const ROUND: u64 = 1000;
    total > 0 && total.is_multiple_of(ROUND)
}

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
    /// The highest `total_count` of the responses that had one.
    counted: u64,
    /// The messages that the last read of the whole span brought again. Nearly all known messages must be among them.
    reread: MessageSet,
    /// The offset of the next request.
    pub(super) next_offset: u64,
    /// The lowest and the highest second of the first and last rows of all pages. In the API's order these are the extremes.
    edges: Option<(i64, i64)>,
    /// Whether the page with the last row by `total` was full, so that more rows may follow.
    tail_is_full: bool,
    /// The length of the last page, if it had fewer rows than requested.
    short_page: Option<u64>,
    /// Whether the only page may have a maximum of the server as its length, and as its count.
    pub(super) may_be_capped_page: bool,
    /// The number of requests in flight.
    pub(super) in_flight: usize,
    /// Rows of this segment before the cursor that the history was resumed from.
    pub(super) rows_before_cursor: u64,
    /// Rows that were received while the count was checked, and that no page had until then.
    unread: SmsHistoryPage,
}

/// Whether the server has rows behind the last counted one, see [`Segment::look_beyond`].
#[derive(PartialEq)]
enum Tail {
    /// It has none.
    End,
    /// The count has changed, so this response confirms nothing.
    Changed,
    /// It has more rows, or its response contradicts itself.
    Beyond,
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
            counted: 0,
            reread: MessageSet::default(),
            next_offset: 0,
            edges: None,
            tail_is_full: false,
            short_page: None,
            may_be_capped_page: false,
            in_flight: 0,
            rows_before_cursor: 0,
            unread: SmsHistoryPage::default(),
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

    /// Continues the segment behind the rows that were read before the cursor.
    pub(super) fn resume_at(&mut self, offset: u64) {
        self.next_offset = offset;
        self.rows_before_cursor = offset;
        self.tail_is_full = true;
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
        self.counted = self.counted.max(page.total_count().unwrap_or(0));
        self.has_shrunk |= total < self.last_total;
        self.last_total = total;
        for row in [0, page.len().saturating_sub(1)] {
            let at = page.get(row).and_then(|message| message.processed_date);
            if let Some(at) = at.filter(|&at| self.span.contains(at)) {
                let second = at.div_euclid(1000);
                let (oldest, newest) = self.edges.unwrap_or((second, second));
                self.edges = Some((oldest.min(second), newest.max(second)));
            }
        }
        self.drop_duplicates(page);
        Ok(())
    }

    /// Records how many rows a page had at an offset. Returns true for the second short page of the same length in a row.
    pub(super) fn record_page(&mut self, offset: u64, rows: u64, requested: u64) -> bool {
        let end = offset + rows;
        if end >= self.total {
            self.tail_is_full = rows >= requested;
        }
        let is_short = rows > 0 && rows < requested && end < self.total;
        let short_page = is_short.then_some(rows);
        std::mem::replace(&mut self.short_page, short_page) == short_page && is_short
    }

    /// Whether the last page had fewer rows than requested, and more rows follow by `total`.
    pub(super) fn is_short(&self) -> bool {
        self.short_page.is_some()
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
    /// messages were read, the segment is complete. Otherwise the end of the rows is requested once more. If that count differs
    /// from the rows too, the span is read again in parts that fit into one response. Rows without an id are not read again.
    ///
    /// A response that contradicts itself or an earlier one confirms nothing. A received row must be read in the end.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`], which names the span, if rows and count still disagree.
    pub(super) async fn verify_complete<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        let rows = self.rows_read();
        if self.total_is_stable && rows >= self.total {
            let tail = if rows > self.total {
                Tail::Beyond
            } else if self.is_doubtful(fetcher, rows) || self.may_be_capped_page {
                self.look_beyond(fetcher, rows).await?.0
            } else {
                Tail::End
            };
            match tail {
                Tail::End => return Ok(()),
                Tail::Beyond => return self.read_beyond_cap(fetcher, found).await,
                Tail::Changed => {}
            }
        }
        let (tail, total) = self.look_beyond(fetcher, rows).await?;
        let is_read = tail == Tail::End && !self.has_unread();
        let has_shrunk = self.has_shrunk || is_implausible_fall(self.counted, rows);
        if is_read && !has_shrunk && self.messages.is_exact() {
            return Ok(());
        }
        if self.rows_before_cursor > 0 {
            if total != self.total {
                return Err(self.changed_since_cursor(total));
            }
            let reason = ", resumed from a cursor";
            let error = incomplete(self.span, self.rows_read(), total, reason);
            return Err(error.with_stale_cursor(true));
        }
        if !self.messages.is_exact() {
            let reason = self.messages.ambiguity();
            return Err(incomplete(self.span, self.rows_read(), total, reason));
        }
        if tail == Tail::Beyond && rows >= self.total {
            return self.read_beyond_cap(fetcher, found).await;
        }
        for read in 0..MAX_CONSISTENCY_READS {
            let total = self.reread(fetcher, found).await?;
            match self.look_beyond(fetcher, total).await?.0 {
                Tail::End if !self.has_unread() => match self.verify_reread() {
                    Err(error) if read + 1 == MAX_CONSISTENCY_READS => return Err(error),
                    Err(_) => fetcher.back_off(read).await,
                    Ok(()) => return Ok(()),
                },
                Tail::Changed => {}
                _ => return self.read_beyond_cap(fetcher, found).await,
            }
        }
        self.verify_reread()?;
        Err(self.capped(self.span))
    }

    /// Compares the last read of the span with the earlier reads and with the counts of the responses.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] if so many messages are missing that removals do not explain it.
    fn verify_reread(&mut self) -> Result<(), SmsHistoryError> {
        let expected = self.counted.max(self.rows_read());
        let rows = std::mem::take(&mut self.reread).count();
        if is_implausible_fall(expected, rows) {
            let reason = " when they were read again";
            return Err(incomplete(self.span, rows, expected, reason));
        }
        Ok(())
    }

    fn has_unread(&self) -> bool {
        self.messages.has_unknown(&self.unread)
    }

    /// Whether more rows may follow than were counted. They may if the last page was full, if the count is round as caps are, and
    /// after counts that contradicted each other.
    fn is_doubtful<T, S, C>(&self, fetcher: &SpanFetcher<T, S, C>, total: u64) -> bool {
        total > 0 && (self.tail_is_full || is_round(total) || fetcher.is_contradicted.get())
    }

    /// Requests the last counted row, by `rows`, and the row behind it. Also returns the count of that response.
    ///
    /// A row behind the last one proves that the count is too low. If offsets are capped as counts are, an unknown row may
    /// be older or newer than all that were read.
    async fn look_beyond<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        rows: u64,
    ) -> Result<(Tail, u64), SmsHistoryError> {
        let count = fetcher.page_size.get().min(2);
        let offset = rows.saturating_sub(u64::from(count) - 1);
        let (total, is_consistent) = self.probe(fetcher, self.span, offset, count).await?;
        if !is_consistent || (total == rows && self.has_unread()) {
            return Ok((Tail::Beyond, total));
        }
        if total != rows {
            return Ok((Tail::Changed, total));
        }
        let Some((oldest, newest)) = self.edges.filter(|_| self.rows_before_cursor == 0) else {
            return Ok((Tail::End, total));
        };
        if !self.is_doubtful(fetcher, rows) {
            return Ok((Tail::End, total));
        }
        let before = self.span.split_after(oldest).0;
        let after = self.span.split_after(newest - 1).1;
        let (rows_before, rows_after) = fetcher.fetch_totals(before, after).await?;
        for (span, rows) in [(before, rows_before), (after, rows_after)] {
            let offset = rows.saturating_sub(1);
            let (_, is_consistent) = self.probe(fetcher, span, offset, count).await?;
            if !is_consistent || self.has_unread() {
                return Ok((Tail::Beyond, total));
            }
        }
        Ok((Tail::End, total))
    }

    /// Requests rows that should be known already, and keeps unknown ones as unread. The request is repeated while the response
    /// has more or fewer rows than its count leaves at the offset. Returns the count, and whether the last response was
    /// consistent.
    async fn probe<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        span: TimeSpan,
        offset: u64,
        count: u32,
    ) -> Result<(u64, bool), SmsHistoryError> {
        const MAX_READS: u32 = 3;
        let mut read = 0;
        loop {
            let (mut page, total) = fetcher.fetch_rows(span, offset, count).await?;
            let expected = total.saturating_sub(offset).min(count.into());
            let is_consistent = page.len() as u64 == expected;
            if span == self.span && offset < self.rows_before_cursor {
                let is_after_cursor: Vec<bool> = (0..page.len()).map(|row| row > 0).collect();
                page.retain(&is_after_cursor);
            }
            if !self.has_unread() {
                self.unread = page;
            }
            read += 1;
            if is_consistent || read == MAX_READS {
                return Ok((total, is_consistent));
            }
            fetcher.back_off(read - 1).await;
        }
    }

    /// Whether one response has all `total` rows of a span. If the page was full, the row behind it is looked at.
    async fn fits_page<T: Transport, S: TokenSource, C: Clock>(
        &self,
        fetcher: &SpanFetcher<T, S, C>,
        span: TimeSpan,
        total: u64,
    ) -> Result<bool, SmsHistoryError> {
        let page_size = u64::from(fetcher.page_size.get());
        if total != page_size {
            return Ok(total < page_size);
        }
        let (page, current) = fetcher.fetch_rows(span, total, 1).await?;
        Ok(page.is_empty() && current == total)
    }

    /// Reads a span whose count is capped: in parts with fewer rows than the cap, which fit into one response each.
    ///
    /// The counts of capped spans prove nothing. So the parts overlap by a second, in case the API excludes their ends.
    async fn read_beyond_cap<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<(), SmsHistoryError> {
        /// Bounds the requests where most messages are in every span. A segment has some 300 parts.
        const MAX_PARTS_WITHOUT_NEW_ROWS: u32 = 4096;
        let cap = self.total;
        self.reread = MessageSet::default();
        let is_complete = self.rows_before_cursor == 0 && self.messages.is_exact();
        let (Some(halves), true) = (self.span.halves(), is_complete) else {
            return Err(self.capped(self.span));
        };
        let mut parts = Vec::from(halves);
        let mut parts_without_new_rows = 0;
        while let Some(part) = parts.pop() {
            let span = part.widened_within(self.span);
            let rows_before = self.rows_read();
            let page_size = u64::from(fetcher.page_size.get());
            let fits = |total| total < cap && total <= page_size;
            let (mut page, mut total) = fetcher.fetch_page(span, 0, u64::MAX, None).await?;
            if fits(total) && MessageSet::count_distinct(&page) != total {
                (page, total) = fetcher.consistent_first_page(span, false).await?;
            }
            if fits(total) && self.fits_page(fetcher, span, total).await? {
                self.deliver_new(&mut page, found);
            } else if let Some(halves) = part.halves() {
                parts.extend(halves);
            } else {
                let total = self.read_until_stable(fetcher, span, found).await?;
                let (page, _) = fetcher.fetch_rows(span, total, 1).await?;
                if total >= cap || !page.is_empty() {
                    return Err(self.capped(span));
                }
            }
            parts_without_new_rows += 1;
            if self.rows_read() > rows_before {
                parts_without_new_rows = 0;
            } else if parts_without_new_rows > MAX_PARTS_WITHOUT_NEW_ROWS {
                return Err(self.capped(span));
            }
        }
        if self.has_unread() {
            return Err(self.capped(self.span));
        }
        self.verify_reread()
    }

    fn capped(&self, span: TimeSpan) -> SmsHistoryError {
        SmsHistoryError::new(
            ErrorKind::Incomplete,
            format!(
                "total_count: expected the number of messages {}, got {}, which other responses contradict; read shorter \
                 spans of time",
                span.describe(),
                self.total
            ),
        )
        .with_stale_cursor(self.rows_before_cursor > 0)
    }

    /// Reads the whole span again, in parts that fit into one response each. That also finds messages that were added. If
    /// the parts are not the whole, the span is read page by page. Returns the count of the whole span.
    pub(super) async fn reread<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<u64, SmsHistoryError> {
        /// How often a span since 1970 can be halved, with room to spare.
        const MAX_DEPTH: u64 = 48;
        self.reread = MessageSet::default();
        let (mut page, whole) = fetcher.consistent_first_page(self.span, false).await?;
        if self.fits_page(fetcher, self.span, whole).await? {
            self.deliver_new(&mut page, found);
            return Ok(whole);
        }
        let mut parts = Vec::new();
        if let Some([older, newer]) = self.span.halves() {
            let (in_older, in_newer) = fetcher.fetch_totals(older, newer).await?;
            let sum = in_older.saturating_add(in_newer);
            if !fetcher.counts_disagree(self.span, whole, sum).await? {
                parts.extend([older, newer]);
            }
        }
        // Each full page has at most so many halves on its way. Rows that belong to every span have more.
        let page_size = u64::from(fetcher.page_size.get());
        let mut splits_left = (whole.max(self.total) / page_size + 2).saturating_mul(MAX_DEPTH);
        let mut sum = 0;
        while let Some(part) = parts.pop() {
            let (mut page, total) = fetcher.consistent_first_page(part, false).await?;
            if self.fits_page(fetcher, part, total).await? {
                sum += total;
                self.deliver_new(&mut page, found);
            } else if splits_left == 0 {
                return self.read_until_stable(fetcher, self.span, found).await;
            } else if let Some(halves) = part.halves() {
                splits_left -= 1;
                parts.extend(halves);
            } else {
                sum += self.read_until_stable(fetcher, part, found).await?;
            }
        }
        // Too few rows in the parts: this API excludes the ends of a span, and with them the seconds between the parts.
        if sum < whole && sum < fetcher.fetch_total(self.span).await? {
            return self.read_until_stable(fetcher, self.span, found).await;
        }
        Ok(whole)
    }

    /// Reads a span page by page until its rows match its count, and returns that count. The count must not change while the
    /// span is read, or two successive reads must agree.
    async fn read_until_stable<T: Transport, S: TokenSource, C: Clock>(
        &mut self,
        fetcher: &SpanFetcher<T, S, C>,
        span: TimeSpan,
        found: &mut dyn FnMut(SmsHistoryPage),
    ) -> Result<u64, SmsHistoryError> {
        let (mut last, mut best, mut ambiguity) = ((0, 0), (0, 0), "");
        for read in 0..MAX_CONSISTENCY_READS {
            let previous = last;
            let mut messages = MessageSet::default();
            let (mut offset, mut first_total, mut total_is_stable) = (0, None, true);
            loop {
                let (mut page, total) = fetcher.fetch_page(span, offset, self.total, None).await?;
                total_is_stable &= *first_total.get_or_insert(total) == total;
                messages.add(&page);
                offset += page.len() as u64;
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
            // An error reports the best response: a later one may have had no rows.
            if last.0 >= best.0 && last.0 != last.1 {
                (best, ambiguity) = (last, messages.ambiguity());
            }
            fetcher.back_off(read).await;
        }
        if best.1 == 0 {
            best = last;
        }
        Err(incomplete(span, best.0, best.1, ambiguity))
    }

    fn deliver_new(&mut self, page: &mut SmsHistoryPage, found: &mut dyn FnMut(SmsHistoryPage)) {
        self.reread.add(page);
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
        .with_stale_cursor(true)
    }
}

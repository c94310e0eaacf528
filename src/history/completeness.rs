//! The checks that no message of a history is missing. `docs/completeness.md` lists what they detect.

use voximplant_sms_history_rows::message_set::MessageSet;

use super::{
    History,
    segment::Segment,
    span::{
        MAX_CONSISTENCY_READS, MAX_COUNT_READS, SpanFetcher, TimeSpan, incomplete,
        is_implausible_fall,
    },
};
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
    async fn reread<T: Transport, S: TokenSource, C: Clock>(
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
}

impl<T, S, C> History<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    /// Verifies the sum of all segments. Messages may have been added to a complete segment, and a resumed history may have
    /// been resumed with another query.
    pub(super) async fn verify_history(&mut self) -> Result<(), SmsHistoryError> {
        let (rows, total) = (self.rows_found(), self.expected_total);
        if is_implausible_fall(total, rows) {
            let reason = ", although an earlier response counted more";
            let error = incomplete(self.span, rows, total, reason);
            return Err(error.with_stale_cursor(self.rows_before_call > 0));
        }
        self.verify_end()?;
        if let [(span, _)] = self.completed_segments[..]
            && span == self.span
        {
            return Ok(());
        }
        let mut total = self.fetch_plausible_total().await?;
        for _ in 0..MAX_CONSISTENCY_READS {
            if total <= self.rows_found() {
                return Ok(());
            }
            if !self.reread_newest_segment().await? {
                break;
            }
            total = self.fetch_plausible_total().await?;
        }
        // The ids of the other segments are forgotten: late messages there can be detected, but not found.
        for &(span, rows) in &self.completed_segments {
            if span.to == self.span.to {
                continue;
            }
            let total = self.fetcher.fetch_total(span).await?;
            if total > rows {
                let reason = ", because messages were added after these were read";
                return Err(incomplete(span, rows, total, reason));
            }
        }
        // A single response may have had too high a count.
        let total = self.fetch_plausible_total().await?;
        if total <= self.rows_found() {
            return Ok(());
        }
        let newest = self.newest_segment.as_ref();
        let was_resumed = self.rows_before_cursor > 0
            || newest.is_some_and(|newest| newest.rows_before_cursor > 0);
        let reason = if was_resumed {
            ", because messages were added since the cursor was made, or it was made with another query"
        } else {
            ""
        };
        let error = incomplete(self.span, self.rows_found(), total, reason);
        Err(error.with_stale_cursor(was_resumed))
    }

    /// Fetches the count of the whole history, again while it is implausibly lower than the rows that were found.
    async fn fetch_plausible_total(&self) -> Result<u64, SmsHistoryError> {
        let (rows, mut total) = (self.rows_found(), 0);
        for read in 0..MAX_COUNT_READS {
            total = self.fetcher.fetch_total(self.span).await?;
            if !is_implausible_fall(rows, total) {
                return Ok(total);
            }
            self.fetcher.back_off(read).await;
        }
        let reason = " when they were counted again";
        Err(incomplete(self.span, total, rows, reason))
    }

    /// Finds messages that were added to the newest segment. `false` if not all of its messages have known ids.
    async fn reread_newest_segment(&mut self) -> Result<bool, SmsHistoryError> {
        let Some(segment) = &mut self.newest_segment else {
            return Ok(false);
        };
        if segment.rows_before_cursor > 0 || !segment.messages.is_exact() {
            return Ok(false);
        }
        let queue = &mut self.output_queue;
        segment
            .reread(&self.fetcher, &mut |page| queue.push_back((page, None)))
            .await?;
        let (span, rows) = (segment.span, segment.rows_read());
        let mut completed = self.completed_segments.iter_mut();
        if let Some(completed) = completed.find(|completed| completed.0 == span) {
            completed.1 = rows;
        }
        self.total_rows = self.rows_found();
        Ok(true)
    }
}

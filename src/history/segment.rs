//! A span of time whose rows are read by offset. `completeness.rs` checks that none of them is missing.

use voximplant_sms_history_rows::message_set::MessageSet;

use super::span::TimeSpan;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    page::SmsHistoryPage,
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
    pub(super) has_shrunk: bool,
    /// The `total_count` of the last response.
    last_total: u64,
    pub(super) messages: MessageSet,
    /// The highest `total_count` of the responses that had one.
    pub(super) counted: u64,
    /// The messages that the last read of the whole span brought again. Nearly all known messages must be among them.
    pub(super) reread: MessageSet,
    /// The offset of the next request.
    pub(super) next_offset: u64,
    /// The lowest and the highest second of the first and last rows of all pages. In the API's order these are the extremes.
    pub(super) edges: Option<(i64, i64)>,
    /// Whether the page with the last row by `total` was full, so that more rows may follow.
    pub(super) tail_is_full: bool,
    /// The length of the last page, if it had fewer rows than requested.
    short_page: Option<u64>,
    /// Whether the only page may have a maximum of the server as its length, and as its count.
    pub(super) may_be_capped_page: bool,
    /// The number of requests in flight.
    pub(super) in_flight: usize,
    /// Rows of this segment before the cursor that the history was resumed from.
    pub(super) rows_before_cursor: u64,
    /// Rows that were received while the count was checked, and that no page had until then.
    pub(super) unread: SmsHistoryPage,
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

    pub(super) fn drop_duplicates(&mut self, page: &mut SmsHistoryPage) {
        let keep = self.messages.add(page);
        if keep.contains(&false) {
            page.retain(&keep);
        }
    }

    pub(super) fn changed_since_cursor(&self, total: u64) -> SmsHistoryError {
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

//! A span of time, and the requests that a history makes about it.

use std::{cell::Cell, rc::Rc, time::Duration};

use futures_util::future::try_join;
use voximplant_sms_history_rows::message_set::MessageSet;

use super::{foreign_row::foreign_row, highest_counts::HighestCounts};
use crate::{
    client::pipeline::Pipeline,
    clock::{Clock, EpochMillis},
    date,
    error::{ErrorKind, SmsHistoryError},
    http::Transport,
    page::SmsHistoryPage,
    query::SmsHistoryQuery,
    token::TokenSource,
};

/// How many times a span is read whose rows and count contradict each other.
pub(super) const MAX_CONSISTENCY_READS: u32 = 6;
/// How many times counts are requested that contradict each other.
pub(super) const MAX_COUNT_READS: u32 = 3;
/// How many times a page without `total_count` is requested. A repeated request costs little, and a failed history much.
const MAX_READS_FOR_TOTAL: u32 = 10;
/// How many responses in a row must agree that a span has fewer messages than an earlier one had counted. Fewer than so many
/// may all come from a replica that lags behind.
const MIN_LOWER_COUNTS: u32 = 8;
/// The delay before the second read. It doubles with each read, up to eight times as long.
const BASE_DELAY: Duration = Duration::from_millis(100);

/// Whether removed messages do not explain that a count is lower than an earlier one. A few messages may be removed while a
/// history is read. A server that has lost its data, or sends another account's, lacks most of them.
pub(super) fn is_implausible_fall(before: u64, after: u64) -> bool {
    const MAX_REMOVED: u64 = 10;
    after < before && (after <= before / 2 || before - after > MAX_REMOVED)
}

/// A span of whole seconds since 1970. Both ends are included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeSpan {
    /// `None`: from the oldest message on.
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

impl TimeSpan {
    /// The first second: 1970 for an open beginning.
    pub(super) fn start(self) -> i64 {
        self.from.unwrap_or(0)
    }

    pub(super) fn seconds(self) -> i64 {
        self.to - self.start() + 1
    }

    pub(super) fn contains(self, at: EpochMillis) -> bool {
        (self.start()..=self.to).contains(&at.div_euclid(1000))
    }

    /// Whether another span is inside this one, or the same.
    pub(super) fn includes(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// Splits the span into the part up to `second` and the part after it.
    pub(super) fn split_after(self, second: i64) -> (Self, Self) {
        let older = Self { to: second, ..self };
        let newer = Self {
            from: Some(second + 1),
            ..self
        };
        (older, newer)
    }

    /// Splits a span of at least two seconds into halves.
    pub(super) fn halves(self) -> Option<[Self; 2]> {
        let (older, newer) = self.split_after(self.start() + self.seconds() / 2 - 1);
        (self.seconds() > 1).then_some([older, newer])
    }

    /// Widens the span by a second at both ends, but not beyond `limits`.
    pub(super) fn widened_within(self, limits: Self) -> Self {
        Self {
            from: self.from.map(|from| from - 1).max(limits.from),
            to: (self.to + 1).min(limits.to),
        }
    }

    /// Describes the span in an error message.
    pub(super) fn describe(self) -> String {
        let date = |second: i64| date::format(second * 1000).unwrap_or_default();
        match self.from {
            Some(from) => format!("from {} to {}", date(from), date(self.to)),
            None => format!("to {}", date(self.to)),
        }
    }
}

/// Requests pages and counts of spans for one query.
pub(super) struct SpanFetcher<T, S, C> {
    pub(super) pipeline: Rc<Pipeline<T, S, C>>,
    /// The number of the call.
    pub(super) call: u64,
    pub(super) query: SmsHistoryQuery,
    /// Rows per request: the query's `count`, or what the server sends at most. All clones share it.
    pub(super) page_size: Rc<Cell<u32>>,
    /// The maximum number of requests in flight.
    pub(super) concurrency: usize,
    pub(super) limit: Option<u64>,
    /// Whether counts of this call contradicted each other. Later counts are then checked. All clones share it.
    pub(super) is_contradicted: Rc<Cell<bool>>,
    /// The counts of this call. All clones share them.
    pub(super) highest_counts: Rc<HighestCounts>,
}

impl<T: Transport, S: TokenSource, C: Clock> SpanFetcher<T, S, C> {
    /// Fetches the rows of a span from an offset on, and the span's `total_count`.
    ///
    /// A history with a limit ends without a check of its count, so a missing count is replaced by `assumed_total`.
    /// `rows_before` is the number of rows of the history before the span, if it is known.
    pub(super) async fn fetch_page(
        &self,
        span: TimeSpan,
        offset: u64,
        assumed_total: u64,
        rows_before: Option<u64>,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let assumed = self.limit.map(|_| assumed_total);
        self.fetch(span, offset, self.page_size.get(), assumed, rows_before)
            .await
    }

    /// Fetches a span's first page, again until it is consistent with its `total_count`: the page has all rows of the span,
    /// or it is full.
    ///
    /// # Errors
    /// [`ErrorKind::Incomplete`] after [`MAX_CONSISTENCY_READS`] inconsistent responses.
    pub(super) async fn consistent_first_page(
        &self,
        span: TimeSpan,
        may_be_capped: bool,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let page_size = u64::from(self.page_size.get());
        let limit = self.limit.unwrap_or(u64::MAX);
        let (mut last, mut best, mut ambiguity) = ((0, 0), (0, 0), "");
        for read in 0..MAX_CONSISTENCY_READS {
            let rows_before = may_be_capped.then_some(0);
            let (page, total) = self.fetch_page(span, 0, limit, rows_before).await?;
            let mut messages = MessageSet::default();
            messages.add(&page);
            let rows = page.len() as u64;
            let is_consistent =
                messages.count() == total || (total > page_size && rows >= page_size);
            if is_consistent && !is_implausible_fall(best.0, total) {
                return Ok((page, total));
            }
            let is_distinct = messages.count() == rows && rows > 0;
            if may_be_capped && is_distinct && last == (rows, total) {
                if rows < total {
                    self.page_size.set(rows as u32);
                }
                return Ok((page, total));
            }
            last = (messages.count(), total);
            // An error reports the best response: a later one may have had no rows.
            if last.0 >= best.0 {
                (best, ambiguity) = (last, messages.ambiguity());
            }
            self.back_off(read).await;
        }
        Err(incomplete(span, best.0, best.1, ambiguity))
    }

    /// Waits before an inconsistent span is read again.
    pub(super) async fn back_off(&self, read: u32) {
        let delay = BASE_DELAY * (1 << read.min(3));
        self.pipeline.clock.sleep(delay).await;
    }

    /// Fetches `count` rows of a span, and the span's `total_count`.
    pub(super) async fn fetch_rows(
        &self,
        span: TimeSpan,
        offset: u64,
        count: u32,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        self.fetch(span, offset, count, None, None).await
    }

    /// Fetches a span's `total_count`.
    pub(super) async fn fetch_total(&self, span: TimeSpan) -> Result<u64, SmsHistoryError> {
        Ok(self.fetch_rows(span, 0, 1).await?.1)
    }

    /// Fetches the `total_count` of two spans.
    pub(super) async fn fetch_totals(
        &self,
        one: TimeSpan,
        other: TimeSpan,
    ) -> Result<(u64, u64), SmsHistoryError> {
        if self.concurrency > 1 {
            return try_join(self.fetch_total(one), self.fetch_total(other)).await;
        }
        Ok((self.fetch_total(one).await?, self.fetch_total(other).await?))
    }

    /// Whether the count of a span differs from the sum of its parts. The span is counted again before it is said to differ,
    /// because rows may have been added or removed between the counts.
    pub(super) async fn counts_disagree(
        &self,
        span: TimeSpan,
        total: u64,
        sum: u64,
    ) -> Result<bool, SmsHistoryError> {
        if sum == total {
            return Ok(false);
        }
        let current = self.fetch_total(span).await?;
        if is_implausible_fall(total, current) {
            return Ok(true);
        }
        Ok(if sum < total {
            sum < current
        } else {
            sum > current
        })
    }

    /// Fetches a page, again while its `total_count` is lower than an earlier one of the span, and a response has the row that
    /// makes the difference. A replica that lags behind has sent the page then. The callers judge responses without a count, and
    /// those with more or fewer rows than their count leaves.
    async fn fetch(
        &self,
        span: TimeSpan,
        offset: u64,
        count: u32,
        assumed_total: Option<u64>,
        rows_before: Option<u64>,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let mut best = (SmsHistoryPage::default(), 0);
        for read in 0..MIN_LOWER_COUNTS {
            // In a box, because the futures of a call are nested deeply, and threads may have small stacks.
            let response = self.fetch_counted(span, offset, count, assumed_total, rows_before);
            let (page, total) = Box::pin(response).await?;
            let expected = total.saturating_sub(offset).min(count.into());
            if page.total_count().is_none() || page.len() as u64 != expected {
                return Ok((page, total));
            }
            if total >= best.1 {
                best = (page, total);
            }
            let highest = self.highest_counts.of(span);
            if total >= highest || (read == 0 && !self.has_row(span, highest - 1).await?) {
                break;
            }
        }
        self.highest_counts.set(span, best.1);
        Ok(best)
    }

    /// Whether one of [`MIN_LOWER_COUNTS`] responses has the row at an offset.
    async fn has_row(&self, span: TimeSpan, offset: u64) -> Result<bool, SmsHistoryError> {
        for _ in 0..MIN_LOWER_COUNTS {
            let (page, _) = Box::pin(self.fetch_counted(span, offset, 1, None, None)).await?;
            if !page.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Fetches a page, again while its `total_count` is missing. `assumed_total` replaces a missing count of a page that has as
    /// many rows as it can have.
    async fn fetch_counted(
        &self,
        span: TimeSpan,
        offset: u64,
        count: u32,
        assumed_total: Option<u64>,
        rows_before: Option<u64>,
    ) -> Result<(SmsHistoryPage, u64), SmsHistoryError> {
        let first_row = rows_before.unwrap_or(0) + offset;
        let mut query = self
            .query
            .clone()
            .with_to_date(span.to * 1000)
            .with_count(count);
        if let Some(from) = span.from {
            query = query.with_from_date(from * 1000);
        }
        if offset > 0 {
            query = query.with_offset(offset);
        }
        for read in 0..MAX_READS_FOR_TOTAL {
            if read > 0 {
                self.back_off(read - 1).await;
            }
            let page = self.pipeline.fetch_page(self.call, &query, first_row).await;
            let page = page.map_err(|error| match rows_before {
                None if error.message().starts_with("result[") => error.with_addition(&format!(
                    "; the row is counted among the messages {}",
                    span.describe()
                )),
                _ => error,
            })?;
            if let Some((row, field)) = foreign_row(&self.query, &page) {
                if read < MAX_COUNT_READS {
                    continue;
                }
                let message = format!(
                    "result[{}].{field}: expected that of the query, got another; the response may belong to another query",
                    first_row + row as u64
                );
                return Err(SmsHistoryError::new(ErrorKind::Format, message).with_retryable(true));
            }
            let rows = page.len() as u64;
            let has_all = |total| rows >= u64::from(count) || offset + rows >= total;
            let assumed = assumed_total.filter(|&total| has_all(total));
            if let Some(total) = page.total_count().or(assumed) {
                return Ok((page, total));
            }
        }
        Err(SmsHistoryError::new(
            ErrorKind::Format,
            "total_count: expected the number of messages, got none; without it no history can be checked for completeness",
        ))
    }

    /// Server time minus local time by the last response that had a `Date` header.
    pub(super) fn skew(&self) -> Option<EpochMillis> {
        self.pipeline.skew.get()
    }
}

impl<T, S, C> Clone for SpanFetcher<T, S, C> {
    fn clone(&self) -> Self {
        Self {
            pipeline: Rc::clone(&self.pipeline),
            query: self.query.clone(),
            page_size: Rc::clone(&self.page_size),
            is_contradicted: Rc::clone(&self.is_contradicted),
            highest_counts: Rc::clone(&self.highest_counts),
            ..*self
        }
    }
}

/// The error for a span whose rows and count contradict each other. `reason` begins with a comma, or is empty.
pub(super) fn incomplete(span: TimeSpan, read: u64, total: u64, reason: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Incomplete,
        format!(
            "history: expected {total} messages {} (its total_count), got {read}{reason}; read the history again from its beginning",
            span.describe()
        ),
    )
    .with_retryable(true)
}

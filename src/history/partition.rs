//! Partitions a long history into segments of time that are small enough to remember the ids of their messages.
//!
//! The distribution of messages over time is unknown. So the length of a segment is estimated from the density of the known
//! rows. The API counts the messages of that span. The estimate is corrected until the count fits.

use super::span::{SpanFetcher, TimeSpan};
use crate::{
    clock::Clock, error::SmsHistoryError, http::Transport, page::SmsHistoryPage, token::TokenSource,
};

/// The maximum rows of a segment. A shorter history is not partitioned. The ids of so many rows take 150 to 300 KB.
pub(super) const MAX_SEGMENT_ROWS: u64 = 131_072;
const TARGET_SEGMENT_ROWS: u64 = 98_304;
const MIN_SEGMENT_ROWS: u64 = 32_768;

const DAY_SECONDS: i64 = 86_400;

/// The span that is not partitioned yet, and what is known about it.
#[derive(Clone, Copy)]
pub(super) struct RemainingSpan {
    pub(super) span: TimeSpan,
    pub(super) total: u64,
    pub(super) newest_first: bool,
    /// Seconds without messages at the end that is read first, as far as is known.
    pub(super) gap: i64,
    /// The estimated length in seconds of a segment after the gap.
    pub(super) segment_seconds: i64,
}

/// The next segment, and what remains after it.
pub(super) struct Partition {
    pub(super) span: TimeSpan,
    pub(super) total: u64,
    pub(super) remaining: Option<RemainingSpan>,
}

impl RemainingSpan {
    /// Estimates the order and the density of the rows from the first page.
    pub(super) fn from_first_page(span: TimeSpan, total: u64, first: &SmsHistoryPage) -> Self {
        let dates: Vec<i64> = first
            .iter()
            .filter_map(|message| message.processed_date)
            .map(|at| at / 1000)
            .collect();
        let pairs = dates.len().saturating_sub(1);
        let rising = dates.windows(2).filter(|pair| pair[0] < pair[1]).count();
        let falling = dates.windows(2).filter(|pair| pair[0] > pair[1]).count();
        let is_ordered = rising.max(falling) * 4 > pairs * 2 && rising.min(falling) * 4 < pairs;
        let newest_first = !(is_ordered && rising > falling);
        let oldest = dates.iter().copied().min().unwrap_or(span.start());
        let newest = dates.iter().copied().max().unwrap_or(span.to);
        // Ordered rows are one end of the history, unordered rows a sample of all of it.
        let rows = if is_ordered {
            dates.len() as u64
        } else {
            total
        };
        let gap = if newest_first {
            span.to - newest
        } else {
            oldest - span.start()
        };
        Self {
            span,
            total,
            newest_first,
            gap: gap.max(0),
            segment_seconds: target_seconds(newest - oldest + 1, rows),
        }
    }

    /// Splits off so many seconds. There is no remainder when the span is not longer.
    fn split_off(&self, seconds: i64) -> (TimeSpan, Option<TimeSpan>) {
        if seconds >= self.span.seconds() {
            return (self.span, None);
        }
        if self.newest_first {
            let (older, newer) = self.span.split_after(self.span.to - seconds);
            (newer, Some(older))
        } else {
            let (older, newer) = self.span.split_after(self.span.start() + seconds - 1);
            (older, Some(newer))
        }
    }

    /// Makes one segment of the whole span.
    pub(super) fn as_single_segment(&self) -> Partition {
        Partition {
            span: self.span,
            total: self.total,
            remaining: None,
        }
    }

    /// Splits off the next segment.
    pub(super) async fn partition<T: Transport, S: TokenSource, C: Clock>(
        self,
        fetcher: SpanFetcher<T, S, C>,
    ) -> Result<Partition, SmsHistoryError> {
        if self.total <= MAX_SEGMENT_ROWS {
            return Ok(self.as_single_segment());
        }
        let has_beginning = self.newest_first || self.span.from.is_some();
        let narrowed = if has_beginning {
            self
        } else {
            self.find_beginning(&fetcher).await?
        };
        if narrowed.span != self.span {
            let total = fetcher.fetch_total(narrowed.span).await?;
            if fetcher
                .counts_disagree(self.span, self.total, total)
                .await?
            {
                return Ok(self.as_single_segment());
            }
        }
        let Some((seconds, total)) = narrowed.find_segment_length(&fetcher).await? else {
            return Ok(self.as_single_segment());
        };
        let (span, Some(rest)) = narrowed.split_off(seconds) else {
            return Ok(self.as_single_segment());
        };
        Ok(Partition {
            span,
            total,
            remaining: Some(Self {
                span: rest,
                total: self.total.saturating_sub(total),
                gap: 0,
                segment_seconds: narrowed.target_seconds_after_gap(seconds, total),
                ..narrowed
            }),
        })
    }

    /// Replaces an open beginning, which counts from 1970, by one near the oldest message. The oldest known row is mostly the
    /// oldest message.
    async fn find_beginning<T: Transport, S: TokenSource, C: Clock>(
        self,
        fetcher: &SpanFetcher<T, S, C>,
    ) -> Result<Self, SmsHistoryError> {
        let oldest_known = self.gap;
        let (mut last_empty, mut first_occupied) = (-1, oldest_known);
        let mut candidate = oldest_known - 1;
        while first_occupied - last_empty > self.segment_seconds.max(DAY_SECONDS) {
            let older = self.span.split_after(candidate).0;
            if fetcher.fetch_total(older).await? == 0 {
                last_empty = candidate;
            } else {
                first_occupied = candidate;
            }
            candidate = last_empty + (first_occupied - last_empty) / 2;
        }
        Ok(Self {
            span: TimeSpan {
                from: Some(last_empty + 1),
                ..self.span
            },
            gap: oldest_known - (last_empty + 1),
            ..self
        })
    }

    /// Finds the length in seconds of a segment with a fitting number of rows, and that number.
    ///
    /// The API documents neither whether both ends of a span belong to it, nor which spans contain a message without a date.
    /// If two parts have fewer rows than the whole, the API excludes rows between them. If they have more, they share rows.
    /// The result is `None` then: the span must stay one segment, and the ids of all its messages must be remembered.
    async fn find_segment_length<T: Transport, S: TokenSource, C: Clock>(
        &self,
        fetcher: &SpanFetcher<T, S, C>,
    ) -> Result<Option<(i64, u64)>, SmsHistoryError> {
        let max_seconds = self.span.seconds();
        if max_seconds < 2 {
            return Ok(None);
        }
        // The longest length with too few rows, and the shortest with too many, each with its rows.
        let (mut too_short, mut too_long) = ((0, 0), (max_seconds, self.total));
        let mut seconds = (self.gap + self.segment_seconds).clamp(1, max_seconds - 1);
        loop {
            let total = match self.split_off(seconds) {
                (part, Some(rest)) => {
                    let (total, rest_total) = fetcher.fetch_totals(part, rest).await?;
                    let sum = total.saturating_add(rest_total);
                    if fetcher.counts_disagree(self.span, self.total, sum).await? {
                        return Ok(None);
                    }
                    total
                }
                (part, None) => fetcher.fetch_total(part).await?,
            };
            match total {
                MIN_SEGMENT_ROWS..=MAX_SEGMENT_ROWS => return Ok(Some((seconds, total))),
                0..MIN_SEGMENT_ROWS => too_short = (seconds, total),
                _ => too_long = (seconds, total),
            }
            if too_long.0 - too_short.0 <= 1 {
                // One second has more rows than a segment should have.
                return Ok(Some(if too_short.1 > 0 { too_short } else { too_long }));
            }
            let estimate = match total {
                0 => seconds.saturating_mul(16),
                _ => self.gap + self.target_seconds_after_gap(seconds, total),
            };
            // The margin guarantees that the interval shrinks each time.
            let margin = ((too_long.0 - too_short.0) / 16).max(1);
            seconds = estimate.clamp(too_short.0 + margin, too_long.0 - margin);
        }
    }

    fn target_seconds_after_gap(&self, seconds: i64, rows: u64) -> i64 {
        target_seconds((seconds - self.gap).max(1), rows)
    }
}

/// Estimates how many seconds have [`TARGET_SEGMENT_ROWS`] rows if `seconds` have `rows`.
fn target_seconds(seconds: i64, rows: u64) -> i64 {
    scaled(seconds, TARGET_SEGMENT_ROWS, rows)
}

/// Estimates how many seconds have `target` rows if `seconds` have `rows`. At least 1.
pub(super) fn scaled(seconds: i64, target: u64, rows: u64) -> i64 {
    let scaled = i128::from(seconds) * i128::from(target) / i128::from(rows.max(1));
    i64::try_from(scaled).unwrap_or(i64::MAX / 2).max(1)
}

//! Summaries of a history, in one pass over its rows and in memory that does not grow with its length.
//!
//! The caller must add every row once, because a summary does not detect duplicates.
//!
//! Functions that run once per summary are marked `inline`: they are then compiled in the crate that calls them, which is
//! optimized for size.

mod breakdown;
mod by_sender;
mod error_codes;
mod options;
mod time_buckets;
mod time_zone;
mod top_keys;
mod totals_map;
mod words;

use std::fmt;

use crate::{
    date::EpochMillis,
    page::{Direction, SmsHistoryPage, SmsMessage, Status, Totals},
};

pub use breakdown::BucketTotals;
pub use by_sender::SenderTotals;
pub use error_codes::{ErrorCodeList, ErrorCodeTotals};
pub use options::{Bucket, MAX_SENDERS, MAX_TOP, SummaryError, SummaryOptions};
pub use time_buckets::BucketKey;
pub use time_zone::{TimeZone, Utc};
pub use top_keys::{TopEntry, TopList};
pub use words::{Category, CategoryTotals};

use breakdown::Breakdown;
use by_sender::TotalsBySender;
use error_codes::TotalsByCode;
use time_buckets::TimeBuckets;
use top_keys::TopKeys;
use totals_map::add;
use words::Occurrence;

/// The sums of a history by time, direction, status and number.
///
/// Buckets, directions and statuses each partition the history, so the totals of each add up to [`Self::totals`]. So do the
/// directions and the statuses of a bucket. Only those that occur are listed. Costs have no trailing zeros.
#[derive(Clone)]
pub struct SmsHistorySummary {
    /// The totals of all messages.
    pub totals: Totals,
    /// The length of the buckets.
    pub bucket: Bucket,
    /// By time, in the order of time. The messages without a date come last.
    pub buckets: Vec<BucketTotals>,
    /// By direction: `in`, `out`, unknown values, the others.
    pub directions: Vec<CategoryTotals>,
    /// By status: `success`, `error`, `waiting`, unknown values as sent, the others.
    pub statuses: Vec<CategoryTotals>,
    /// The senders with the most messages.
    pub source_numbers: TopList,
    /// The recipients with the most messages.
    pub destination_numbers: TopList,
    /// The most frequent error messages.
    pub error_messages: TopList,
    /// The messages with an error text, by the API's error code.
    pub error_codes: ErrorCodeList,
    /// The messages with the status error and no error text, or an empty one.
    pub without_error_text: Totals,
    /// By sender and time, if [`SummaryOptions::by_source_number`] is set. The senders with the most messages come first.
    pub senders: Option<Vec<SenderTotals>>,
}

impl fmt::Debug for SmsHistorySummary {
    // Omits the lists of phone numbers, and of error messages, which may quote them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsHistorySummary")
            .field("totals", &self.totals)
            .field("bucket", &self.bucket)
            .field("buckets", &self.buckets.len())
            .finish_non_exhaustive()
    }
}

/// Adds up rows to a summary. After an error, its sums are unspecified.
pub struct Summarizer {
    options: SummaryOptions,
    /// The highest scale of any cost. All sums are rescaled to it, so that rows are added without a multiplication.
    scale: u32,
    /// The ends of the time span that empty buckets cover.
    span: (Option<EpochMillis>, Option<EpochMillis>),
    time_buckets: TimeBuckets,
    breakdown: Breakdown,
    senders: Option<TotalsBySender>,
    source_numbers: TopKeys,
    destination_numbers: TopKeys,
    error_messages: TopKeys,
    error_codes: TotalsByCode,
    without_error_text: Totals,
}

impl Summarizer {
    /// Creates an empty summary, with time buckets in the local time of the zone.
    ///
    /// # Errors
    /// As [`SummaryOptions::check`].
    #[inline]
    pub fn new(options: SummaryOptions, zone: Box<dyn TimeZone>) -> Result<Self, SummaryError> {
        options.check()?;
        Ok(Self {
            options,
            scale: 0,
            span: (None, None),
            time_buckets: TimeBuckets::new(options.bucket, zone),
            breakdown: Breakdown::new(),
            senders: options.by_source_number.then(TotalsBySender::default),
            source_numbers: TopKeys::default(),
            destination_numbers: TopKeys::default(),
            error_messages: TopKeys::default(),
            error_codes: TotalsByCode::default(),
            without_error_text: Totals::default(),
        })
    }

    /// Sets the time span that empty buckets cover, if [`SummaryOptions::empty_buckets`] is set. An end that is absent, or
    /// within the rows' time span, is that of the rows. A history sets the time span of its query.
    ///
    /// # Errors
    /// [`SummaryError::TooManyBuckets`].
    #[inline]
    pub fn set_span(
        &mut self,
        from: Option<EpochMillis>,
        to: Option<EpochMillis>,
    ) -> Result<(), SummaryError> {
        self.span = (from, to);
        match (from, to) {
            (Some(from), Some(to)) if self.options.empty_buckets => {
                self.time_buckets.check_span(from, to)
            }
            _ => Ok(()),
        }
    }

    /// Adds all rows of a page.
    ///
    /// # Errors
    /// As [`Self::add_message`].
    pub fn add(&mut self, page: &SmsHistoryPage) -> Result<(), SummaryError> {
        page.iter()
            .try_for_each(|message| self.add_message(&message))
    }

    /// Adds one row.
    ///
    /// # Errors
    /// [`SummaryError::SumOverflow`] and [`SummaryError::TooManyBuckets`]. With [`SummaryOptions::by_source_number`] also
    /// [`SummaryError::TooManySenders`] and [`SummaryError::TooManySenderBuckets`].
    pub fn add_message(&mut self, message: &SmsMessage<'_>) -> Result<(), SummaryError> {
        let cost = message.cost.unwrap_or_default();
        self.scale = self.scale.max(cost.scale());
        let row = Totals {
            count: 1,
            fragments: message.fragments.unwrap_or(0),
            cost: cost.rescaled(self.scale).ok_or(SummaryError::SumOverflow)?,
        };
        let bucket = self.time_buckets.number(message.processed_date)?;
        let direction = match message.direction {
            None => Occurrence::Absent,
            Some(Direction::In) => Occurrence::Known(0),
            Some(Direction::Out) => Occurrence::Known(1),
            Some(Direction::Unknown(value)) => Occurrence::Unknown(value),
        };
        let status = match message.status {
            None => Occurrence::Absent,
            Some(Status::Success) => Occurrence::Known(0),
            Some(Status::Error) => Occurrence::Known(1),
            Some(Status::Waiting) => Occurrence::Known(2),
            Some(Status::Unknown(value)) => Occurrence::Unknown(value),
        };
        self.breakdown.add(bucket, direction, status, &row)?;
        if let Some(senders) = &mut self.senders {
            let (sender, status) = (message.source_number, message.status);
            senders.add(sender, status, bucket, &row, self.options.bucket)?;
        }
        let error = message.error_message;
        match (
            error.filter(|text| !text.trim_ascii().is_empty()),
            message.status,
        ) {
            (Some(text), _) => self.error_codes.add(text, &row)?,
            (None, Some(Status::Error)) => add(&mut self.without_error_text, &row)?,
            _ => {}
        }
        if self.options.top > 0 {
            for (top, key) in [
                (&mut self.source_numbers, message.source_number),
                (&mut self.destination_numbers, message.destination_number),
                (&mut self.error_messages, message.error_message),
            ] {
                if let Some(key) = key {
                    top.add(key, &row)?;
                }
            }
        }
        Ok(())
    }

    /// Finishes the summary.
    ///
    /// # Errors
    /// [`SummaryError::SumOverflow`], and [`SummaryError::TooManyBuckets`] for empty buckets.
    #[inline]
    pub fn finish(mut self) -> Result<SmsHistorySummary, SummaryError> {
        if self.options.empty_buckets {
            self.time_buckets.fill(self.span.0, self.span.1)?;
        }
        let sorted = self.time_buckets.finish();
        let senders = self.senders.map(|senders| senders.finish(&sorted));
        let breakdowns = self.breakdown.finish(sorted)?;
        let top = self.options.top as usize;
        Ok(SmsHistorySummary {
            totals: breakdowns.totals,
            bucket: self.options.bucket,
            buckets: breakdowns.buckets,
            directions: breakdowns.directions,
            statuses: breakdowns.statuses,
            source_numbers: self.source_numbers.finish(top),
            destination_numbers: self.destination_numbers.finish(top),
            error_messages: self.error_messages.finish(top),
            error_codes: self.error_codes.finish(),
            without_error_text: self.without_error_text.normalized(),
            senders,
        })
    }
}

impl fmt::Debug for Summarizer {
    // Omits phone numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summarizer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

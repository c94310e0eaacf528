//! Summaries of a history, in one pass over its rows and in memory that does not grow with its length.
//!
//! The caller must add every row once, because a summary does not detect duplicates.

mod by_time;
mod categories;
mod options;
mod time_zone;
mod top_keys;
mod totals_map;

use std::fmt;

use crate::page::{Direction, SmsHistoryPage, SmsMessage, Status, Totals};

pub use by_time::{BucketKey, BucketTotals};
pub use categories::{Category, CategoryTotals};
pub use options::{Bucket, MAX_TOP, SummaryError, SummaryOptions};
pub use time_zone::{TimeZone, Utc};
pub use top_keys::{TopEntry, TopList};

use by_time::TotalsByTime;
use categories::{Occurrence, TotalsByCategory};
use top_keys::TopKeys;
use totals_map::add;

/// The sums of a history by time, direction, status and number.
///
/// Buckets, directions and statuses each partition the history, so the totals of each add up to [`Self::totals`]. Only
/// those that occur are listed. Costs have no trailing zeros.
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
    by_time: TotalsByTime,
    directions: TotalsByCategory,
    statuses: TotalsByCategory,
    source_numbers: TopKeys,
    destination_numbers: TopKeys,
    error_messages: TopKeys,
}

impl Summarizer {
    /// Creates an empty summary, with time buckets in the local time of the zone.
    ///
    /// # Errors
    /// As [`SummaryOptions::check`].
    pub fn new(options: SummaryOptions, zone: Box<dyn TimeZone>) -> Result<Self, SummaryError> {
        options.check()?;
        Ok(Self {
            options,
            scale: 0,
            by_time: TotalsByTime::new(options.bucket, zone),
            directions: TotalsByCategory::new(&["in", "out"]),
            statuses: TotalsByCategory::new(&["success", "error", "waiting"]),
            source_numbers: TopKeys::default(),
            destination_numbers: TopKeys::default(),
            error_messages: TopKeys::default(),
        })
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
    /// [`SummaryError::CostOverflow`] and [`SummaryError::TooManyBuckets`].
    pub fn add_message(&mut self, message: &SmsMessage<'_>) -> Result<(), SummaryError> {
        let cost = message.cost.unwrap_or_default();
        self.scale = self.scale.max(cost.scale());
        let row = Totals {
            count: 1,
            fragments: message.fragments.unwrap_or(0),
            cost: cost
                .rescaled(self.scale)
                .ok_or(SummaryError::CostOverflow)?,
        };
        self.by_time.add(message.processed_date, &row)?;
        let direction = match message.direction {
            None => Occurrence::Absent,
            Some(Direction::In) => Occurrence::Known(0),
            Some(Direction::Out) => Occurrence::Known(1),
            Some(Direction::Unknown(value)) => Occurrence::Unknown(value),
        };
        self.directions.add(direction, &row)?;
        let status = match message.status {
            None => Occurrence::Absent,
            Some(Status::Success) => Occurrence::Known(0),
            Some(Status::Error) => Occurrence::Known(1),
            Some(Status::Waiting) => Occurrence::Known(2),
            Some(Status::Unknown(value)) => Occurrence::Unknown(value),
        };
        self.statuses.add(status, &row)?;
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
    /// [`SummaryError::CostOverflow`].
    pub fn finish(self) -> Result<SmsHistorySummary, SummaryError> {
        let directions = self.directions.finish();
        let mut totals = Totals::default();
        for direction in &directions {
            add(&mut totals, &direction.totals)?;
        }
        let top = self.options.top as usize;
        Ok(SmsHistorySummary {
            totals: totals.normalized(),
            bucket: self.options.bucket,
            buckets: self.by_time.finish()?,
            directions,
            statuses: self.statuses.finish(),
            source_numbers: self.source_numbers.finish(top),
            destination_numbers: self.destination_numbers.finish(top),
            error_messages: self.error_messages.finish(top),
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

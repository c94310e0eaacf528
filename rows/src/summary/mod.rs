//! What a history adds up to, in one pass over its rows and in memory that does not grow with its length.
//!
//! The rows are taken as they are: whoever feeds them sees to it that none comes twice.

mod figures;
mod options;
mod tally;
mod time_zone;
mod timeline;
mod top;
mod words;

use crate::page::{Direction, SmsHistoryPage, SmsMessage, Status, Totals};

pub use figures::{
    BucketKey, BucketTotals, Category, CategoryTotals, SmsHistorySummary, TopEntry, TopList,
};
pub use options::{Bucket, MAX_TOP, SummaryError, SummaryOptions};
pub use time_zone::{TimeZone, Utc};

use timeline::Timeline;
use top::Top;
use words::{Seen, Words};

/// Adds up rows.
///
/// After an error the figures are of no use any more.
pub struct Summarizer {
    options: SummaryOptions,
    /// The most digits after the point that a cost had. All sums grow to it, so that they add up without a multiplication.
    scale: u32,
    timeline: Timeline,
    directions: Words,
    statuses: Words,
    source_numbers: Top,
    destination_numbers: Top,
    error_messages: Top,
}

impl Summarizer {
    /// A summary of nothing yet, with time buckets as the clocks of the zone have them.
    ///
    /// # Errors
    /// As [`SummaryOptions::check`].
    pub fn new(options: SummaryOptions, zone: Box<dyn TimeZone>) -> Result<Self, SummaryError> {
        options.check()?;
        Ok(Self {
            options,
            scale: 0,
            timeline: Timeline::new(options.bucket, zone),
            directions: Words::new(&["in", "out"]),
            statuses: Words::new(&["success", "error", "waiting"]),
            source_numbers: Top::new(),
            destination_numbers: Top::new(),
            error_messages: Top::new(),
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
        self.timeline.add(message.processed_date, &row)?;
        let direction = match message.direction {
            None => Seen::Absent,
            Some(Direction::In) => Seen::Known(0),
            Some(Direction::Out) => Seen::Known(1),
            Some(Direction::Unknown(word)) => Seen::Unknown(word),
        };
        self.directions.add(direction, &row)?;
        let status = match message.status {
            None => Seen::Absent,
            Some(Status::Success) => Seen::Known(0),
            Some(Status::Error) => Seen::Known(1),
            Some(Status::Waiting) => Seen::Known(2),
            Some(Status::Unknown(word)) => Seen::Unknown(word),
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

    /// The figures.
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
            totals: normalized(totals),
            bucket: self.options.bucket,
            buckets: self.timeline.finish()?,
            directions,
            statuses: self.statuses.finish(),
            source_numbers: self.source_numbers.finish(top),
            destination_numbers: self.destination_numbers.finish(top),
            error_messages: self.error_messages.finish(top),
        })
    }
}

impl std::fmt::Debug for Summarizer {
    // It holds phone numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Summarizer")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Adds a row, or the totals of many, to others.
fn add(totals: &mut Totals, row: &Totals) -> Result<(), SummaryError> {
    if totals.accumulate(row) {
        Ok(())
    } else {
        Err(SummaryError::CostOverflow)
    }
}

/// Totals without the trailing zeros that a cost gets in a sum.
fn normalized(totals: Totals) -> Totals {
    Totals {
        cost: totals.cost.normalized(),
        ..totals
    }
}

//! The options of a summary, their limits, and the errors of a summary.

use std::fmt;

use crate::page::SUM_LIMITS;

/// The longest list of top numbers or error messages: as many as are counted at a time.
pub const MAX_TOP: u32 = 8192;

/// The most senders of a summary by sender.
pub const MAX_SENDERS: usize = 8192;

/// The most time buckets of a summary: eleven years of hours, 270 years of days.
pub(super) const MAX_BUCKETS: usize = 100_000;

/// The most pairs of a sender and a bucket, which take some 30 MB.
pub(super) const MAX_SENDER_BUCKETS: usize = 32 * MAX_SENDERS;

/// The name of the option for sums by sender.
const BY: &str = "by";

/// The length of the time buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// A local clock hour. A repeated local hour is two buckets.
    Hour,
    /// A local calendar day, of 23 or 25 hours when clocks change.
    #[default]
    Day,
    /// A local calendar month.
    Month,
}

impl Bucket {
    /// All lengths, from the shortest to the longest.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The name: `hour`, `day` or `month`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// How to have fewer buckets.
    fn fix(self) -> &'static str {
        match self {
            Self::Hour => "ask for \"day\" or \"month\"",
            Self::Day => "ask for \"month\"",
            Self::Month => "ask for a shorter period",
        }
    }

    /// The length with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == name)
    }
}

/// The options of a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryOptions {
    /// The length of the time buckets. Default: a day.
    pub bucket: Bucket,
    /// The length of the lists of source numbers, destination numbers and error messages, 0 to [`MAX_TOP`]. Default: 10.
    pub top: u32,
    /// Whether to list the buckets without messages, too: from the first to the last bucket of the query's time span. An end
    /// that the query does not have is that of the messages. Default: false.
    pub empty_buckets: bool,
    /// Whether to sum up by sender and bucket, for at most [`MAX_SENDERS`] senders. Default: false.
    pub by_source_number: bool,
}

impl Default for SummaryOptions {
    fn default() -> Self {
        Self {
            bucket: Bucket::default(),
            top: 10,
            empty_buckets: false,
            by_source_number: false,
        }
    }
}

impl SummaryOptions {
    /// Checks the limits.
    ///
    /// # Errors
    /// [`SummaryError::TopTooLong`] when `top` is more than [`MAX_TOP`].
    pub fn check(&self) -> Result<(), SummaryError> {
        if self.top <= MAX_TOP {
            Ok(())
        } else {
            Err(SummaryError::TopTooLong(self.top))
        }
    }
}

/// Why a summary failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryError {
    /// [`SummaryOptions::top`] exceeds [`MAX_TOP`].
    TopTooLong(u32),
    /// The rows fall into more than 100,000 buckets of this length, or the empty buckets are more.
    TooManyBuckets(Bucket),
    /// There are more than [`MAX_SENDERS`] senders.
    TooManySenders,
    /// There are more than 262,144 pairs of a sender and a bucket of this length.
    TooManySenderBuckets(Bucket),
    /// The sum of the costs has more than 38 digits, the most that a [`Decimal`](crate::decimal::Decimal) has, or the
    /// fragments are more than 2^53-1.
    SumOverflow,
}

impl fmt::Display for SummaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopTooLong(top) => {
                write!(f, "top: expected an integer from 0 to {MAX_TOP}, got {top}")
            }
            Self::TooManyBuckets(bucket) => {
                let (name, fix) = (bucket.as_str(), bucket.fix());
                write!(
                    f,
                    "bucket: expected at most {MAX_BUCKETS} buckets, got more with \"{name}\"; {fix}"
                )
            }
            Self::TooManySenders => write!(
                f,
                "{BY}: expected at most {MAX_SENDERS} senders, got more; ask for direction \"out\" or a shorter period"
            ),
            Self::TooManySenderBuckets(bucket) => {
                let (name, fix) = (bucket.as_str(), bucket.fix());
                write!(
                    f,
                    "{BY}: expected at most {MAX_SENDER_BUCKETS} pairs of a sender and a bucket, got more with \"{name}\"; {fix}"
                )
            }
            Self::SumOverflow => write!(f, "rows: {SUM_LIMITS}"),
        }
    }
}

impl std::error::Error for SummaryError {}

//! What a summary is asked for.

use crate::error::{ErrorKind, SmsHistoryError};

/// The longest list of top numbers or error messages.
pub const MAX_TOP: u32 = 1000;

/// The length of the time buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// An hour, from one full hour of the local clock to the next. A local hour that comes twice is two buckets.
    Hour,
    /// A local calendar day, which has 23 or 25 hours where the clock was changed.
    #[default]
    Day,
    /// A local calendar month.
    Month,
}

impl Bucket {
    /// All of them, from the shortest to the longest.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The name: `hour`, `day` or `month`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The bucket of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == name)
    }
}

/// What a summary is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryOptions {
    /// The length of the time buckets. Default: a day.
    pub bucket: Bucket,
    /// How many source numbers, destination numbers and error messages are listed, 0 to [`MAX_TOP`]. Default: 10.
    pub top: u32,
}

impl Default for SummaryOptions {
    fn default() -> Self {
        Self {
            bucket: Bucket::default(),
            top: 10,
        }
    }
}

impl SummaryOptions {
    /// Checks the limits.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] when `top` is more than [`MAX_TOP`].
    pub fn check(&self) -> Result<(), SmsHistoryError> {
        if self.top <= MAX_TOP {
            return Ok(());
        }
        Err(SmsHistoryError::new(
            ErrorKind::InvalidOptions,
            format!(
                "top: a whole number from 0 to {MAX_TOP} was expected, got {}",
                self.top
            ),
        ))
    }
}

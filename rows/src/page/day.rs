//! Dates of rows, of which many in a row are of one day.

use crate::{
    date::{self, EpochMillis},
    json::time_of_day,
};

/// The bytes of `yyyy-MM-dd`.
const DAY_LENGTH: usize = 10;

/// The day of the last date.
pub(super) struct Day {
    text: [u8; DAY_LENGTH],
    midnight: EpochMillis,
}

impl Default for Day {
    fn default() -> Self {
        Self {
            text: *b"1970-01-01",
            midnight: 0,
        }
    }
}

impl Day {
    /// Reads a date as [`date::parse`] does.
    #[inline(always)]
    pub(super) fn parse(&mut self, text: &[u8; 19]) -> Option<EpochMillis> {
        let (day, rest) = text.split_first_chunk::<DAY_LENGTH>()?;
        let (space, time) = rest.split_first()?;
        let time = time_of_day(time.first_chunk()?);
        if *day == self.text && *space == b' ' {
            return time.map(|time| self.midnight + EpochMillis::from(time));
        }
        let millis = date::parse(text)?;
        self.text = *day;
        self.midnight = millis - EpochMillis::from(time?);
        Some(millis)
    }
}

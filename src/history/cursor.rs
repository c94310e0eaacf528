//! The position in a history at which a later call resumes, as a string.

use std::fmt;

use super::span::TimeSpan;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    limits::MAX_SAFE_INTEGER,
};

/// The last second of the year 9999, the latest that a query can express.
const MAX_SECOND: i64 = 253_402_300_799;

/// A position between two rows of a segment, and what was read before it. It contains nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The last second of the whole history.
    pub(super) to: i64,
    pub(super) newest_first: bool,
    pub(super) segment: TimeSpan,
    /// Rows of the segment that were delivered.
    pub(super) offset: u64,
    pub(super) segment_total: u64,
    /// Rows of the segments before this one.
    pub(super) rows_before_segment: u64,
    /// Rows of the whole history.
    pub(super) total: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            to,
            segment,
            offset,
            segment_total,
            rows_before_segment,
            total,
            ..
        } = self;
        let order = if self.newest_first { 'n' } else { 'o' };
        write!(f, "1.{order}.{to}.")?;
        if let Some(from) = segment.from {
            write!(f, "{from}")?;
        }
        write!(
            f,
            ".{}.{offset}.{segment_total}.{rows_before_segment}.{total}",
            segment.to
        )
    }
}

impl Cursor {
    /// Parses what [`Display`](fmt::Display) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for any other text.
    pub(super) fn parse(text: &str) -> Result<Self, SmsHistoryError> {
        Self::parse_parts(text).ok_or_else(|| {
            SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                "cursor: expected the `cursor` of a page, got another text; pass it unchanged",
            )
        })
    }

    fn parse_parts(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        (parts.next()? == "1").then_some(())?;
        let newest_first = match parts.next()? {
            "n" => true,
            "o" => false,
            _ => return None,
        };
        let second = |text: &str| {
            text.parse()
                .ok()
                .filter(|second| (0..=MAX_SECOND).contains(second))
        };
        let to = second(parts.next()?)?;
        let from = match parts.next()? {
            "" => None,
            from => Some(second(from)?),
        };
        let segment = TimeSpan {
            from,
            to: second(parts.next()?)?,
        };
        let mut number = || {
            parts
                .next()?
                .parse::<u64>()
                .ok()
                .filter(|number| *number <= MAX_SAFE_INTEGER)
        };
        let cursor = Self {
            to,
            newest_first,
            segment,
            offset: number()?,
            segment_total: number()?,
            rows_before_segment: number()?,
            total: number()?,
        };
        let is_consistent = cursor.offset <= cursor.segment_total
            && segment.start() <= segment.to
            && segment.to <= to;
        (is_consistent && parts.next().is_none()).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: Cursor = Cursor {
        to: 1_767_225_599,
        newest_first: true,
        segment: TimeSpan {
            from: Some(1_700_000_000),
            to: 1_767_225_599,
        },
        offset: 3000,
        segment_total: 45_001,
        rows_before_segment: 0,
        total: 200_000,
    };

    #[test]
    fn cursor_round_trips() {
        let open = Cursor {
            newest_first: false,
            segment: TimeSpan {
                from: None,
                to: 1_700_000_000,
            },
            ..CURSOR
        };
        for cursor in [CURSOR, open] {
            assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
        }
    }

    #[test]
    fn invalid_cursors_are_rejected_and_not_quoted() {
        let good = CURSOR.to_string();
        let bad = [
            "",
            "12025550101",
            &good.replace("1.n", "2.n"),
            &good.replace(".n.", ".x."),
            &good[..good.len() - 7],
            &format!("{good}.5"),
            &good.replace("3000", "45002"),
            &good.replace("3000", "-1"),
            &good.replace("1700000000", "1767225600"),
            &good.replace("1767225599", "99999999999999"),
        ];
        for text in bad {
            let error = Cursor::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{text}");
            assert!(!error.message().contains("12025550101"));
        }
    }
}

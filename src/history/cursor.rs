//! Where a history was left, as a text that a later call can go on from.

use super::window::Window;
use crate::error::{ErrorKind, SmsHistoryError};

/// A place in a history: after how many rows of which segment, and what was read before. Nothing personal is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The last second of the whole history.
    pub(super) to: i64,
    pub(super) newest_first: bool,
    pub(super) segment: Window,
    /// Rows of the segment that were handed over.
    pub(super) offset: u64,
    /// Rows that the segment has.
    pub(super) segment_total: u64,
    /// Rows of the segments before it.
    pub(super) before: u64,
    /// Rows of the whole history.
    pub(super) total: u64,
}

impl Cursor {
    pub(super) fn write(&self) -> String {
        let order = if self.newest_first { 'n' } else { 'o' };
        let from = self
            .segment
            .from
            .map_or(String::new(), |from| from.to_string());
        let Self {
            to,
            segment,
            offset,
            segment_total,
            before,
            total,
            ..
        } = self;
        format!(
            "1.{order}.{to}.{from}.{}.{offset}.{segment_total}.{before}.{total}",
            segment.to
        )
    }

    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a text that is no cursor.
    pub(super) fn read(text: &str) -> Result<Self, SmsHistoryError> {
        Self::parse(text).ok_or_else(|| {
            SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                "cursor: expected the `cursor` of a page, as it was; this text is none",
            )
        })
    }

    fn parse(text: &str) -> Option<Self> {
        // The last second of the year 9999: what is beyond can't be sent.
        const LAST: i64 = 253_402_300_799;
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
                .filter(|second| (0..=LAST).contains(second))
        };
        let to = second(parts.next()?)?;
        let from = match parts.next()? {
            "" => None,
            from => Some(second(from)?),
        };
        let segment = Window {
            from,
            to: second(parts.next()?)?,
        };
        let mut number = || {
            parts
                .next()?
                .parse::<u64>()
                .ok()
                .filter(|number| *number < 1 << 53)
        };
        let cursor = Self {
            to,
            newest_first,
            segment,
            offset: number()?,
            segment_total: number()?,
            before: number()?,
            total: number()?,
        };
        let sound = cursor.offset <= cursor.segment_total
            && segment.start() <= segment.to
            && segment.to <= to;
        (sound && parts.next().is_none()).then_some(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURSOR: Cursor = Cursor {
        to: 1_767_225_599,
        newest_first: true,
        segment: Window {
            from: Some(1_700_000_000),
            to: 1_767_225_599,
        },
        offset: 3000,
        segment_total: 45_001,
        before: 0,
        total: 200_000,
    };

    #[test]
    fn what_is_written_is_read() {
        let open = Cursor {
            newest_first: false,
            segment: Window {
                from: None,
                to: 1_700_000_000,
            },
            ..CURSOR
        };
        for cursor in [CURSOR, open] {
            assert_eq!(Cursor::read(&cursor.write()).unwrap(), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused_and_not_quoted() {
        let good = CURSOR.write();
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
            let error = Cursor::read(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{text}");
            assert!(!error.message().contains("12025550101"));
        }
    }
}

//! The position in a history at which a later call resumes, as a string.

use std::fmt;

use super::span::TimeSpan;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    limits::MAX_SAFE_INTEGER,
    page::SmsMessage,
    query::SmsHistoryQuery,
};

/// The last second of the year 9999, the latest that a query can express.
const MAX_SECOND: i64 = 253_402_300_799;

/// A query's selection besides its time span: the direction, and a hash of the numbers and extra parameters.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    /// 1 or 2, or 0 for both.
    direction: u32,
    hash: u32,
}

impl Selection {
    /// # Errors
    /// Those of the query.
    pub(super) fn of(query: &SmsHistoryQuery) -> Result<Self, SmsHistoryError> {
        let mut selection = Self {
            direction: 0,
            // FNV-1a.
            hash: 0x811c_9dc5,
        };
        for (name, value) in query.to_pairs()? {
            match &*name {
                "direction" => selection.direction = if value == "IN" { 1 } else { 2 },
                "count" | "offset" | "from_date" | "to_date" | "output" => {}
                name => {
                    selection.add(name);
                    selection.add(&value);
                }
            }
        }
        Ok(selection)
    }

    fn add(&mut self, text: &str) {
        // With a byte that no text contains as the end.
        for byte in text.bytes().chain([0xff]) {
            self.hash = (self.hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }

    /// The checksum of a cursor's text. Another direction always has another one. 8 bits of the hash do not identify a number.
    fn checksum(mut self, text: &str) -> String {
        self.add(text);
        ((self.hash >> 24) * 3 + self.direction).to_string()
    }
}

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
    /// The checksum of the last row before the cursor, or 0 if that has no id.
    pub(super) last_row: u64,
}

/// A checksum of a row's id, from 1 on, or 0 for a row without one. It shows a changed order, for which 16 bits are enough.
pub(super) fn row_checksum(row: Option<SmsMessage<'_>>) -> u64 {
    const PRIME: u64 = 65_521;
    let id = row.and_then(|row| row.message_id.or(row.transaction_id));
    id.map_or(0, |id| id % PRIME + 1)
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
            last_row,
            ..
        } = self;
        let order = if self.newest_first { 'n' } else { 'o' };
        write!(f, "1.{order}.{to}.")?;
        if let Some(from) = segment.from {
            write!(f, "{from}")?;
        }
        write!(
            f,
            ".{}.{offset}.{segment_total}.{rows_before_segment}.{total}.{last_row}",
            segment.to
        )
    }
}

impl Cursor {
    /// Writes the cursor for pages of a query.
    pub(super) fn to_text(self, selection: Selection) -> String {
        let text = self.to_string();
        let checksum = selection.checksum(&text);
        text + "." + &checksum
    }

    /// Parses what [`Self::to_text`] wrote for the same selection.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for any other text.
    pub(super) fn parse(text: &str, selection: Selection) -> Result<Self, SmsHistoryError> {
        text.rsplit_once('.')
            .filter(|(parts, checksum)| selection.checksum(parts) == *checksum)
            .and_then(|(parts, _)| Self::parse_parts(parts))
            .ok_or_else(|| {
                SmsHistoryError::new(
                    ErrorKind::InvalidOptions,
                    "cursor: expected the `cursor` of a page of this query, got another query's or another text; pass it \
                     unchanged, with its query",
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
            last_row: number()?,
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
    use crate::query::Direction;

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
        last_row: 4711,
    };

    fn selection() -> Selection {
        Selection::of(&SmsHistoryQuery::new().with_direction(Direction::In)).unwrap()
    }

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
            let text = cursor.to_text(selection());
            assert_eq!(Cursor::parse(&text, selection()).unwrap(), cursor);
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
            assert!(Cursor::parse_parts(text).is_none(), "{text}");
            let checked = format!("{text}.{}", selection().checksum(text));
            let error = Cursor::parse(&checked, selection()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{text}");
            assert!(!error.message().contains("12025550101"));
        }
    }

    #[test]
    fn cursor_that_was_cut_off_or_changed_is_rejected() {
        let text = CURSOR.to_text(selection());
        for length in 0..text.len() {
            assert!(
                Cursor::parse(&text[..length], selection()).is_err(),
                "{length}"
            );
        }
        for (from, to) in [
            (".3000.", ".2000."),
            (".3000.", ".+3000."),
            (".3000.", ".03000."),
        ] {
            assert!(
                Cursor::parse(&text.replace(from, to), selection()).is_err(),
                "{to}"
            );
        }
    }

    #[test]
    fn cursor_of_a_query_that_selects_other_messages_is_rejected() {
        let mut zone = SmsHistoryQuery::new();
        zone.set_extra("timezone", "Europe/Berlin").unwrap();
        let queries = [
            SmsHistoryQuery::new(),
            SmsHistoryQuery::new().with_direction(Direction::In),
            SmsHistoryQuery::new().with_direction(Direction::Out),
            SmsHistoryQuery::new().with_source_number("+1 202 555 0101"),
            SmsHistoryQuery::new().with_destination_number("+1 202 555 0101"),
            SmsHistoryQuery::new().with_source_number("12025550102"),
            zone,
        ];
        for (made, query) in queries.iter().enumerate() {
            let text = CURSOR.to_text(Selection::of(query).unwrap());
            for (given, query) in queries.iter().enumerate() {
                let query = query.clone().with_count(10).with_from_date(0);
                let parsed = Cursor::parse(&text, Selection::of(&query).unwrap());
                assert_eq!(parsed.is_ok(), made == given, "{made} {given}");
            }
        }
        let written = SmsHistoryQuery::new().with_source_number("12025550101");
        let text = CURSOR.to_text(Selection::of(&queries[3]).unwrap());
        assert!(Cursor::parse(&text, Selection::of(&written).unwrap()).is_ok());
    }
}

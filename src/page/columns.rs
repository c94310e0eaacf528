//! The storage of a page: fixed-size cells side by side, row after row, and one string for all text.

use super::{Direction, SmsMessage, Status};
use crate::decimal::Decimal;

/// The numeric fields, in the order of their cells.
#[derive(Clone, Copy)]
pub(super) enum NumberField {
    MessageId,
    Fragments,
    Cost,
    ProcessedDate,
    TransactionId,
}

/// The text fields, in the order of their cells.
#[derive(Clone, Copy)]
pub(super) enum TextField {
    SourceNumber,
    DestinationNumber,
    /// Only when it is neither `in` nor `out`.
    Direction,
    /// Only when it is none of `1`, `2`, `3`.
    Status,
    ErrorMessage,
    Text,
}

/// Numeric cells a row.
pub(super) const NUMBERS: usize = 5;
/// Text cells a row.
pub(crate) const TEXTS: usize = 6;
/// Flag cells a row: direction, status.
pub(super) const FLAGS: usize = 2;

/// The flag of a field that is absent; and of one whose word is unknown and stands in the text cell.
pub(super) const ABSENT: u8 = 0;
pub(super) const UNKNOWN: u8 = 255;
/// Flags of the known words: `in`, `out`.
pub(super) const DIRECTIONS: [&str; 2] = ["in", "out"];
/// Flags of the known words: success, error, waiting.
pub(super) const STATUSES: [&str; 3] = ["1", "2", "3"];

/// A part of the string, in bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The span of a field that is absent.
    pub(crate) const NONE: Self = Self {
        start: u32::MAX,
        end: u32::MAX,
    };
}

/// One row of cells.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// NaN: absent.
    pub(super) numbers: [f64; NUMBERS],
    pub(super) texts: [Span; TEXTS],
    pub(super) flags: [u8; FLAGS],
    pub(super) cost: Decimal,
}

impl Row {
    pub(super) const EMPTY: Self = Self {
        numbers: [f64::NAN; NUMBERS],
        texts: [Span::NONE; TEXTS],
        flags: [ABSENT; FLAGS],
        cost: Decimal::ZERO,
    };
}

/// All cells of a page.
#[derive(Clone, Default)]
pub(crate) struct Columns {
    numbers: Vec<[f64; NUMBERS]>,
    texts: Vec<[Span; TEXTS]>,
    flags: Vec<[u8; FLAGS]>,
    costs: Vec<Decimal>,
    pub(super) arena: String,
}

impl Columns {
    pub(super) fn push(&mut self, row: &Row) {
        self.numbers.push(row.numbers);
        self.texts.push(row.texts);
        self.flags.push(row.flags);
        self.costs.push(row.cost);
    }

    /// Makes room for so many bytes of text.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.arena.reserve_exact(bytes);
    }

    /// Gives back the room that no text took.
    pub(super) fn shrink(&mut self) {
        self.arena.shrink_to_fit();
    }

    /// Drops the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        fn chosen<T>(cells: &mut Vec<T>, keep: &[bool]) {
            let mut keep = keep.iter();
            cells.retain(|_| keep.next() == Some(&true));
        }
        chosen(&mut self.numbers, keep);
        chosen(&mut self.texts, keep);
        chosen(&mut self.flags, keep);
        chosen(&mut self.costs, keep);
    }

    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.texts.clear();
        self.flags.clear();
        self.costs.clear();
        self.arena.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn message(&self, row: usize) -> SmsMessage<'_> {
        let number = |field: NumberField| {
            let number = self.numbers[row][field as usize];
            (!number.is_nan()).then_some(number)
        };
        // The reader lets whole numbers from 0 to 2^53-1 into these cells, and nothing else.
        let whole = |field| number(field).map(|number| number as u64);
        let text = |field: TextField| {
            let Span { start, end } = self.texts[row][field as usize];
            self.arena.get(start as usize..end as usize)
        };
        let [direction, status] = self.flags[row];
        SmsMessage {
            message_id: whole(NumberField::MessageId),
            source_number: text(TextField::SourceNumber),
            destination_number: text(TextField::DestinationNumber),
            direction: match direction {
                ABSENT => None,
                1 => Some(Direction::In),
                2 => Some(Direction::Out),
                _ => text(TextField::Direction).map(Direction::Unknown),
            },
            fragments: whole(NumberField::Fragments),
            cost: number(NumberField::Cost).map(|_| self.costs[row]),
            status: match status {
                ABSENT => None,
                1 => Some(Status::Success),
                2 => Some(Status::Error),
                3 => Some(Status::Waiting),
                _ => text(TextField::Status).map(Status::Unknown),
            },
            error_message: text(TextField::ErrorMessage),
            processed_date: number(NumberField::ProcessedDate).map(|millis| millis as i64),
            transaction_id: whole(NumberField::TransactionId),
            text: text(TextField::Text),
        }
    }
}

/// The cells whole, for the JavaScript page.
#[cfg(target_family = "wasm")]
impl Columns {
    pub(crate) fn numbers(&self) -> &[f64] {
        self.numbers.as_flattened()
    }

    pub(crate) fn flags(&self) -> &[u8] {
        self.flags.as_flattened()
    }

    pub(crate) fn texts(&self) -> &[Span] {
        self.texts.as_flattened()
    }

    pub(crate) fn arena(&self) -> &str {
        &self.arena
    }
}

//! The fields of a row: their names, their cells, and how the usual form of their values is read.

use super::{
    cells::{Flag, Number, Text},
    day::Day,
    read::{ReadError, Row},
    thorough,
};
use crate::{
    decimal::Decimal,
    json::{Buffer, Cursor, Literal, Quick},
};

/// One field.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) key: Literal<4>,
    /// A comma, the key, and its colon.
    pub(super) next: Literal<4>,
    cell: Cell,
    place: usize,
}

/// Where a value goes, which says what it must be.
enum Cell {
    /// A whole number.
    Number(Number),
    /// A text, or a number that is kept as text.
    Text(Text),
    /// One of a few words.
    Word(Word),
    Cost,
    ProcessedDate,
}

/// A field with a few known words, each of which has a flag; any other word is kept as sent.
pub(super) struct Word {
    pub(super) flag: Flag,
    pub(super) text: Text,
    /// In any case.
    pub(super) known: &'static [&'static str],
    /// As servers write them, each with its flag.
    usual: &'static [(Literal<1>, u8)],
}

const fn field(place: usize, name: &'static str, cell: Cell) -> Field {
    Field {
        name,
        key: Literal::string(name),
        next: Literal::next_key(name),
        cell,
        place,
    }
}

/// All fields, in the order of the API's specification.
pub(super) static FIELDS: [Field; 11] = [
    field(0, "message_id", Cell::Number(Number::MessageId)),
    field(1, "source_number", Cell::Text(Text::SourceNumber)),
    field(2, "destination_number", Cell::Text(Text::DestinationNumber)),
    field(
        3,
        "direction",
        Cell::Word(Word {
            flag: Flag::Direction,
            text: Text::Direction,
            known: &["in", "out"],
            usual: &[
                (Literal::string("OUT"), 2),
                (Literal::string("IN"), 1),
                (Literal::string("out"), 2),
                (Literal::string("in"), 1),
            ],
        }),
    ),
    field(4, "fragments", Cell::Number(Number::Fragments)),
    field(5, "cost", Cell::Cost),
    field(
        6,
        "status_id",
        Cell::Word(Word {
            flag: Flag::Status,
            text: Text::Status,
            known: &["1", "2", "3"],
            usual: &[
                (Literal::string("1"), 1),
                (Literal::string("2"), 2),
                (Literal::string("3"), 3),
            ],
        }),
    ),
    field(7, "error_message", Cell::Text(Text::ErrorMessage)),
    field(8, "processed_date", Cell::ProcessedDate),
    field(9, "transaction_id", Cell::Number(Number::TransactionId)),
    field(10, "text", Cell::Text(Text::Content)),
];

/// The powers of ten by which a cost of at most 15 digits is divided.
const POWERS: [f64; 9] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

impl Field {
    /// The place among all fields.
    #[inline(always)]
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// Reads a value in the form that servers write. False, and nothing is read, when it has another one.
    #[inline(always)]
    pub(super) fn quick(
        &self,
        quick: &mut Quick<'_>,
        row: &mut Row<'_>,
        buffer: &mut Buffer,
        day: &mut Day,
    ) -> bool {
        let cells = &mut row.cells;
        let read = match &self.cell {
            // Exact: it has at most 15 digits. Engines convert a number with a sign by one instruction.
            Cell::Number(cell) => quick
                .whole()
                .map(|whole| cells.set_number(*cell, whole as i64 as f64)),
            Cell::Text(cell) if cells.is_next(*cell) => quick
                .text(buffer)
                .map(|()| cells.append(*cell, buffer.end())),
            Cell::Word(word) if cells.is_next(word.text) => word
                .usual
                .iter()
                .find(|(usual, _)| quick.takes(usual))
                .map(|(_, flag)| cells.set_flag(word.flag, *flag)),
            Cell::Text(_) | Cell::Word(_) => None,
            Cell::Cost => quick
                .decimal()
                .map(|(units, scale)| set_cost(row, units, scale)),
            // Exact: the year 9999 is below 2^48 milliseconds.
            Cell::ProcessedDate => quick
                .string_of_19(|date| day.parse(date))
                .map(|millis| cells.set_number(Number::ProcessedDate, millis as f64)),
        };
        read.is_some()
    }

    /// Reads a value in any form.
    ///
    /// # Errors
    /// [`ReadError::Value`] when it is none for this field.
    pub(super) fn thorough(
        &self,
        cursor: &mut Cursor<'_>,
        row: &mut Row<'_>,
        buffer: &mut Buffer,
    ) -> Result<(), ReadError> {
        match &self.cell {
            Cell::Number(field) => thorough::number(cursor, row, *field),
            Cell::Text(field) => thorough::text(cursor, row, *field, buffer),
            Cell::Word(word) => thorough::word(cursor, row, word, buffer),
            Cell::Cost => thorough::cost(cursor, row),
            Cell::ProcessedDate => thorough::processed_date(cursor, row),
        }
    }
}

#[inline(always)]
fn set_cost(row: &mut Row<'_>, mut units: u64, mut scale: u32) {
    // Both sides exact and one rounding: the quotient is the nearest number (Clinger's fast path).
    let power = POWERS.get(scale as usize).copied().unwrap_or(f64::NAN);
    row.cells
        .set_number(Number::Cost, units as i64 as f64 / power);
    while scale > 0 && units.is_multiple_of(10) {
        units /= 10;
        scale -= 1;
    }
    row.cost = Decimal::new(i128::from(units), scale);
}

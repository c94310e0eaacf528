//! The fields of a row: their names, cells and decoders, and the caches that make decoding fast.

use super::{
    columns::{FlagCell, NumberCell, Row, TextCell},
    unusual::{self, ReadError},
};
use crate::{
    date::{self, EpochMillis},
    decimal::Decimal,
    json::{Cursor, FastCursor, Literal, TextBuffer, time_of_day},
};

/// One field.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) key: Literal<4>,
    /// A comma, the key, and its colon.
    pub(super) next_key: Literal<4>,
    kind: FieldKind,
    index: usize,
}

/// The type of a field's value, and its cell.
enum FieldKind {
    /// An integer.
    Number(NumberCell),
    /// A text, or a number that is kept as text.
    Text(TextCell),
    /// One of a few known values.
    Category(Category),
    Cost,
    ProcessedDate,
    /// Another name of `message_id`. It is decoded at the end of the row, if `message_id` is absent.
    SmsId,
}

/// A field with a few known values, each of which has a flag. Any other value is kept as sent.
struct Category {
    flag: FlagCell,
    text: TextCell,
    /// In any case, in the order of their flags.
    known: &'static [&'static str],
    /// As servers write them, each with its flag.
    common: &'static [(Literal<1>, u8)],
}

const fn field(index: usize, name: &'static str, kind: FieldKind) -> Field {
    Field {
        name,
        key: Literal::string(name),
        next_key: Literal::next_key(name),
        kind,
        index,
    }
}

/// All fields, in the order of the API's specification, and another name of the first one.
static FIELDS: [Field; 12] = [
    field(0, "message_id", FieldKind::Number(NumberCell::MessageId)),
    field(1, "source_number", FieldKind::Text(TextCell::SourceNumber)),
    field(
        2,
        "destination_number",
        FieldKind::Text(TextCell::DestinationNumber),
    ),
    field(
        3,
        "direction",
        FieldKind::Category(Category {
            flag: FlagCell::Direction,
            text: TextCell::Direction,
            known: &["in", "out"],
            common: &[
                (Literal::string("OUT"), 2),
                (Literal::string("IN"), 1),
                (Literal::string("out"), 2),
                (Literal::string("in"), 1),
            ],
        }),
    ),
    field(4, "fragments", FieldKind::Number(NumberCell::Fragments)),
    field(5, "cost", FieldKind::Cost),
    field(
        6,
        "status_id",
        FieldKind::Category(Category {
            flag: FlagCell::Status,
            text: TextCell::Status,
            known: &["1", "2", "3"],
            common: &[
                (Literal::string("1"), 1),
                (Literal::string("2"), 2),
                (Literal::string("3"), 3),
            ],
        }),
    ),
    field(7, "error_message", FieldKind::Text(TextCell::ErrorMessage)),
    field(8, "processed_date", FieldKind::ProcessedDate),
    field(
        9,
        "transaction_id",
        FieldKind::Number(NumberCell::TransactionId),
    ),
    field(10, "text", FieldKind::Text(TextCell::Content)),
    field(11, "sms_id", FieldKind::SmsId),
];

/// The powers of ten that divide a cost of at most 15 digits.
const POWERS_OF_TEN: [f64; 9] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

impl Field {
    /// The index in the API's specification.
    #[inline(always)]
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// Decodes a value in the form that servers write. False: it has another form, and the cursor has not moved.
    #[inline(always)]
    pub(super) fn decode_fast(
        &self,
        cursor: &mut FastCursor<'_>,
        row: &mut Row<'_>,
        buffer: &mut TextBuffer,
        dates: &mut DateCache,
    ) -> bool {
        let cells = &mut row.cells;
        let decoded = match &self.kind {
            // Exact: it has at most 15 digits. Engines convert a signed integer by one instruction.
            FieldKind::Number(cell) => cursor
                .integer()
                .map(|integer| cells.set_number(*cell, integer as i64 as f64)),
            FieldKind::Text(cell) if cells.is_next(*cell) => cursor
                .text(buffer)
                .map(|()| cells.append(*cell, buffer.end())),
            FieldKind::Category(category) if cells.is_next(category.text) => category
                .common
                .iter()
                .find(|(common, _)| cursor.eat(common))
                .map(|(_, flag)| cells.set_flag(category.flag, *flag)),
            FieldKind::Text(_) | FieldKind::Category(_) => None,
            FieldKind::Cost => cursor
                .decimal()
                .map(|(units, scale)| set_cost(row, units, scale)),
            // Exact: the year 9999 is below 2^48 milliseconds.
            FieldKind::ProcessedDate => cursor
                .string_of_19(|date| dates.parse(date))
                .map(|millis| cells.set_number(NumberCell::ProcessedDate, millis as f64)),
            FieldKind::SmsId => {
                let at = cursor.position();
                cursor.integer().map(|_| row.sms_id_at = at)
            }
        };
        decoded.is_some()
    }

    /// Decodes a value in any form.
    ///
    /// # Errors
    /// [`ReadError::Value`] when the value is invalid for this field.
    pub(super) fn decode_unusual(
        &self,
        cursor: &mut Cursor<'_>,
        row: &mut Row<'_>,
        buffer: &mut TextBuffer,
    ) -> Result<(), ReadError> {
        match &self.kind {
            FieldKind::Number(cell) => unusual::number(cursor, row, *cell),
            FieldKind::Text(cell) => unusual::text(cursor, row, *cell, buffer),
            FieldKind::Category(category) => unusual::category(
                cursor,
                row,
                (category.flag, category.text),
                category.known,
                buffer,
            ),
            FieldKind::Cost => unusual::cost(cursor, row),
            FieldKind::ProcessedDate => unusual::processed_date(cursor, row),
            FieldKind::SmsId => {
                cursor.peek();
                row.sms_id_at = cursor.fast().position();
                Ok(cursor.skip()?)
            }
        }
    }
}

#[inline(always)]
fn set_cost(row: &mut Row<'_>, mut units: u64, mut scale: u32) {
    // Both sides are exact, so the quotient is rounded once and is the nearest number (Clinger's fast path).
    let power = POWERS_OF_TEN
        .get(scale as usize)
        .copied()
        .unwrap_or(f64::NAN);
    row.cells
        .set_number(NumberCell::Cost, units as i64 as f64 / power);
    while scale > 0 && units.is_multiple_of(10) {
        units /= 10;
        scale -= 1;
    }
    row.cost = Decimal::new(i128::from(units), scale);
}

/// The error of a key whose bytes are not UTF-8.
pub const DAMAGED_KEY: &str = "expected keys in UTF-8, got one with other bytes";

/// The index that stands for the beginning of a row.
pub(super) const ROW_START: usize = FIELDS.len();

/// The first four letters of each field's name. They are unique.
static NAME_PREFIXES: [[u8; 4]; ROW_START] = {
    let mut prefixes = [[0; 4]; ROW_START];
    let mut index = 0;
    while index < ROW_START {
        if let Some(prefix) = FIELDS[index].name.as_bytes().first_chunk() {
            prefixes[index] = *prefix;
        }
        index += 1;
    }
    prefixes
};

/// Predicts the next key. Servers write the fields of all rows in the same order.
pub(super) struct KeyPredictor {
    /// For each field the one that followed it most recently.
    next: [Option<&'static Field>; ROW_START + 1],
}

impl KeyPredictor {
    /// Begins with the order of the API's specification.
    pub(super) fn new() -> Self {
        let specified = &FIELDS[..FIELDS.len() - 1];
        Self {
            next: std::array::from_fn(|index| specified.get((index + 1) % (ROW_START + 1))),
        }
    }

    /// The field that probably follows the one at an index.
    #[inline(always)]
    pub(super) fn predict(&self, last: usize) -> Option<&'static Field> {
        *self.next.get(last)?
    }

    /// Reads a key up to its value, and remembers its field. `None`: the field is unknown.
    ///
    /// # Errors
    /// [`ReadError::Value`] for an unknown key with invalid UTF-8, which may have been a known one.
    #[inline(never)]
    pub(super) fn lookup(
        &mut self,
        last: usize,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<&'static Field>, ReadError> {
        cursor.peek();
        let mut fast = cursor.fast();
        let mut found = fast
            .string_prefix()
            .and_then(|prefix| NAME_PREFIXES.iter().position(|known| *known == prefix))
            .and_then(|index| FIELDS.get(index))
            .filter(|field| fast.eat(&field.key));
        cursor.resume(fast);
        if found.is_some() {
            cursor.colon()?;
        } else {
            let key = cursor.key()?;
            if key.is_damaged_name() {
                return Err(ReadError::Value(DAMAGED_KEY.into()));
            }
            let name = key.to_name();
            found = FIELDS.iter().find(|field| field.name == name);
        }
        if let (Some(field), Some(next)) = (found, self.next.get_mut(last)) {
            *next = Some(field);
        }
        cursor.peek();
        Ok(found)
    }
}

/// The length of `yyyy-MM-dd`.
const DAY_LENGTH: usize = 10;

/// The beginning of the year 2.
const YEAR_2: EpochMillis = -62_104_060_800_000;

/// The day of the last date. Many consecutive rows have the same day.
pub(super) struct DateCache {
    day: [u8; DAY_LENGTH],
    midnight: EpochMillis,
}

impl Default for DateCache {
    fn default() -> Self {
        Self {
            day: *b"1970-01-01",
            midnight: 0,
        }
    }
}

impl DateCache {
    /// Parses a date like [`date::parse`].
    #[inline(always)]
    fn parse(&mut self, text: &[u8; 19]) -> Option<EpochMillis> {
        let (day, rest) = text.split_first_chunk::<DAY_LENGTH>()?;
        let (space, time) = rest.split_first()?;
        let time = time_of_day(time.first_chunk()?);
        if *day == self.day && *space == b' ' {
            return time.map(|time| self.midnight + EpochMillis::from(time));
        }
        // The first year is left to the slow path, because its first day stands for "none".
        let millis = date::parse(text).filter(|&at| at >= YEAR_2)?;
        self.day = *day;
        self.midnight = millis - EpochMillis::from(time?);
        Some(millis)
    }
}

//! Rows of a reply -> columns: one row after the other.

use super::{
    Columns, Totals,
    cells::CellsMut,
    day::Day,
    field::Field,
    order::{BEGINNING, Order},
    sums::Sums,
};
use crate::{
    decimal::Decimal,
    json::{Buffer, Cursor, ParseError, Quick},
};

/// Why rows can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The text is not JSON.
    Json(ParseError),
    /// The text is JSON, and a value in it is not what the API's specification says. The words name row and field.
    Value(String),
}

impl From<ParseError> for ReadError {
    fn from(fault: ParseError) -> Self {
        Self::Json(fault)
    }
}

/// The most rows that the API sends at a time.
const MOST_ROWS: usize = 1000;
/// The most rows that are read: what has more is no reply of this API, and takes memory without end.
const TOO_MANY_ROWS: usize = 100 * MOST_ROWS;
/// Rows with all their fields are longer, in bytes.
const SHORT_ROW: usize = 192;

/// A row that is being read.
pub(super) struct Row<'a> {
    pub(super) cells: CellsMut<'a>,
    pub(super) cost: Decimal,
}

/// Reads the array of rows at the cursor into `columns`, which it empties first.
pub fn read_rows(cursor: &mut Cursor<'_>, columns: &mut Columns) -> Result<Totals, ReadError> {
    columns.clear();
    let mut sums = Sums::default();
    // At once, and for a full page always as much: what grows leaves room behind that is too small for the next page.
    columns.reserve((cursor.length() / SHORT_ROW).min(MOST_ROWS));
    let mut buffer = Buffer::for_text(cursor.length());
    if let Some(quick) = cursor.begin_objects()? {
        read_all(cursor, quick, columns, &mut buffer, &mut sums)?;
    }
    buffer.copy_to(&mut columns.arena);
    sums.totals(columns.len())
        .ok_or_else(|| too_many_digits(columns.len()))
}

fn read_all<'a>(
    cursor: &mut Cursor<'a>,
    mut quick: Quick<'a>,
    columns: &mut Columns,
    buffer: &mut Buffer,
    sums: &mut Sums,
) -> Result<(), ReadError> {
    let (mut order, mut day) = (Order::new(), Day::default());
    loop {
        let index = columns.len();
        if quick.peek() != Some(b'{') {
            return Err(no_object(cursor, quick, index));
        }
        if index == TOO_MANY_ROWS {
            return Err(ReadError::Value(format!(
                "there are more than {TOO_MANY_ROWS} rows; the API sends at most {MOST_ROWS}"
            )));
        }
        quick.pass();
        let mut row = Row {
            cells: columns.next(buffer.end()),
            cost: Decimal::ZERO,
        };
        let mut last = BEGINNING;
        let mut goes_on = quick.peek() != Some(b'}');
        while goes_on {
            let mut known = order
                .guess(last)
                .filter(|field| quick.takes_key(&field.key));
            if known.is_none() {
                cursor.go_on(quick);
                known = order.find(last, cursor)?;
                quick = cursor.quick();
            }
            loop {
                let read = known.is_some_and(|field| {
                    last = field.place();
                    field.quick(&mut quick, &mut row, buffer, &mut day)
                });
                if !read {
                    cursor.go_on(quick);
                    match known {
                        Some(field) => thorough(field, cursor, &mut row, buffer, index)?,
                        None => cursor.skip()?,
                    }
                    quick = cursor.quick();
                }
                // Mostly the key follows that followed in the row before.
                match order.guess(last).filter(|field| quick.takes(&field.next)) {
                    Some(next) => known = Some(next),
                    None => break,
                }
            }
            goes_on = match quick.peek() {
                Some(b',') => {
                    quick.pass();
                    true
                }
                Some(b'}') => false,
                _ => return Err(expected(cursor, quick, "a comma or a closing brace")),
            };
        }
        quick.pass();
        if !sums.add(&row) {
            return Err(too_many_digits(index));
        }
        let cost = row.cost;
        columns.push(cost);
        match quick.peek() {
            Some(b',') => quick.pass(),
            Some(b']') => {
                quick.pass();
                cursor.end_objects(quick);
                return Ok(());
            }
            _ => return Err(expected(cursor, quick, "a comma or a closing bracket")),
        }
    }
}

#[inline(never)]
fn thorough(
    field: &Field,
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    buffer: &mut Buffer,
    index: usize,
) -> Result<(), ReadError> {
    field
        .thorough(cursor, row, buffer)
        .map_err(|error| match error {
            ReadError::Value(what) => {
                ReadError::Value(format!("row {index}, field \"{}\": {what}", field.name))
            }
            json => json,
        })
}

#[cold]
fn expected<'a>(cursor: &mut Cursor<'a>, quick: Quick<'a>, what: &'static str) -> ReadError {
    cursor.go_on(quick);
    cursor.expected(what).into()
}

#[cold]
fn no_object<'a>(cursor: &mut Cursor<'a>, quick: Quick<'a>, index: usize) -> ReadError {
    cursor.go_on(quick);
    match cursor.kind() {
        Ok(kind) => {
            let got = kind.name();
            ReadError::Value(format!("row {index}: expected an object, got {got}"))
        }
        Err(fault) => fault.into(),
    }
}

#[cold]
fn too_many_digits(index: usize) -> ReadError {
    ReadError::Value(format!(
        "row {index}, field \"cost\": the sum has more digits than an exact decimal holds"
    ))
}

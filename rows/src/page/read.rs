//! Reads the rows of a response into columns, and adds them up.

use super::{
    columns::{Columns, MAX_PAGE_ROWS, NumberCell, Row},
    field::{DateCache, Field, KeyPredictor, ROW_START},
    message::{SUM_LIMITS, Totals},
    unusual::{self, ReadError},
};
use crate::{
    MAX_SAFE_INTEGER,
    decimal::Decimal,
    json::{Cursor, FastCursor, TextBuffer},
};

/// The most rows that are read. A longer array is no response of this API, and would exhaust the memory.
const MAX_ROWS: usize = 100 * MAX_PAGE_ROWS;
/// A lower bound for the bytes of a row with all its fields.
const MIN_ROW_BYTES: usize = 192;

/// Reads the array of rows at the cursor into `columns`, whose previous rows it removes.
pub fn read_rows(cursor: &mut Cursor<'_>, columns: &mut Columns) -> Result<Totals, ReadError> {
    columns.clear();
    let mut totals = TotalsAccumulator::default();
    // At once, and equally for all full pages: growing columns would leave gaps that are too small for the next page.
    columns.reserve((cursor.length() / MIN_ROW_BYTES).min(MAX_PAGE_ROWS));
    let mut buffer = TextBuffer::for_text(cursor.length());
    if let Some(fast) = cursor.enter_objects()? {
        read_objects(cursor, fast, columns, &mut buffer, &mut totals)?;
    }
    columns.set_texts(&buffer);
    totals.finish(columns.len()).ok_or_else(sum_overflow)
}

fn read_objects<'a>(
    cursor: &mut Cursor<'a>,
    mut fast: FastCursor<'a>,
    columns: &mut Columns,
    buffer: &mut TextBuffer,
    totals: &mut TotalsAccumulator,
) -> Result<(), ReadError> {
    let (mut keys, mut dates) = (KeyPredictor::new(), DateCache::default());
    loop {
        let index = columns.len();
        if fast.peek() != Some(b'{') {
            return Err(not_an_object(cursor, fast, index));
        }
        if index == MAX_ROWS {
            return Err(ReadError::Value(format!(
                "result: expected at most {MAX_PAGE_ROWS} rows, got more than {MAX_ROWS}"
            )));
        }
        fast.bump();
        let mut row = Row {
            cells: columns.begin_row(buffer.end()),
            cost: Decimal::ZERO,
            is_cost_long: false,
            sms_id_at: 0,
        };
        let mut last = ROW_START;
        let mut has_next = fast.peek() != Some(b'}');
        while has_next {
            let mut known = keys.predict(last).filter(|field| fast.eat_key(&field.key));
            if known.is_none() {
                cursor.resume(fast);
                let found = keys.lookup(last, cursor);
                known = found.map_err(|error| in_row(error, index, ""))?;
                fast = cursor.fast();
            }
            loop {
                let decoded = known.is_some_and(|field| {
                    last = field.index();
                    field.decode_fast(&mut fast, &mut row, buffer, &mut dates)
                });
                if !decoded {
                    cursor.resume(fast);
                    match known {
                        Some(field) => decode_unusual(field, cursor, &mut row, buffer, index)?,
                        None => cursor.skip()?,
                    }
                    fast = cursor.fast();
                }
                // Mostly the same key follows as in the previous row.
                match keys.predict(last).filter(|field| fast.eat(&field.next_key)) {
                    Some(next) => known = Some(next),
                    None => break,
                }
            }
            has_next = match fast.peek() {
                Some(b',') => {
                    fast.bump();
                    true
                }
                Some(b'}') if last == ROW_START => return Err(no_message(index)),
                Some(b'}') => false,
                _ => return Err(expected(cursor, fast, "a comma or a closing brace")),
            };
        }
        fast.bump();
        if row.sms_id_at > 0 {
            decode_sms_id(cursor, &mut row, index)?;
        }
        if !totals.add(&row) {
            return Err(sum_overflow());
        }
        let (cost, is_cost_long) = (row.cost, row.is_cost_long);
        columns.finish_row(cost, is_cost_long);
        match fast.peek() {
            Some(b',') => fast.bump(),
            Some(b']') => {
                fast.bump();
                cursor.leave_objects(fast);
                return Ok(());
            }
            _ => return Err(expected(cursor, fast, "a comma or a closing bracket")),
        }
    }
}

#[inline(never)]
fn decode_unusual(
    field: &Field,
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    buffer: &mut TextBuffer,
    index: usize,
) -> Result<(), ReadError> {
    let decoded = field.decode_unusual(cursor, row, buffer);
    decoded.map_err(|error| in_row(error, index, field.name))
}

/// Decodes `sms_id` as the id of a row without `message_id`, or with 0, which servers write for "none". In other rows it may
/// have any value.
#[inline(never)]
fn decode_sms_id(
    cursor: &mut Cursor<'_>,
    row: &mut Row<'_>,
    index: usize,
) -> Result<(), ReadError> {
    let message_id = row.cells.read().number(NumberCell::MessageId);
    if message_id.is_some_and(|id| id > 0.0) {
        return Ok(());
    }
    cursor.seek(row.sms_id_at);
    let decoded = unusual::number(cursor, row, NumberCell::MessageId);
    decoded.map_err(|error| in_row(error, index, "sms_id"))?;
    if let (Some(zero), None) = (message_id, row.cells.read().number(NumberCell::MessageId)) {
        row.cells.set_number(NumberCell::MessageId, zero);
    }
    Ok(())
}

/// Adds the index of the row to an error, and the name of the field, if it is not empty.
#[cold]
fn in_row(error: ReadError, index: usize, field: &str) -> ReadError {
    let point = if field.is_empty() { "" } else { "." };
    match error {
        ReadError::Value(what) => ReadError::Row {
            index,
            message: format!("{point}{field}: {what}"),
        },
        other => other,
    }
}

/// The error of a row whose fields are all unknown, such as an error in the place of a message.
#[cold]
fn no_message(index: usize) -> ReadError {
    let message = ": expected a message, got an object without any of its fields".into();
    ReadError::Row { index, message }
}

#[cold]
fn expected<'a>(cursor: &mut Cursor<'a>, fast: FastCursor<'a>, what: &'static str) -> ReadError {
    cursor.resume(fast);
    cursor.expected(what).into()
}

#[cold]
fn not_an_object<'a>(cursor: &mut Cursor<'a>, fast: FastCursor<'a>, index: usize) -> ReadError {
    cursor.resume(fast);
    match cursor.kind() {
        Ok(kind) => {
            let message = format!(": expected an object, got {}", kind.name());
            ReadError::Row { index, message }
        }
        Err(error) => error.into(),
    }
}

#[cold]
fn sum_overflow() -> ReadError {
    ReadError::Value(format!("result: {SUM_LIMITS}"))
}

/// The scale of the fast sum: its digits after the point.
const SCALE: u32 = 8;
const POWERS_OF_TEN: [i64; SCALE as usize + 1] = [
    100_000_000,
    10_000_000,
    1_000_000,
    100_000,
    10_000,
    1_000,
    100,
    10,
    1,
];
/// Costs of up to so many units fit when they are scaled.
const MAX_UNITS: i64 = i64::MAX / POWERS_OF_TEN[0];

/// Adds up rows. Most costs are small and are added as 64-bit integers. The others are added exactly beside them.
#[derive(Default)]
struct TotalsAccumulator {
    fragments: u64,
    fast: i64,
    exact: Decimal,
}

impl TotalsAccumulator {
    /// Adds a row. False when the sum has more digits than a decimal holds.
    #[inline(always)]
    fn add(&mut self, row: &Row<'_>) -> bool {
        if let Some(fragments) = row.cells.read().number(NumberCell::Fragments) {
            // Exact: the reader admits only integers from 0 to 2^53-1.
            self.fragments = self.fragments.saturating_add(fragments as i64 as u64);
        }
        let (units, scale) = row.cost.parts();
        if let (Ok(units), Some(power)) = (i64::try_from(units), POWERS_OF_TEN.get(scale as usize))
            && (-MAX_UNITS..=MAX_UNITS).contains(&units)
            && let Some(sum) = self.fast.checked_add(units * power)
        {
            self.fast = sum;
            return true;
        }
        self.add_exactly(row.cost)
    }

    #[cold]
    fn add_exactly(&mut self, cost: Decimal) -> bool {
        self.exact.accumulate(cost)
    }

    /// The totals of so many rows. `None` when [`Totals`] cannot hold them.
    fn finish(self, rows: usize) -> Option<Totals> {
        let fast = Decimal::new(i128::from(self.fast), SCALE).normalized();
        (self.fragments <= MAX_SAFE_INTEGER).then_some(Totals {
            count: rows as u64,
            fragments: self.fragments,
            cost: self.exact.checked_add(fast)?.normalized(),
        })
    }
}

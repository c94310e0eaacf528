//! The storage of a page: for each row nine 64-bit cells, and for all rows one string with their texts.
//!
//! A page crosses to JavaScript as one copy of all cells and one string, not by `serde-wasm-bindgen`. For 1,000 ASCII
//! messages, `serde_json` and `serde-wasm-bindgen` row by row take 5.0 to 10.3 times as long as `JSON.parse`. This path takes
//! 0.36 to 0.66 times as long (six engines, `benches/results`).

use std::{borrow::Cow, ops::Range};

use super::message::{Direction, SmsMessage, Status};
use crate::{
    buffer_pool::Pool,
    decimal::Decimal,
    json::{TextBuffer, utf16_length},
};

/// The most rows that the API sends in one response.
pub const MAX_PAGE_ROWS: usize = 1000;

/// The numeric cells.
#[derive(Clone, Copy)]
pub(super) enum NumberCell {
    MessageId,
    Fragments,
    Cost,
    ProcessedDate,
    TransactionId,
}

/// The text cells, in the order of the API's specification.
#[derive(Clone, Copy)]
pub(super) enum TextCell {
    SourceNumber,
    DestinationNumber,
    /// Present only when it is neither `in` nor `out`.
    Direction,
    /// Present only when it is none of `1`, `2`, `3`.
    Status,
    ErrorMessage,
    Content,
}

/// The cells of enumerated fields: the number of a known value, from 1 on.
#[derive(Clone, Copy)]
pub(super) enum FlagCell {
    Direction,
    Status,
}

/// The flag of a field that is absent.
pub(super) const FLAG_ABSENT: u8 = 0;
/// The flag of a field with an unknown value, which is in its text cell.
pub(super) const FLAG_UNKNOWN: u8 = 255;

/// The 64-bit words of a row.
const CELLS_PER_ROW: usize = 9;
/// The `u32` cells with the end of each text. The texts of a row follow each other without gaps.
const TEXT_ENDS: Range<usize> = 11..17;
/// The `u32` cell with the start of the first text.
const TEXTS_START: usize = TEXT_ENDS.start - 1;
/// The `u32` cell whose bytes are the flags.
const FLAGS: usize = TEXT_ENDS.end;
/// The end of a text that is absent. As a half of a word it makes the word a finite number. JavaScript reads words as numbers,
/// and engines do not preserve all bits of a NaN.
const TEXT_ABSENT: u32 = 0x7fef_ffff;

/// The cells of a row. Numbers are IEEE 754, with NaN for an absent one. Text ends are `u32`, flags are bytes.
type RowCells = [u64; CELLS_PER_ROW];

/// The cells of a row without fields, whose texts start at an index.
fn empty_cells(texts_start: u32) -> RowCells {
    const NO_NUMBER: u64 = u64::MAX;
    const NO_TEXTS: u64 = (TEXT_ABSENT as u64) << 32 | TEXT_ABSENT as u64;
    let first = u64::from(TEXT_ABSENT) << 32 | u64::from(texts_start);
    [
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        NO_NUMBER,
        first,
        NO_TEXTS,
        NO_TEXTS,
        TEXT_ABSENT as u64,
    ]
}

/// Smaller cells are numbered from the lowest bits of a word, on machines of either byte order.
const IS_BIG_ENDIAN: bool = cfg!(target_endian = "big");

#[inline(always)]
fn u32_at(cells: &RowCells, index: usize) -> u32 {
    let halves: &[u32; 2 * CELLS_PER_ROW] = bytemuck::must_cast_ref(cells);
    halves[index ^ usize::from(IS_BIG_ENDIAN)]
}

#[inline(always)]
fn set_u32_at(cells: &mut RowCells, index: usize, value: u32) {
    let halves: &mut [u32; 2 * CELLS_PER_ROW] = bytemuck::must_cast_mut(cells);
    halves[index ^ usize::from(IS_BIG_ENDIAN)] = value;
}

/// A row that is being read.
pub(super) struct Row<'a> {
    pub(super) cells: CellsMut<'a>,
    pub(super) cost: Decimal,
    /// Whether the cost may have more digits than its number.
    pub(super) is_cost_long: bool,
    /// The position of the value of `sms_id`, which is the id of a row without `message_id`. 0: absent.
    pub(super) sms_id_at: usize,
}

/// The cells of a row that is being read.
pub(super) struct CellsMut<'a> {
    cells: &'a mut RowCells,
    /// The index after the last text that is present.
    next_text: usize,
}

impl CellsMut<'_> {
    pub(super) fn read(&self) -> Cells<'_> {
        Cells(self.cells)
    }

    #[inline(always)]
    pub(super) fn set_number(&mut self, cell: NumberCell, number: f64) {
        self.cells[cell as usize] = number.to_bits();
    }

    #[inline(always)]
    pub(super) fn set_flag(&mut self, cell: FlagCell, flag: u8) {
        let bytes: &mut [u8; 8 * CELLS_PER_ROW] = bytemuck::must_cast_mut(self.cells);
        bytes[(4 * FLAGS + cell as usize) ^ (7 * usize::from(IS_BIG_ENDIAN))] = flag;
    }

    /// Whether a text can be set without moving others: all texts that are present precede it.
    #[inline(always)]
    pub(super) fn is_next(&self, cell: TextCell) -> bool {
        cell as usize >= self.next_text
    }

    /// Sets a text, for which [`Self::is_next`] holds, to what was appended to the buffer up to `end`.
    #[inline(always)]
    pub(super) fn append(&mut self, cell: TextCell, end: u32) {
        set_u32_at(self.cells, TEXT_ENDS.start + cell as usize, end);
        self.next_text = cell as usize + 1;
    }

    /// Sets a text to what was appended to the buffer, or to absent.
    pub(super) fn set_text(&mut self, cell: TextCell, is_present: bool, buffer: &mut TextBuffer) {
        if !self.is_next(cell) {
            self.rearrange(cell as usize, is_present, buffer);
        } else if is_present {
            self.append(cell, buffer.end());
        }
    }

    /// Sets a text that other texts follow.
    #[cold]
    fn rearrange(&mut self, cell: usize, is_present: bool, buffer: &mut TextBuffer) {
        let old = self.read().text_start(cell)..self.read().text_start(cell + 1);
        let last = self.read().text_start(TEXT_ENDS.len());
        let new = buffer.end() - last;
        buffer.replace(old.start as usize..old.end as usize, last as usize);
        set_u32_at(
            self.cells,
            TEXT_ENDS.start + cell,
            if is_present {
                old.start + new
            } else {
                TEXT_ABSENT
            },
        );
        for index in TEXT_ENDS.start + cell + 1..TEXT_ENDS.end {
            let end = u32_at(self.cells, index);
            if end != TEXT_ABSENT {
                set_u32_at(self.cells, index, end + new - (old.end - old.start));
            }
        }
    }
}

/// The cells of a row, read-only.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a>(&'a RowCells);

impl Cells<'_> {
    #[inline(always)]
    pub(super) fn number(self, cell: NumberCell) -> Option<f64> {
        let number = f64::from_bits(self.0[cell as usize]);
        (!number.is_nan()).then_some(number)
    }

    /// The start of the row's texts.
    fn texts_start(self) -> usize {
        u32_at(self.0, TEXTS_START) as usize
    }

    /// The end of a text. It starts at the end of the previous text that is present.
    fn text_end(self, cell: TextCell) -> Option<usize> {
        let end = u32_at(self.0, TEXT_ENDS.start + cell as usize);
        (end != TEXT_ABSENT).then_some(end as usize)
    }

    /// The start of a text: the end of the previous text that is present.
    #[inline(never)]
    fn text_start(self, cell: usize) -> u32 {
        let mut index = TEXTS_START + cell;
        while index > TEXTS_START && u32_at(self.0, index) == TEXT_ABSENT {
            index -= 1;
        }
        u32_at(self.0, index)
    }

    fn flag(self, cell: FlagCell) -> u8 {
        (u32_at(self.0, FLAGS) >> (8 * cell as usize)) as u8
    }
}

/// Larger columns are freed. 1,000 messages have some 85 KB of text.
const MAX_POOLED_TEXT: usize = 1 << 20;

thread_local! {
    /// Suffices for the pages that wait for the one before them, and some that are being read.
    static POOL: Pool<Columns> = const { Pool::new(8) };
}

/// The cells, exact costs and texts of all rows of a page. They return to a pool when they are dropped.
#[derive(Clone, Default)]
pub struct Columns {
    cells: Vec<RowCells>,
    costs: Vec<Decimal>,
    /// Whether a cost may have more digits than its number.
    has_long_costs: bool,
    texts: String,
}

/// A cost of at most 15 digits is the shortest decimal that its number is nearest to, so JavaScript can print it.
const MIN_LONG_UNITS: u128 = 1_000_000_000_000_000;

impl Columns {
    /// Reserves exactly so many rows, in columns from the pool if there are any.
    pub(super) fn reserve(&mut self, rows: usize) {
        if rows > self.cells.capacity()
            && let Some(pooled) = POOL.with(|pool| pool.acquire(|_| true))
        {
            *self = pooled;
        }
        self.cells.reserve_exact(rows);
        self.costs.reserve_exact(rows);
    }

    /// Adds an empty row, whose texts start at an index. The caller writes the row in place, and ends it by
    /// [`Self::finish_row`].
    #[inline(always)]
    pub(super) fn begin_row(&mut self, texts_start: u32) -> CellsMut<'_> {
        CellsMut {
            cells: self.cells.push_mut(empty_cells(texts_start)),
            next_text: 0,
        }
    }

    /// Ends a row by adding its exact cost.
    #[inline(always)]
    pub(super) fn finish_row(&mut self, cost: Decimal, is_cost_long: bool) {
        self.costs.push(cost);
        self.has_long_costs |= is_cost_long;
    }

    /// The rows whose cost has more digits than its number, or rounds to another one, with their costs.
    pub fn long_costs(&self) -> impl Iterator<Item = (usize, Decimal)> {
        let rows = if self.has_long_costs { self.len() } else { 0 };
        (0..rows).filter_map(|row| {
            let cost = self.costs[row];
            let number = Cells(&self.cells[row]).number(NumberCell::Cost)?;
            let is_long = cost.parts().0.unsigned_abs() >= MIN_LONG_UNITS;
            (is_long || cost.to_f64() != number).then_some((row, cost))
        })
    }

    /// Ends the page by setting its texts.
    pub(super) fn set_texts(&mut self, texts: &TextBuffer) {
        texts.copy_to(&mut self.texts);
    }

    /// Removes the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        fn retain<T>(column: &mut Vec<T>, keep: &[bool]) {
            let mut keep = keep.iter();
            column.retain(|_| keep.next() == Some(&true));
        }
        retain(&mut self.cells, keep);
        retain(&mut self.costs, keep);
    }

    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.costs.clear();
        self.has_long_costs = false;
        self.texts.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    pub(super) fn message_ids(&self) -> impl Iterator<Item = Option<u64>> {
        let ids = self
            .cells
            .iter()
            .map(|row| f64::from_bits(row[NumberCell::MessageId as usize]));
        ids.map(|id| (!id.is_nan()).then_some(id as u64))
    }

    pub(super) fn message(&self, row: usize) -> SmsMessage<'_> {
        let cells = Cells(&self.cells[row]);
        // Exact: the reader admits only integers from 0 to 2^53-1.
        let integer = |cell| cells.number(cell).map(|number| number as u64);
        // Must be called in the order of the cells.
        let mut start = cells.texts_start();
        let mut text = |cell| {
            let end = cells.text_end(cell)?;
            self.texts.get(std::mem::replace(&mut start, end)..end)
        };
        SmsMessage {
            message_id: integer(NumberCell::MessageId),
            source_number: text(TextCell::SourceNumber),
            destination_number: text(TextCell::DestinationNumber),
            direction: match cells.flag(FlagCell::Direction) {
                FLAG_ABSENT => None,
                1 => Some(Direction::In),
                2 => Some(Direction::Out),
                _ => text(TextCell::Direction).map(Direction::Unknown),
            },
            fragments: integer(NumberCell::Fragments),
            cost: cells.number(NumberCell::Cost).map(|_| self.costs[row]),
            status: match cells.flag(FlagCell::Status) {
                FLAG_ABSENT => None,
                1 => Some(Status::Success),
                2 => Some(Status::Error),
                3 => Some(Status::Waiting),
                _ => text(TextCell::Status).map(Status::Unknown),
            },
            error_message: text(TextCell::ErrorMessage),
            processed_date: cells
                .number(NumberCell::ProcessedDate)
                .map(|millis| millis as i64),
            transaction_id: integer(NumberCell::TransactionId),
            text: text(TextCell::Content),
        }
    }

    /// The texts of all rows as UTF-8.
    pub fn utf8(&self) -> &[u8] {
        self.texts.as_bytes()
    }

    /// The cells for JavaScript, with text ends in UTF-16 code units.
    pub fn utf16_cells(&self) -> Cow<'_, [u64]> {
        let mut cells = Cow::Borrowed(self.cells.as_flattened());
        if is_ascii(self.utf8()) {
            return cells;
        }
        // The ends ascend, so each is counted from the previous one.
        let (mut byte, mut unit) = (0, 0);
        for row in cells.to_mut().as_chunks_mut::<CELLS_PER_ROW>().0 {
            for index in TEXTS_START..TEXT_ENDS.end {
                let end = u32_at(row, index);
                if end != TEXT_ABSENT {
                    unit += utf16_length(self.utf8(), byte as usize, end as usize);
                    byte = end;
                    set_u32_at(row, index, unit);
                }
            }
        }
        cells
    }
}

impl Drop for Columns {
    fn drop(&mut self) {
        // Other allocators return memory to the system. There a page of few rows must not keep the memory of a thousand.
        let is_pooled = cfg!(any(test, target_family = "wasm"))
            && (1..=MAX_PAGE_ROWS).contains(&self.cells.capacity())
            && self.texts.capacity() <= MAX_POOLED_TEXT;
        if is_pooled {
            // Fails only while the thread ends.
            let _ = POOL.try_with(|pool| {
                self.clear();
                pool.release(self);
            });
        }
    }
}

/// Like the standard library's function, which tests only four bytes at a time in WebAssembly.
fn is_ascii(text: &[u8]) -> bool {
    const BLOCK: usize = 1024;
    let mut blocks = text.chunks(BLOCK);
    blocks.all(|block| block.iter().fold(0, |all, byte| all | byte).is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns with capacity for so many rows, and the address of their cells.
    fn columns(rows: usize) -> (Columns, *const u64) {
        let mut columns = Columns::default();
        columns.reserve(rows);
        let address = columns.cells.as_ptr().cast();
        (columns, address)
    }

    #[test]
    fn dropped_columns_are_reused_without_their_rows() {
        let (mut first, address) = columns(500);
        let (_second, other) = columns(500);
        assert_ne!(address, other, "both exist");
        first.begin_row(0);
        first.finish_row(Decimal::ZERO, false);
        drop(first);
        let (third, reused) = columns(400);
        assert_eq!((reused, third.len()), (address, 0));
    }

    #[test]
    fn the_pool_keeps_eight_pages_of_usual_size() {
        let acquire = || POOL.with(|pool| pool.acquire(|_| true));
        drop(columns(MAX_PAGE_ROWS + 1));
        drop(Columns::default());
        assert!(acquire().is_none());
        let pages: Vec<_> = (0..10).map(|_| columns(10)).collect();
        drop(pages);
        assert_eq!(std::iter::from_fn(acquire).collect::<Vec<_>>().len(), 8);
    }
}

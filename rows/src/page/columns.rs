//! The storage of a page: cells of one width, row after row, and one string for all text.

use super::{
    Direction, SmsMessage, Status,
    cells::{self, ABSENT, Cells, CellsMut, Flag, Number, Text, Words},
    spent,
};
use crate::decimal::Decimal;

/// All cells of a page.
#[derive(Clone, Default)]
pub struct Columns {
    pub(super) cells: Vec<Words>,
    costs: Vec<Decimal>,
    pub(super) arena: String,
}

impl Columns {
    /// Makes room for so many rows more, and no others: that of a page that is gone, if there is one.
    pub(super) fn reserve(&mut self, rows: usize) {
        if rows > self.cells.capacity()
            && let Some(spent) = spent::take()
        {
            *self = spent;
        }
        self.cells.reserve_exact(rows);
        self.costs.reserve_exact(rows);
    }

    /// The cells of the next row, all absent, its texts to be gathered from a place on: to be written in place, and followed
    /// by [`Self::push`].
    #[inline(always)]
    pub(super) fn next(&mut self, texts: u32) -> CellsMut<'_> {
        CellsMut::new(self.cells.push_mut(cells::empty(texts)))
    }

    /// Keeps the row's exact cost, which ends the row.
    #[inline(always)]
    pub(super) fn push(&mut self, cost: Decimal) {
        self.costs.push(cost);
    }

    /// Drops the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        fn chosen<T>(of_rows: &mut Vec<T>, keep: &[bool]) {
            let mut keep = keep.iter();
            of_rows.retain(|_| keep.next() == Some(&true));
        }
        chosen(&mut self.cells, keep);
        chosen(&mut self.costs, keep);
    }

    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.costs.clear();
        self.arena.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    pub(super) fn message_ids(&self) -> impl Iterator<Item = Option<u64>> {
        let ids = self
            .cells
            .iter()
            .map(|row| f64::from_bits(row[Number::MessageId as usize]));
        ids.map(|id| (!id.is_nan()).then_some(id as u64))
    }

    pub(super) fn message(&self, row: usize) -> SmsMessage<'_> {
        let cells = Cells(&self.cells[row]);
        // The reader lets whole numbers from 0 to 2^53-1 into these cells, and nothing else.
        let whole = |cell| cells.number(cell).map(|number| number as u64);
        // In the order of the cells.
        let mut begin = cells.begin();
        let mut text = |cell| {
            let end = cells.end(cell)?;
            self.arena.get(std::mem::replace(&mut begin, end)..end)
        };
        SmsMessage {
            message_id: whole(Number::MessageId),
            source_number: text(Text::SourceNumber),
            destination_number: text(Text::DestinationNumber),
            direction: match cells.flag(Flag::Direction) {
                ABSENT => None,
                1 => Some(Direction::In),
                2 => Some(Direction::Out),
                _ => text(Text::Direction).map(Direction::Unknown),
            },
            fragments: whole(Number::Fragments),
            cost: cells.number(Number::Cost).map(|_| self.costs[row]),
            status: match cells.flag(Flag::Status) {
                ABSENT => None,
                1 => Some(Status::Success),
                2 => Some(Status::Error),
                3 => Some(Status::Waiting),
                _ => text(Text::Status).map(Status::Unknown),
            },
            error_message: text(Text::ErrorMessage),
            processed_date: cells
                .number(Number::ProcessedDate)
                .map(|millis| millis as i64),
            transaction_id: whole(Number::TransactionId),
            text: text(Text::Content),
        }
    }
}

impl Drop for Columns {
    fn drop(&mut self) {
        spent::give(self);
    }
}

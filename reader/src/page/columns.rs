//! The storage of a page: cells of one width, row after row, and one string for all text.

use super::{
    Direction, SmsMessage, Status,
    cells::{ABSENT, Cells, CellsMut, EMPTY, Flag, Number, Text, WIDTH},
};
use crate::decimal::Decimal;

/// All cells of a page.
#[derive(Clone, Default)]
pub struct Columns {
    /// While rows are read, also those of some that are still to come: made one by one they would take longer.
    pub(super) cells: Vec<u64>,
    costs: Vec<Decimal>,
    pub(super) arena: String,
}

impl Columns {
    /// Makes room for rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.cells.resize((self.len() + rows) * WIDTH, EMPTY);
        self.costs.reserve(rows);
    }

    /// The cells of the next row, all absent: to be written, and then kept by [`Self::push`].
    #[inline(always)]
    pub(super) fn next(&mut self) -> CellsMut<'_> {
        let row = self.len();
        if row * WIDTH == self.cells.len() {
            self.grow();
        }
        CellsMut(&mut self.cells.as_chunks_mut().0[row])
    }

    #[cold]
    fn grow(&mut self) {
        self.reserve(self.len().max(1));
    }

    #[inline(always)]
    pub(super) fn push(&mut self, cost: Decimal) {
        self.costs.push(cost);
    }

    /// After the last row.
    pub(super) fn finish(&mut self, arena: String) {
        self.cells.truncate(self.len() * WIDTH);
        self.arena = arena;
    }

    /// Drops the rows that are not to be kept.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        fn chosen<T>(of_rows: &mut Vec<T>, keep: &[bool], width: usize) {
            let mut keep = keep
                .iter()
                .flat_map(|keep| std::iter::repeat_n(keep, width));
            of_rows.retain(|_| keep.next() == Some(&true));
        }
        chosen(&mut self.cells, keep, WIDTH);
        chosen(&mut self.costs, keep, 1);
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
            .rows()
            .iter()
            .map(|row| f64::from_bits(row[Number::MessageId as usize]));
        ids.map(|id| (!id.is_nan()).then_some(id as u64))
    }

    fn rows(&self) -> &[[u64; WIDTH]] {
        self.cells.as_chunks().0
    }

    pub(super) fn message(&self, row: usize) -> SmsMessage<'_> {
        let cells = Cells(&self.rows()[row]);
        // The reader lets whole numbers from 0 to 2^53-1 into these cells, and nothing else.
        let whole = |cell| cells.number(cell).map(|number| number as u64);
        let text = |cell| cells.text(cell).and_then(|span| self.arena.get(span));
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

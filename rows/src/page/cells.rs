//! The cells of a row: as many words of 64 bits in each, so that a whole page is one copy for JavaScript.

use crate::json::Span;

/// The numeric cells.
#[derive(Clone, Copy)]
pub(super) enum Number {
    MessageId,
    Fragments,
    Cost,
    ProcessedDate,
    TransactionId,
}

/// The text cells.
#[derive(Clone, Copy)]
pub(super) enum Text {
    SourceNumber,
    DestinationNumber,
    /// Only when it is neither `in` nor `out`.
    Direction,
    /// Only when it is none of `1`, `2`, `3`.
    Status,
    ErrorMessage,
    Content,
}

/// The cells with the number of a known word, from 1 on.
#[derive(Clone, Copy)]
pub(super) enum Flag {
    Direction,
    Status,
}

/// The flag of a field that is absent; and of one whose word is unknown and stands in the text cell.
pub(super) const ABSENT: u8 = 0;
pub(super) const UNKNOWN: u8 = 255;

/// Where the text cells begin, and how many there are.
pub(super) const TEXTS: std::ops::Range<usize> = 5..11;
const FLAGS: usize = 11;
/// Words a row.
pub(super) const WIDTH: usize = 12;
/// The cells of a row without any field.
pub(super) const EMPTY: [u64; WIDTH] = {
    // As a number this is NaN, as a text no span.
    let mut cells = [u64::MAX; WIDTH];
    cells[FLAGS] = 0;
    cells
};

/// A row's cells, to be written: numbers as IEEE 754, NaN for none; texts as start and end, all ones for none; flags as
/// bytes.
pub(super) struct CellsMut<'a>(pub(super) &'a mut [u64; WIDTH]);

impl CellsMut<'_> {
    #[inline(always)]
    pub(super) fn set_number(&mut self, cell: Number, number: f64) {
        self.0[cell as usize] = number.to_bits();
    }

    #[inline(always)]
    pub(super) fn set_text(&mut self, cell: Text, span: Span) {
        self.0[TEXTS.start + cell as usize] = pack(span);
    }

    #[inline(always)]
    pub(super) fn set_flag(&mut self, cell: Flag, flag: u8) {
        let shift = 8 * cell as usize;
        self.0[FLAGS] = self.0[FLAGS] & !(0xff << shift) | u64::from(flag) << shift;
    }
}

/// A row's cells, to be read.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a>(pub(super) &'a [u64; WIDTH]);

impl Cells<'_> {
    /// A number that is there.
    #[inline(always)]
    pub(super) fn number(self, cell: Number) -> Option<f64> {
        let number = f64::from_bits(self.0[cell as usize]);
        (!number.is_nan()).then_some(number)
    }

    /// A text that is there, as a range of bytes.
    pub(super) fn text(self, cell: Text) -> Option<std::ops::Range<usize>> {
        let span = unpack(self.0[TEXTS.start + cell as usize]);
        (span != Span::NONE).then_some(span.start as usize..span.end as usize)
    }

    pub(super) fn flag(self, cell: Flag) -> u8 {
        (self.0[FLAGS] >> (8 * cell as usize)) as u8
    }
}

/// A text cell.
#[inline(always)]
pub(super) fn pack(span: Span) -> u64 {
    u64::from(span.start) | u64::from(span.end) << 32
}

/// What a text cell holds.
#[inline(always)]
pub(super) fn unpack(word: u64) -> Span {
    Span {
        start: word as u32,
        end: (word >> 32) as u32,
    }
}

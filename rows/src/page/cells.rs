//! The cells of a row: as many words of 64 bits in each, so that a whole page is one copy for JavaScript.

use crate::json::Buffer;

/// The numeric cells.
#[derive(Clone, Copy)]
pub(super) enum Number {
    MessageId,
    Fragments,
    Cost,
    ProcessedDate,
    TransactionId,
}

/// The text cells, in the order of the API's specification.
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

/// Words a row.
pub(super) const WIDTH: usize = 9;
/// Halves of words, of 32 bits: where the row's texts begin, which stand one behind the other, and where each of them ends.
pub(super) const ENDS: std::ops::Range<usize> = 11..17;
const BEGIN: usize = ENDS.start - 1;
const FLAGS: usize = ENDS.end;
/// No text, instead of its end. A word is a finite number with any such half: JavaScript keeps words as numbers, and of
/// those that are none not all bits.
pub(super) const NO_TEXT: u32 = 0x7fef_ffff;

/// A row's words. Numbers are IEEE 754, NaN for none; flags are bytes.
pub(super) type Words = [u64; WIDTH];

/// The words of a row without any field, whose texts begin at a place.
pub(super) fn empty(begin: u32) -> Words {
    const NONE: u64 = u64::MAX;
    const NO_TEXTS: u64 = (NO_TEXT as u64) << 32 | NO_TEXT as u64;
    let begin = u64::from(NO_TEXT) << 32 | u64::from(begin);
    [
        NONE,
        NONE,
        NONE,
        NONE,
        NONE,
        begin,
        NO_TEXTS,
        NO_TEXTS,
        NO_TEXT as u64,
    ]
}

/// Of the halves and bytes of a word the lowest comes first, wherever a machine has it.
const IS_BIG: bool = cfg!(target_endian = "big");

#[inline(always)]
pub(super) fn half(words: &Words, at: usize) -> u32 {
    let halves: &[u32; 2 * WIDTH] = bytemuck::must_cast_ref(words);
    halves[at ^ usize::from(IS_BIG)]
}

#[inline(always)]
pub(super) fn set_half(words: &mut Words, at: usize, half: u32) {
    let halves: &mut [u32; 2 * WIDTH] = bytemuck::must_cast_mut(words);
    halves[at ^ usize::from(IS_BIG)] = half;
}

/// A row's cells, to be written.
pub(super) struct CellsMut<'a> {
    words: &'a mut Words,
    /// The text cell after the last one that is there.
    next: usize,
}

impl<'a> CellsMut<'a> {
    /// Of a row without any field.
    #[inline(always)]
    pub(super) fn new(words: &'a mut Words) -> Self {
        Self { words, next: 0 }
    }

    pub(super) fn read(&self) -> Cells<'_> {
        Cells(self.words)
    }

    #[inline(always)]
    pub(super) fn set_number(&mut self, cell: Number, number: f64) {
        self.words[cell as usize] = number.to_bits();
    }

    #[inline(always)]
    pub(super) fn set_flag(&mut self, cell: Flag, flag: u8) {
        let bytes: &mut [u8; 8 * WIDTH] = bytemuck::must_cast_mut(self.words);
        bytes[(4 * FLAGS + cell as usize) ^ (7 * usize::from(IS_BIG))] = flag;
    }

    /// Whether a text, or none, can be set without moving others: whether it is the next one. Others may be left out.
    #[inline(always)]
    pub(super) fn is_next(&self, cell: Text) -> bool {
        cell as usize >= self.next
    }

    /// Sets a text that is the next one to what was just appended, up to `end`.
    #[inline(always)]
    pub(super) fn append(&mut self, cell: Text, end: u32) {
        set_half(self.words, ENDS.start + cell as usize, end);
        self.next = cell as usize + 1;
    }

    /// Sets a text to what was just appended to the buffer, or to none.
    pub(super) fn set_text(&mut self, cell: Text, is_there: bool, buffer: &mut Buffer) {
        if !self.is_next(cell) {
            self.rearrange(cell as usize, is_there, buffer);
        } else if is_there {
            self.append(cell, buffer.end());
        }
    }

    /// Changes a text that others stand behind, to what was appended or to none.
    #[cold]
    fn rearrange(&mut self, cell: usize, is_there: bool, buffer: &mut Buffer) {
        let old = self.read().start(cell)..self.read().start(cell + 1);
        let last = self.read().start(ENDS.len());
        let new = buffer.end() - last;
        buffer.replace(old.start as usize..old.end as usize, last as usize);
        set_half(
            self.words,
            ENDS.start + cell,
            if is_there { old.start + new } else { NO_TEXT },
        );
        for at in ENDS.start + cell + 1..ENDS.end {
            let end = half(self.words, at);
            if end != NO_TEXT {
                set_half(self.words, at, end + new - (old.end - old.start));
            }
        }
    }
}

/// A row's cells, to be read.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a>(pub(super) &'a Words);

impl Cells<'_> {
    /// A number that is there.
    #[inline(always)]
    pub(super) fn number(self, cell: Number) -> Option<f64> {
        let number = f64::from_bits(self.0[cell as usize]);
        (!number.is_nan()).then_some(number)
    }

    /// Where the first of the texts begins.
    pub(super) fn begin(self) -> usize {
        half(self.0, BEGIN) as usize
    }

    /// Where a text ends, if it is there. It begins where the one before it ends.
    pub(super) fn end(self, cell: Text) -> Option<usize> {
        let end = half(self.0, ENDS.start + cell as usize);
        (end != NO_TEXT).then_some(end as usize)
    }

    /// Where the text of a cell begins: where the one before it ends.
    #[inline(never)]
    fn start(self, cell: usize) -> u32 {
        let mut at = BEGIN + cell;
        // The first is always there.
        while at > BEGIN && half(self.0, at) == NO_TEXT {
            at -= 1;
        }
        half(self.0, at)
    }

    pub(super) fn flag(self, cell: Flag) -> u8 {
        (half(self.0, FLAGS) >> (8 * cell as usize)) as u8
    }
}

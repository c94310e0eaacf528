//! The storage of a page as JavaScript gets it, which counts texts in UTF-16 code units.

use std::borrow::Cow;

use super::{
    Columns,
    cells::{TEXTS, WIDTH, pack, unpack},
};
use crate::json::{Span, utf16_length};

impl Columns {
    /// All text, as UTF-8.
    pub fn utf8(&self) -> &[u8] {
        self.arena.as_bytes()
    }

    /// The cells, with texts' spans counted as JavaScript counts: in UTF-16 code units.
    pub fn utf16_cells(&self) -> Cow<'_, [u64]> {
        let mut cells = Cow::Borrowed(self.cells.as_flattened());
        if self.arena.is_ascii() {
            return cells;
        }
        // Rows stand in the string one after another, their texts mostly in the order of the cells.
        let mut counter = Utf16Counter {
            text: self.utf8(),
            byte: 0,
            unit: 0,
        };
        for row in cells.to_mut().as_chunks_mut::<WIDTH>().0 {
            for word in &mut row[TEXTS] {
                let span = unpack(*word);
                if span != Span::NONE {
                    let start = counter.at(span.start);
                    *word = pack(Span {
                        start,
                        end: counter.at(span.end),
                    });
                }
            }
        }
        cells
    }
}

/// Turns byte offsets into UTF-16 offsets, by counting on from the one before.
struct Utf16Counter<'a> {
    text: &'a [u8],
    byte: u32,
    unit: u32,
}

impl Utf16Counter<'_> {
    fn at(&mut self, byte: u32) -> u32 {
        let units = |from: u32, to: u32| utf16_length(self.text, from as usize, to as usize);
        if byte < self.byte {
            self.unit -= units(byte, self.byte);
        } else {
            self.unit += units(self.byte, byte);
        }
        self.byte = byte;
        self.unit
    }
}

//! The storage of a page as JavaScript gets it, which counts texts in UTF-16 code units.

use std::borrow::Cow;

use super::{
    Columns,
    cells::{ENDS, NO_TEXT, WIDTH, half, set_half},
};
use crate::json::utf16_length;

impl Columns {
    /// All text, as UTF-8.
    pub fn utf8(&self) -> &[u8] {
        self.arena.as_bytes()
    }

    /// The cells, with the places of texts counted as JavaScript counts: in UTF-16 code units.
    pub fn utf16_cells(&self) -> Cow<'_, [u64]> {
        let mut cells = Cow::Borrowed(self.cells.as_flattened());
        if is_ascii(self.utf8()) {
            return cells;
        }
        // Texts stand in the order of rows, and of a row's cells: each place is counted from the one before.
        let (mut byte, mut unit) = (0, 0);
        for row in cells.to_mut().as_chunks_mut::<WIDTH>().0 {
            // The first is where they begin.
            for at in ENDS.start - 1..ENDS.end {
                let place = half(row, at);
                if place != NO_TEXT {
                    unit += utf16_length(self.utf8(), byte as usize, place as usize);
                    byte = place;
                    set_half(row, at, unit);
                }
            }
        }
        cells
    }
}

/// As the standard library's function, which looks at four bytes at a time in WebAssembly.
fn is_ascii(text: &[u8]) -> bool {
    const AT_ONCE: usize = 1024;
    let mut parts = text.chunks(AT_ONCE);
    parts.all(|part| part.iter().fold(0, |all, byte| all | byte).is_ascii())
}

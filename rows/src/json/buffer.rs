//! Where the texts of a page are gathered, one behind the other.

use super::chunk::{Chunk, LANES};
use crate::room;

/// A part of the gathered text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The span of a field that is absent.
    pub(crate) const NONE: Self = Self {
        start: u32::MAX,
        end: u32::MAX,
    };
}

/// Text that grows. Whole chunks are written, of which only a part may count, so there is always room behind the end.
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    pub(super) end: usize,
}

impl Buffer {
    /// With room for all the text that a JSON text of this length can hold: no string is longer than what it is written as.
    pub(crate) fn for_text(length: usize) -> Self {
        Self {
            bytes: room::take(&room::TEXTS, length + LANES),
            end: 0,
        }
    }

    /// Writes all of a chunk at a place, which does not move the end. False when there is no room.
    #[inline(always)]
    pub(super) fn put(&mut self, at: usize, chunk: Chunk) -> bool {
        let room = self.bytes.get_mut(at..);
        match room.and_then(|room| room.first_chunk_mut::<LANES>()) {
            Some(room) => {
                *room = chunk.0;
                true
            }
            None => false,
        }
    }

    /// Writes a character at a place, which does not move the end; where it ends. `None` when there is no room.
    pub(super) fn put_character(&mut self, at: usize, character: char) -> Option<usize> {
        let room = self.bytes.get_mut(at..)?.first_chunk_mut::<4>()?;
        Some(at + character.encode_utf8(room).len())
    }

    /// Appends a text; where it is then.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.end;
        self.push(text);
        self.since(start)
    }

    pub(super) fn push(&mut self, text: &str) {
        let end = self.end + text.len();
        if self.bytes.len() < end + LANES {
            self.bytes.resize(end + LANES, 0);
        }
        if let Some(room) = self.bytes.get_mut(self.end..end) {
            room.copy_from_slice(text.as_bytes());
        }
        self.end = end;
    }

    /// What was appended since the end was there.
    #[inline(always)]
    pub(super) fn since(&self, start: usize) -> Span {
        // A reply is refused before it is read when it is longer than what a span can hold.
        Span {
            start: start as u32,
            end: self.end as u32,
        }
    }

    /// Writes the text over another one, in whose room it fits mostly. What was gathered are whole strings of a text.
    pub(crate) fn copy_to(&self, kept: &mut String) {
        let bytes = self.bytes.get(..self.end);
        let text = bytes.and_then(|bytes| simdutf8::basic::from_utf8(bytes).ok());
        let text = text.unwrap_or_default();
        kept.clear();
        if kept.capacity() < text.len() {
            *kept = String::new();
            kept.reserve_exact(room::with_more(text.len()));
        }
        kept.push_str(text);
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        room::give(&room::TEXTS, std::mem::take(&mut self.bytes));
    }
}

//! Where the texts of a page are gathered, one behind the other.

use super::chunk::{Chunk, LANES};
use crate::buffer_pool::{PooledBuffer, with_headroom};
use std::ops::Range;

/// Text that grows. Whole chunks are written, of which only a part may count, so there is always room behind the end.
pub(crate) struct Buffer {
    bytes: PooledBuffer,
    pub(super) end: usize,
}

impl Buffer {
    /// With room for all the text that a JSON text of this length can hold: no string is longer than what it is written as.
    pub(crate) fn for_text(length: usize) -> Self {
        Self {
            bytes: PooledBuffer::with_length(length + LANES),
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

    /// Where the text ends.
    #[inline(always)]
    pub(crate) fn end(&self) -> u32 {
        // A reply is refused before it is read when it is longer than a small part of what fits.
        self.end as u32
    }

    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        let end = self.end + text.len();
        if self.bytes.len() < end + LANES {
            self.bytes.grow(end + LANES);
        }
        if let Some(room) = self.bytes.get_mut(self.end..end) {
            room.copy_from_slice(text.as_bytes());
        }
        self.end = end;
    }

    /// Puts what stands from `last` on in the place of a part before it.
    pub(crate) fn replace(&mut self, part: Range<usize>, last: usize) {
        let text = self.bytes.get(last..self.end).unwrap_or_default().to_vec();
        let behind = part.start + text.len();
        self.bytes.copy_within(part.end..last, behind);
        if let Some(room) = self.bytes.get_mut(part.start..behind) {
            room.copy_from_slice(&text);
        }
        self.end -= part.len();
    }

    /// Writes the text over another one, in whose room it fits mostly. What was gathered are whole strings of a text.
    pub(crate) fn copy_to(&self, kept: &mut String) {
        let bytes = self.bytes.get(..self.end);
        let text = bytes.and_then(|bytes| simdutf8::basic::from_utf8(bytes).ok());
        let text = text.unwrap_or_default();
        kept.clear();
        if kept.capacity() < text.len() {
            *kept = String::new();
            kept.reserve_exact(with_headroom(text.len()));
        }
        kept.push_str(text);
    }
}

//! Values in the form in which servers write them, read by wide loads. Each way gives `None`, and stays where it was, for
//! whatever has another form or is about to end: the [`Cursor`](super::Cursor) then says what it is.

use super::{
    buffer::Buffer,
    chunk::{Chunk, LANES},
    digits::{self, POWERS},
    literal::Literal,
    string::escape,
};

/// A place in a text that is known to be UTF-8. Apart from the cursor, so that it can stay in registers.
#[derive(Clone, Copy)]
pub(crate) struct Quick<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Quick<'a> {
    /// The next byte that is no white space.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at).copied() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// Passes a byte.
    #[inline(always)]
    pub(crate) fn pass(&mut self) {
        self.at += 1;
    }

    /// Passes a literal, if it stands here.
    #[inline(always)]
    pub(crate) fn takes<const WORDS: usize>(&mut self, literal: &Literal<WORDS>) -> bool {
        let takes = literal.begins(self.rest());
        if takes {
            self.at += literal.length;
        }
        takes
    }

    /// A whole number of at most 15 digits, bare or in quotes.
    #[inline(always)]
    pub(crate) fn whole(&mut self) -> Option<u64> {
        let (rest, quotes) = self.open();
        let (whole, count) = digits::leading(rest)?;
        if count == 0 {
            return None;
        }
        self.close(rest, count, count, quotes)?;
        Some(whole)
    }

    /// A decimal number of at most 15 digits without sign and exponent, bare or in quotes: its digits as a whole number,
    /// and how many of them, at most 8, stand behind the point.
    #[inline(always)]
    pub(crate) fn decimal(&mut self) -> Option<(u64, u32)> {
        let (rest, quotes) = self.open();
        let (whole, count) = digits::leading(rest)?;
        if count == 0 {
            return None;
        }
        if rest.get(count) != Some(&b'.') {
            self.close(rest, count, count, quotes)?;
            return Some((whole, 0));
        }
        let (fraction, scale) = digits::leading(rest.get(count + 1..)?)?;
        if scale == 0 || count + scale > digits::MOST {
            return None;
        }
        let units = whole * POWERS.get(scale)? + fraction;
        self.close(rest, count, count + 1 + scale, quotes)?;
        Some((units, scale as u32))
    }

    /// A string of exactly 19 bytes, read by a function that must refuse every byte which would end it or begin an escape.
    #[inline(always)]
    pub(crate) fn string_of_19<T>(
        &mut self,
        read: impl FnOnce(&[u8; 19]) -> Option<T>,
    ) -> Option<T> {
        let (open, rest) = self.rest().split_first()?;
        let (content, rest) = rest.split_first_chunk()?;
        if *open != b'"' || rest.first() != Some(&b'"') {
            return None;
        }
        let value = read(content)?;
        self.at += 21;
        Some(value)
    }

    /// A text, appended to the buffer: a string, with its escapes resolved, or the digits of a whole number.
    #[inline(always)]
    pub(crate) fn text(&mut self, buffer: &mut Buffer) -> Option<()> {
        let start = buffer.end;
        let (rest, quotes) = self.open();
        let chunk = Chunk::at(rest, 0)?;
        if !buffer.put(start, chunk) {
            return None;
        }
        // Without a branch for what it is, which in phone numbers changes from row to row.
        let is_string = (quotes as u32).wrapping_neg();
        let found = (chunk.ends_of_plain() & is_string) | (chunk.no_digits() & !is_string);
        // All sixteen, when nothing ends them.
        let count = (found | 1 << LANES).trailing_zeros() as usize;
        if self.close(rest, count, count, quotes).is_some() {
            buffer.end = start + count;
            return Some(());
        }
        if quotes == 0 {
            return None;
        }
        self.long_string(buffer)
    }

    #[inline(always)]
    fn long_string(&mut self, buffer: &mut Buffer) -> Option<()> {
        let (mut at, mut end) = (self.at + 1, buffer.end);
        loop {
            let chunk = Chunk::at(self.text, at)?;
            if !buffer.put(end, chunk) {
                return None;
            }
            let found = chunk.ends_of_plain();
            if found == 0 {
                at += LANES;
                end += LANES;
                continue;
            }
            let plain = found.trailing_zeros() as usize;
            at += plain;
            end += plain;
            match self.text.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    buffer.end = end;
                    return Some(());
                }
                Some(b'\\') => {
                    let (character, length) = escape(self.text.get(at..)?)?;
                    at += length;
                    end = buffer.put_character(end, character)?;
                }
                _ => return None,
            }
        }
    }

    /// Passes a key with the colon behind it, if it stands here.
    #[inline(always)]
    pub(crate) fn takes_key(&mut self, key: &Literal<4>) -> bool {
        let takes = key.begins(self.rest()) && self.text.get(self.at + key.length) == Some(&b':');
        if takes {
            self.at += key.length + 1;
        }
        takes
    }

    /// The first four bytes of the string that stands here.
    #[inline(always)]
    pub(crate) fn initials(&self) -> Option<[u8; 4]> {
        match self.rest() {
            [b'"', rest @ ..] => rest.first_chunk().copied(),
            _ => None,
        }
    }

    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What stands here behind a quote, if there is one, and how many there are.
    #[inline(always)]
    fn open(&self) -> (&'a [u8], usize) {
        match self.rest() {
            [b'"', rest @ ..] => (rest, 1),
            rest => (rest, 0),
        }
    }

    /// Passes a value of `length` bytes, if what stands behind it is its end: the other quote, or, behind a bare number,
    /// what may follow. Of its `count` digits before any point a bare number needs one, and no zero too many in front.
    #[inline(always)]
    fn close(&mut self, rest: &[u8], count: usize, length: usize, quotes: usize) -> Option<()> {
        let (first, behind) = (*rest.first()?, *rest.get(length)?);
        let of_number = ((behind == b',') | (behind == b'}'))
            & ((count == 1) | (first != b'0'))
            & (count > 0)
            & (quotes == 0);
        if !(of_number | ((behind == b'"') & (quotes == 1))) {
            return None;
        }
        self.at += length + 2 * quotes;
        Some(())
    }
}

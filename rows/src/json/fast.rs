//! The fast path: decodes values in the form that servers write, by wide loads.
//!
//! For any other form, and near the end of the text, each method returns `None` or false without moving. The strict
//! [`Cursor`](super::Cursor) then decodes the value or reports the error.

use super::{
    simd::{Block16, LANES},
    string::{TextBuffer, escape},
};

/// A position in a text that is valid UTF-8. It is separate from the strict cursor so that it stays in registers.
#[derive(Clone, Copy)]
pub(crate) struct FastCursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> FastCursor<'a> {
    #[inline(always)]
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at }
    }

    #[inline(always)]
    pub(crate) fn position(self) -> usize {
        self.at
    }

    /// The next byte that is not white space.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at).copied() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// Skips a byte.
    #[inline(always)]
    pub(crate) fn bump(&mut self) {
        self.at += 1;
    }

    /// Skips a literal. False: another text stands here.
    #[inline(always)]
    pub(crate) fn eat<const WORDS: usize>(&mut self, literal: &Literal<WORDS>) -> bool {
        let found = literal.is_prefix_of(self.rest());
        if found {
            self.at += literal.length;
        }
        found
    }

    /// Skips a key and its colon. False: another text stands here.
    #[inline(always)]
    pub(crate) fn eat_key(&mut self, key: &Literal<4>) -> bool {
        let found =
            key.is_prefix_of(self.rest()) && self.text.get(self.at + key.length) == Some(&b':');
        if found {
            self.at += key.length + 1;
        }
        found
    }

    /// Reads an integer of at most 15 digits, bare or in quotes.
    #[inline(always)]
    pub(crate) fn integer(&mut self) -> Option<u64> {
        let (rest, quotes) = self.open();
        let (integer, count) = leading_digits(rest)?;
        if count == 0 {
            return None;
        }
        self.close(rest, count, count, quotes)?;
        Some(integer)
    }

    /// Reads a decimal number of at most 15 digits without sign and exponent, bare or in quotes.
    ///
    /// Returns its digits as an integer, and how many of them, at most 8, follow the point.
    #[inline(always)]
    pub(crate) fn decimal(&mut self) -> Option<(u64, u32)> {
        let (rest, quotes) = self.open();
        let (integer, count) = leading_digits(rest)?;
        if count == 0 {
            return None;
        }
        if rest.get(count) != Some(&b'.') {
            self.close(rest, count, count, quotes)?;
            return Some((integer, 0));
        }
        let (fraction, scale) = leading_digits(rest.get(count + 1..)?)?;
        if scale == 0 || count + scale > MAX_DIGITS {
            return None;
        }
        let units = integer * POWERS_OF_TEN.get(scale)? + fraction;
        self.close(rest, count, count + 1 + scale, quotes)?;
        Some((units, scale as u32))
    }

    /// Reads a string of exactly 19 bytes by `read`, which must reject quotes, backslashes and control characters.
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

    /// Appends a text to the buffer: a string with its escapes decoded, or the digits of an integer.
    #[inline(always)]
    pub(crate) fn text(&mut self, buffer: &mut TextBuffer) -> Option<()> {
        let start = buffer.end;
        let (rest, quotes) = self.open();
        let block = Block16::at(rest, 0)?;
        if !buffer.write_at(start, block) {
            return None;
        }
        // No branch on the type, because in columns of phone numbers it changes from row to row.
        let is_string = (quotes as u32).wrapping_neg();
        let found = (block.string_end_mask() & is_string) | (block.non_digit_mask() & !is_string);
        // All sixteen bytes when none ends the value.
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
    fn long_string(&mut self, buffer: &mut TextBuffer) -> Option<()> {
        let (mut at, mut end) = (self.at + 1, buffer.end);
        loop {
            let block = Block16::at(self.text, at)?;
            if !buffer.write_at(end, block) {
                return None;
            }
            let found = block.string_end_mask();
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
                    end = buffer.write_character_at(end, character)?;
                }
                _ => return None,
            }
        }
    }

    /// The first four bytes of the string at this position.
    #[inline(always)]
    pub(crate) fn string_prefix(&self) -> Option<[u8; 4]> {
        match self.rest() {
            [b'"', rest @ ..] => rest.first_chunk().copied(),
            _ => None,
        }
    }

    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The text after an opening quote, if there is one, and the number of quotes (0 or 1).
    #[inline(always)]
    fn open(&self) -> (&'a [u8], usize) {
        match self.rest() {
            [b'"', rest @ ..] => (rest, 1),
            rest => (rest, 0),
        }
    }

    /// Skips a value of `length` bytes if its end follows: the closing quote, or a comma or brace after a bare number.
    ///
    /// Before the point, a bare number must have at least one of `count` digits, and no superfluous leading zero.
    #[inline(always)]
    fn close(&mut self, rest: &[u8], count: usize, length: usize, quotes: usize) -> Option<()> {
        let (first, next) = (*rest.first()?, *rest.get(length)?);
        let is_number = ((next == b',') | (next == b'}'))
            & ((count == 1) | (first != b'0'))
            & (count > 0)
            & (quotes == 0);
        if !(is_number | ((next == b'"') & (quotes == 1))) {
            return None;
        }
        self.at += length + 2 * quotes;
        Some(())
    }
}

/// A key or a value in its common form, of at most `8 * WORDS` bytes. It is compared by a few wide loads.
pub(crate) struct Literal<const WORDS: usize> {
    words: [u64; WORDS],
    masks: [u64; WORDS],
    length: usize,
}

impl<const WORDS: usize> Literal<WORDS> {
    /// A plain ASCII name in quotes.
    pub(crate) const fn string(name: &str) -> Self {
        Self::EMPTY
            .append(b"\"")
            .append(name.as_bytes())
            .append(b"\"")
    }

    /// The text between two values of an object: a comma, the next key, and a colon.
    pub(crate) const fn next_key(name: &str) -> Self {
        let key = Self::EMPTY.append(b",\"").append(name.as_bytes());
        key.append(b"\":")
    }

    const EMPTY: Self = Self {
        words: [0; WORDS],
        masks: [0; WORDS],
        length: 0,
    };

    const fn append(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            let (word, bit) = (self.length / 8, self.length % 8 * 8);
            self.words[word] |= (bytes[at] as u64) << bit;
            self.masks[word] |= 0xff << bit;
            self.length += 1;
            at += 1;
        }
        self
    }

    /// Whether a text begins with this literal. Always false near the end of the text.
    #[inline(always)]
    fn is_prefix_of(&self, text: &[u8]) -> bool {
        let Some(prefix) = text.as_chunks().0.first_chunk::<WORDS>() else {
            return false;
        };
        !differ(prefix, &self.words, &self.masks)
    }
}

/// Whether bytes differ from words under masks. All three have the same length.
#[cfg(target_feature = "simd128")]
#[inline(always)]
fn differ(bytes: &[[u8; 8]], words: &[u64], masks: &[u64]) -> bool {
    use bytemuck::must_cast;
    use std::arch::wasm32::{u64x2_splat, v128_and, v128_any_true, v128_or, v128_xor};
    let (pairs, last) = bytes.as_chunks::<2>();
    let (word_pairs, last_word) = words.as_chunks::<2>();
    let (mask_pairs, last_mask) = masks.as_chunks::<2>();
    let mut difference = u64x2_splat(0);
    for ((&bytes, &words), &masks) in pairs.iter().zip(word_pairs).zip(mask_pairs) {
        let of_pair = v128_xor(must_cast(bytes), must_cast(words));
        difference = v128_or(difference, v128_and(of_pair, must_cast(masks)));
    }
    (!pairs.is_empty() && v128_any_true(difference)) || words_differ(last, last_word, last_mask)
}

#[cfg(not(target_feature = "simd128"))]
use words_differ as differ;

#[inline(always)]
fn words_differ(bytes: &[[u8; 8]], words: &[u64], masks: &[u64]) -> bool {
    let each = bytes.iter().zip(words).zip(masks);
    let difference = each.map(|((bytes, word), mask)| (u64::from_le_bytes(*bytes) ^ word) & mask);
    difference.fold(0, |all, one| all | one) != 0
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);

const POWERS_OF_TEN: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The maximum number of digits of a number. Every integer of so many digits is exact in IEEE 754.
const MAX_DIGITS: usize = 15;

/// Reads the digits at the beginning of a text: their value, and their number. `None` when there are more than
/// [`MAX_DIGITS`], and near the end of the text.
#[inline(always)]
fn leading_digits(text: &[u8]) -> Option<(u64, usize)> {
    let (high, count) = leading_eight(text)?;
    if count < 8 {
        return Some((high, count));
    }
    let (low, more) = leading_eight(text.get(8..)?)?;
    (more < 8).then(|| (high * POWERS_OF_TEN[more] + low, 8 + more))
}

#[inline(always)]
fn leading_eight(text: &[u8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*text.first_chunk()?) ^ (ONES * 0x30);
    let count = non_digit_marks(word).trailing_zeros() as usize / 8;
    if count == 0 {
        return Some((0, 0));
    }
    // Shifts zeros in front. Then joins neighbours to two digits, to four, and to eight.
    let two = join_neighbours(word << (64 - 8 * count)) & 0x00ff_00ff_00ff_00ff;
    let four = (two.wrapping_mul(100).wrapping_add(two >> 16)) & 0x0000_ffff_0000_ffff;
    let eight = (four.wrapping_mul(10_000).wrapping_add(four >> 32)) & 0xffff_ffff;
    Some((eight, count))
}

/// Reads a time of day `HH:mm:ss`, and returns the milliseconds since midnight.
#[inline(always)]
pub(crate) fn time_of_day(text: &[u8; 8]) -> Option<u32> {
    let word = u64::from_le_bytes(*text) ^ u64::from_le_bytes(*b"00:00:00");
    if non_digit_marks(word) != 0 || word & 0x0000_ff00_00ff_0000 != 0 {
        return None;
    }
    let [hour, _, _, minute, _, _, second, _] = join_neighbours(word).to_le_bytes().map(u32::from);
    (hour < 24 && minute < 60 && second < 60).then_some(((hour * 60 + minute) * 60 + second) * 1000)
}

/// Marks the bytes above 9 by their high bits. A carry may mark bytes after the first mark wrongly. The first mark, and
/// the absence of marks, are right.
#[inline(always)]
fn non_digit_marks(word: u64) -> u64 {
    (word.wrapping_add(ONES * 0x76) | word) & (ONES * 0x80)
}

/// Ten times each digit plus the next digit, in the byte of the first of the two.
#[inline(always)]
fn join_neighbours(word: u64) -> u64 {
    word.wrapping_mul(10).wrapping_add(word >> 8)
}

//! JSON strings: as they stand in a text, their escapes, and the buffer that collects the decoded texts of a page.

use std::{borrow::Cow, ops::Range};

use super::simd::{Block16, LANES};
use crate::buffer_pool::{PooledBuffer, with_headroom};

/// The bytes between the quotes. They are valid UTF-8, and every escape is well-formed.
#[derive(Clone, Copy)]
pub struct JsonStr<'a> {
    pub(super) raw: &'a str,
    pub(super) escaped: bool,
}

impl<'a> JsonStr<'a> {
    /// The string itself. `None` when it contains an escape.
    #[inline]
    pub fn plain(&self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// Appends the decoded string to `out`. A lone surrogate (`"\ud800"`), which UTF-8 cannot encode, becomes U+FFFD.
    #[inline]
    pub fn append_to(&self, out: &mut String) {
        if self.escaped {
            unescape(self.raw, out);
        } else {
            out.push_str(self.raw);
        }
    }

    /// Whether the string may be a known name with damaged bytes. It then contains U+FFFD itself, beside three letters or more.
    /// U+FFFD stands in the place of bytes that are not UTF-8.
    pub fn is_damaged_name(&self) -> bool {
        const MIN_LETTERS: usize = 3;
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
        // Over bytes: `str::contains` adds 3.4 KB (brotli) of the standard library to the bundle.
        let replacement = "\u{fffd}".as_bytes();
        self.raw
            .as_bytes()
            .windows(replacement.len())
            .any(|bytes| bytes == replacement)
            && self.to_name().bytes().filter(is_letter).count() >= MIN_LETTERS
    }

    /// The decoded string, copied only when it contains an escape.
    #[inline]
    pub fn to_name(self) -> Cow<'a, str> {
        self.plain()
            .map_or_else(|| Cow::Owned(self.to_text()), Cow::Borrowed)
    }

    /// The decoded string as an owned value. It is allocated once, so that no part of a secret stays in freed memory.
    pub fn to_text(self) -> String {
        let mut text = String::with_capacity(self.raw.len());
        self.append_to(&mut text);
        text
    }
}

fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some((plain, _)) = rest.split_once('\\') {
        out.push_str(plain);
        let at = plain.len();
        // Never the default: the cursor has checked every escape.
        let (character, length) = escape(&rest.as_bytes()[at..]).unwrap_or_default();
        out.push(character);
        rest = rest.get(at + length.max(1)..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Decodes the escape at the beginning of a text: its character and its length.
///
/// A pair of surrogates is one escape. A lone surrogate decodes to U+FFFD. `None` when there is no escape of RFC 8259 §7.
pub(super) fn escape(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        quoted @ (b'"' | b'\\' | b'/') => char::from(*quoted),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return unicode_escape(text),
    };
    Some((character, 2))
}

fn unicode_escape(text: &[u8]) -> Option<(char, usize)> {
    const LENGTH: usize = 6;
    let first = code_unit(text)?;
    if (0xd800..0xdc00).contains(&first) {
        let second = code_unit(text.get(LENGTH..)?).filter(|unit| (0xdc00..0xe000).contains(unit));
        if let Some(second) = second {
            let pair = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return Some((char::from_u32(pair)?, 2 * LENGTH));
        }
    }
    let character = char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((character, LENGTH))
}

/// The UTF-16 code unit of an escape `\uXXXX`.
fn code_unit(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text.first_chunk::<6>()? else {
        return None;
    };
    let mut unit = 0;
    for digit in digits {
        if !digit.is_ascii_hexdigit() {
            return None;
        }
        // The low bits of `A` and `a` are 1, and bit 6 is set in letters only.
        unit = unit << 4 | u32::from((digit & 0xf) + 9 * (digit >> 6));
    }
    Some(unit)
}

/// A growing text, which collects the decoded texts of a page.
///
/// The fast cursor writes whole blocks, of which only the beginning may count. So the buffer is longer than its text.
pub(crate) struct TextBuffer {
    bytes: PooledBuffer,
    pub(super) end: usize,
}

impl TextBuffer {
    /// Creates a buffer with capacity for all strings of a JSON text, none of which is longer than its JSON form.
    pub(crate) fn for_text(length: usize) -> Self {
        Self {
            bytes: PooledBuffer::with_length(length + LANES),
            end: 0,
        }
    }

    /// Writes a whole block at an index without moving the end. False when it does not fit.
    #[inline(always)]
    pub(super) fn write_at(&mut self, at: usize, block: Block16) -> bool {
        let target = self.bytes.get_mut(at..);
        match target.and_then(|target| target.first_chunk_mut::<LANES>()) {
            Some(target) => {
                *target = block.0;
                true
            }
            None => false,
        }
    }

    /// Writes a character at an index without moving the end, and returns the character's end. `None` when it does not
    /// fit.
    pub(super) fn write_character_at(&mut self, at: usize, character: char) -> Option<usize> {
        let target = self.bytes.get_mut(at..)?.first_chunk_mut::<4>()?;
        Some(at + character.encode_utf8(target).len())
    }

    /// The length of the text.
    #[inline(always)]
    pub(crate) fn end(&self) -> u32 {
        // Fits: longer responses than 256 MB are rejected before they are parsed.
        self.end as u32
    }

    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        let end = self.end + text.len();
        if self.bytes.len() < end + LANES {
            self.bytes.grow(end + LANES);
        }
        if let Some(target) = self.bytes.get_mut(self.end..end) {
            target.copy_from_slice(text.as_bytes());
        }
        self.end = end;
    }

    /// Moves the text from `last` on to the place of an earlier part, which it replaces.
    pub(crate) fn replace(&mut self, part: Range<usize>, last: usize) {
        let text = self.bytes.get(last..self.end).unwrap_or_default().to_vec();
        let end = part.start + text.len();
        self.bytes.copy_within(part.end..last, end);
        if let Some(target) = self.bytes.get_mut(part.start..end) {
            target.copy_from_slice(&text);
        }
        self.end -= part.len();
    }

    /// Overwrites `target` with the text. Reuses its allocation when it is large enough.
    pub(crate) fn copy_to(&self, target: &mut String) {
        let bytes = self.bytes.get(..self.end);
        // Never the default: all parts are whole strings.
        let text = bytes.and_then(|bytes| simdutf8::basic::from_utf8(bytes).ok());
        let text = text.unwrap_or_default();
        target.clear();
        if target.capacity() < text.len() {
            *target = String::new();
            target.reserve_exact(with_headroom(text.len()));
        }
        target.push_str(text);
    }
}

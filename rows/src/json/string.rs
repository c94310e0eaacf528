//! A JSON string as it stands in the text, and what its escapes mean.

use std::borrow::Cow;

/// The bytes between the quotes, checked: plain UTF-8 and well-formed escapes.
#[derive(Clone, Copy)]
pub struct JsonStr<'a> {
    pub(super) raw: &'a str,
    pub(super) escaped: bool,
}

impl<'a> JsonStr<'a> {
    /// The string itself, when no escape stands in it.
    #[inline]
    pub fn plain(&self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// Appends the string to `out`. A lone surrogate (`"\ud800"`), which UTF-8 can't hold, becomes U+FFFD.
    #[inline]
    pub fn append_to(&self, out: &mut String) {
        if self.escaped {
            unescape(self.raw, out);
        } else {
            out.push_str(self.raw);
        }
    }

    /// The string for a comparison; a copy only when an escape stands in it.
    #[inline]
    pub fn to_name(self) -> Cow<'a, str> {
        self.plain()
            .map_or_else(|| Cow::Owned(self.to_text()), Cow::Borrowed)
    }

    /// The string as an owned value, written once: it never grows, which would leave parts of it behind in memory.
    pub fn to_text(self) -> String {
        let mut text = String::with_capacity(self.raw.len());
        self.append_to(&mut text);
        text
    }
}

fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        // The cursor has checked every escape: there is none without a meaning.
        let (character, length) = escape(&rest.as_bytes()[at..]).unwrap_or_default();
        out.push(character);
        rest = &rest[at + length.max(1)..];
    }
    out.push_str(rest);
}

/// The character that the escape at the beginning of a text stands for, and the escape's length. Two that are a pair of
/// surrogates are one; a lone surrogate stands for U+FFFD. `None` when there is no escape of RFC 8259 §7.
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

/// The number in an escape `\uXXXX`.
fn code_unit(text: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = text.first_chunk::<6>()? else {
        return None;
    };
    let mut unit = 0;
    for digit in digits {
        if !digit.is_ascii_hexdigit() {
            return None;
        }
        // The low bits of `A` and `a` are 1, and their bit 6 tells them from digits.
        unit = unit << 4 | u32::from((digit & 0xf) + 9 * (digit >> 6));
    }
    Some(unit)
}

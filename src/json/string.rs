//! A JSON string as it stands in the text, and its meaning.

use std::borrow::Cow;

/// The bytes between the quotes, checked: plain UTF-8 and well-formed escapes.
#[derive(Clone, Copy)]
pub(crate) struct JsonStr<'a> {
    pub(super) raw: &'a str,
    pub(super) escaped: bool,
}

impl<'a> JsonStr<'a> {
    /// The string itself, when no escape stands in it.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&'a str> {
        (!self.escaped).then_some(self.raw)
    }

    /// Appends the string to `out`. A lone surrogate (`"\ud800"`), which UTF-8 can't hold, becomes U+FFFD.
    #[inline]
    pub(crate) fn append_to(&self, out: &mut String) {
        if self.escaped {
            unescape(self.raw, out);
        } else {
            out.push_str(self.raw);
        }
    }

    /// The string for a comparison; a copy only when an escape stands in it.
    #[inline]
    pub(crate) fn to_name(self) -> Cow<'a, str> {
        self.plain()
            .map_or_else(|| Cow::Owned(self.to_text()), Cow::Borrowed)
    }

    /// The string as an owned value.
    pub(crate) fn to_text(self) -> String {
        let mut text = String::new();
        self.append_to(&mut text);
        text
    }
}

fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes()[at + 1];
        let mut taken = at + 2;
        match escape {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let first = code_unit(&rest[taken..]);
                taken += 4;
                let second = (0xd800..0xdc00)
                    .contains(&first)
                    .then(|| &rest[taken..])
                    .and_then(low_surrogate);
                if let Some(second) = second {
                    taken += 6;
                    let pair = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    out.push(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
                } else {
                    out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            other => out.push(char::from(other)),
        }
        rest = &rest[taken..];
    }
    out.push_str(rest);
}

fn low_surrogate(text: &str) -> Option<u32> {
    let unit = code_unit(text.strip_prefix("\\u")?);
    (0xdc00..0xe000).contains(&unit).then_some(unit)
}

/// Four hexadecimal digits, which the cursor has checked already.
fn code_unit(text: &str) -> u32 {
    text.bytes().take(4).fold(0, |unit, digit| {
        unit << 4 | char::from(digit).to_digit(16).unwrap_or(0)
    })
}

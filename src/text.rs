//! Searches of texts that are small when compiled, and texts that stand for a value that was never set.
//!
//! The functions of `str` take 4 KB after brotli. With a text as the pattern they contain a search in linear time. Where a wrong
//! boundary panics they contain a message with tables of characters. The texts here are short.

use crate::decimal::Decimal;

/// Splits a text before the first of the separators. The second part begins with it, or is empty if there is none.
pub(crate) fn split_before<'a>(text: &'a str, separators: &[char]) -> (&'a str, &'a str) {
    let at = text.find(separators);
    at.and_then(|at| text.split_at_checked(at))
        .unwrap_or((text, ""))
}

/// Splits a text around the first occurrence of a separator, which is not empty.
pub(crate) fn split_around<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let mut windows = text.as_bytes().windows(separator.len());
    let at = windows.position(|window| window == separator.as_bytes())?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

/// Whether a text contains another, which is not empty.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    split_around(text, part).is_some()
}

/// Whether a text is one digit or more, and nothing else.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads an integer in any spelling: `104`, `104.0`, `1.04e2`.
pub(crate) fn parse_integer(text: &str) -> Option<i64> {
    let decimal = || Decimal::parse(text)?.to_string().parse().ok();
    text.parse().ok().or_else(decimal)
}

/// Returns a word without the punctuation that ends its sentence.
pub(crate) fn trim_punctuation(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')'])
}

/// The description of a text whose variable no program has filled in.
pub(crate) const PLACEHOLDER: &str = "a placeholder that was not replaced";

/// Describes a text that a program writes in place of a value that was never set, for the part of an error after `got`.
pub(crate) fn describe_unset(text: &str) -> Option<&'static str> {
    Some(match text.as_bytes() {
        b"undefined" => "the text \"undefined\"; set the variable",
        b"null" => "the text \"null\"; set the variable",
        b"None" => "the text \"None\"; set the variable",
        b"NaN" => "the text \"NaN\"; set the variable",
        b"true" => "the text \"true\"; set the variable",
        b"false" => "the text \"false\"; set the variable",
        [b'$', b'{' | b'(', ..] | [b'{', b'{' | b'%', ..] | [b'%', .., b'%'] => PLACEHOLDER,
        [b'<', inner @ .., b'>'] if !inner.contains(&b'<') => PLACEHOLDER,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_before_the_first_separator() {
        assert_eq!(split_before("é/b?c", &['?', '/']), ("é", "/b?c"));
        assert_eq!(split_before("é", &['/']), ("é", ""));
    }

    #[test]
    fn text_is_split_as_by_the_standard_library() {
        for text in ["", "-", "a--b--c", "---", "é--ü", "a-b"] {
            assert_eq!(split_around(text, "--"), text.split_once("--"), "{text}");
            assert_eq!(contains(text, "--"), text.contains("--"), "{text}");
        }
    }
}

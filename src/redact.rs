//! Removes secrets and personal data from the texts of servers: tokens, phone numbers, names, and the texts of messages.

use std::borrow::Cow;

use crate::{
    http::PATH,
    query::is_parameter_name,
    text::{is_digits, trim_punctuation},
};

/// Returns a colon and the plain words of a server's message, or nothing without any. The message may quote the request, so only
/// plain words outside quotes, and the names of the API's parameters, are kept. `has_limits` also keeps the numbers of a
/// relay's limits.
pub(crate) fn plain_words(message: &str, has_limits: bool) -> String {
    let mut shown: Vec<&str> = Vec::new();
    // The kind of the quote that is open.
    let (mut quote, mut starts_sentence) = (None, true);
    for word in message.split_whitespace().take(40) {
        let bare = trim_punctuation(word.trim_start_matches('('));
        let open = quote.or_else(|| opened_quote(bare));
        let closes = open.is_some() && bare.ends_with(|c| quote_kind(c) == open);
        let is_shown = if open.is_some() {
            quote.is_none() && closes && is_parameter(bare.trim_matches(is_quote))
        } else {
            is_plain_word(bare, starts_sentence)
                || is_parameter(bare)
                || has_limits && is_limit(bare)
        };
        if is_shown || shown.last() != Some(&"…") {
            shown.push(if is_shown { word } else { "…" });
        }
        quote = open.filter(|_| !closes || bare.chars().count() == 1);
        starts_sentence = word.ends_with(['.', '!', '?']);
    }
    if shown.is_empty() {
        return String::new();
    }
    format!(": {}", shown.join(" "))
}

/// Whether a code is a word that an error may show: letters, and at most four digits. Digits follow capitals or a separator,
/// as in `E1042` and `error_42`. A password such as `hunter2` is none.
pub(crate) fn is_code_word(code: &str) -> bool {
    let is_part = |part: &[u8]| {
        if part.iter().any(u8::is_ascii_digit) {
            let is_capital = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
            part.iter().all(is_capital)
        } else {
            part.iter().all(u8::is_ascii_alphabetic)
        }
    };
    code.len() <= 40
        && code.bytes().any(|byte| byte.is_ascii_alphabetic())
        && code
            .as_bytes()
            .split(|byte| b"_-.".contains(byte))
            .all(is_part)
        && code.bytes().filter(u8::is_ascii_digit).count() <= 4
}

/// The kind of a quotation mark or bracket. A quote ends with a mark of the kind that began it, so an apostrophe within double
/// quotes does not end them.
fn quote_kind(c: char) -> Option<u8> {
    Some(match c {
        '"' | '“' | '”' | '„' => 0,
        '\'' | '`' | '‘' | '’' | '‚' => 1,
        '«' | '»' | '‹' | '›' => 2,
        '[' | ']' => 3,
        '<' | '>' => 4,
        _ => return None,
    })
}

fn is_quote(c: char) -> bool {
    quote_kind(c).is_some()
}

/// The kind of the first quote that begins in a word. A quotation mark after a letter may be an apostrophe.
fn opened_quote(word: &str) -> Option<u8> {
    let mut follows_letter = false;
    word.chars().find_map(|c| {
        let may_be_apostrophe = follows_letter && ['\'', '’'].contains(&c);
        follows_letter = c.is_alphanumeric();
        quote_kind(c).filter(|_| !may_be_apostrophe)
    })
}

/// Whether a word is the name of one of the API's parameters, or of the method.
fn is_parameter(word: &str) -> bool {
    word == PATH.trim_start_matches('/') || is_parameter_name(word)
}

/// Whether a word is short and of lower-case letters, apart from the first letter of a sentence. Names, numbers and tokens
/// are not.
fn is_plain_word(word: &str, starts_sentence: bool) -> bool {
    const MAX_BYTES: usize = 20;
    let rest = word.strip_prefix(|first: char| starts_sentence && first.is_ascii_uppercase());
    let rest = rest.unwrap_or(word);
    word.len() <= MAX_BYTES
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"_-'".contains(&byte))
}

/// Whether a word is the number of a relay's limit: rows of a page or days.
fn is_limit(word: &str) -> bool {
    word.len() <= 5 && is_digits(word)
}

/// Replaces a token by `…` wherever a text repeats it (see [`BearerToken::redact`](crate::token::BearerToken::redact)).
pub(crate) fn without_token<'a>(text: &'a str, token: &str) -> Cow<'a, str> {
    const MIN_PART: usize = 8;
    let (token, bytes) = (token.as_bytes(), text.as_bytes());
    let is_word = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_alphanumeric);
    // The length of the longest part of the token that begins at this byte of the text.
    let repeated_at = |start: usize| {
        let matching = |from: &[u8]| {
            let pairs = from.iter().zip(&bytes[start..]);
            pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
        };
        if token.len() >= MIN_PART {
            let longest = (0..token.len()).map(|from| matching(&token[from..])).max();
            return longest.filter(|length| *length >= MIN_PART);
        }
        let end = start + token.len();
        let is_whole = !is_word(end) && !start.checked_sub(1).is_some_and(is_word);
        (is_whole && matching(token) == token.len()).then_some(token.len())
    };
    let mut redacted = String::new();
    let (mut copied, mut index) = (0, 0);
    while index < bytes.len() {
        // Tokens are ASCII, so both ends of a part are at characters.
        if let Some(length) = repeated_at(index) {
            redacted.push_str(text.get(copied..index).unwrap_or_default());
            redacted.push('…');
            index += length;
            copied = index;
        } else {
            index += 1;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    redacted.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(redacted)
}

/// The bytes of a token's signature to look for: 144 of its bits. They occur in no body by chance.
#[cfg(feature = "sign")]
const MARK_BYTES: usize = 24;

/// Whether a body repeats the signature of a token, also in JSON's `\u` escapes. Without its signature, a token is of no use.
#[cfg(feature = "sign")]
pub(crate) fn repeats_token(body: &[u8], token: &str) -> bool {
    let token = token.as_bytes();
    let signature = token.rsplit(|byte| *byte == b'.').next().unwrap_or(token);
    let mark = signature.get(..MARK_BYTES).unwrap_or(token);
    (0..body.len()).any(|at| begins_with(&body[at..], mark))
}

/// Whether a body begins with these bytes, each as it is or in an escape such as `\u0041`.
#[cfg(feature = "sign")]
fn begins_with(mut body: &[u8], bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| {
        let escape = || {
            let digits = body.get(..6)?.strip_prefix(b"\\u")?;
            u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
        };
        let length = match body.first() == Some(byte) {
            true => 1,
            false if escape() == Some((*byte).into()) => 6,
            false => return false,
        };
        body = &body[length..];
        true
    })
}

#[cfg(all(test, feature = "sign"))]
mod tests {
    use super::*;

    const TOKEN: &str = "header.claims.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";

    fn repeats(body: &str, token: &str) -> bool {
        repeats_token(body.as_bytes(), token)
    }

    #[test]
    fn signature_is_found_and_other_parts_are_not() {
        assert!(repeats(&format!("{{\"text\":\"{TOKEN}\"}}"), TOKEN));
        assert!(!repeats("header.claims.c2lnbmF0dXJlLXNpZ25hdH", TOKEN));
        assert!(!repeats("", TOKEN));
    }

    #[test]
    fn token_without_signature_is_looked_for_whole() {
        assert!(repeats("an opaque one", "opaque"));
        assert!(!repeats("opaqu", "opaque"));
    }
}

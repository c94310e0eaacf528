//! Phone numbers and senders in the API's form.
//!
//! Each error is the rest of a message that begins with the parameter's name. It never shows a phone number.

use percent_encoding::percent_decode_str;

use super::value::{Value, describe_control_character, describe_string, to_integer};
use crate::{limits::MAX_SAFE_INTEGER, text};

const NUMBER_OR_SENDER: &str = "a phone number such as +1 415 555 0100 or an alphanumeric sender";
/// The schemes of URIs that name a phone number (RFC 3966, RFC 5724), and what phones use in their place.
const PHONE_SCHEMES: [&str; 5] = ["tel", "sms", "smsto", "mms", "callto"];
/// The number of digits of a phone number: short codes have 3 or more, and E.164 allows 15.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=15;
/// The longest sender, in characters: those that fit into an SMS address (3GPP TS 23.040 §9.1.2.5).
const MAX_SENDER_CHARS: usize = 11;
/// The most digits of a sender. With more, a letter among them is a mistake in a number, or an extension.
const MAX_SENDER_DIGITS: usize = 6;
/// The longest number that a relay has shortened, in characters.
const MAX_SHORTENED_CHARS: usize = 64;

pub(super) fn number_or_sender(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(text) => query_number(text),
        Value::Number(number) => match to_integer(*number, 1, MAX_SAFE_INTEGER) {
            Some(number) => normalize_number(&number.to_string()),
            None => Err(
                "expected a string, got a number that is not a positive integer below 2^53; give \
                 phone numbers as strings, because a number may lose digits"
                    .into(),
            ),
        },
        other => Err(format!(
            "expected a phone number or sender as a string, got {}",
            other.describe()
        )),
    }
}

/// Returns the number of a query, see [`normalize_number`].
pub(super) fn query_number(text: &str) -> Result<String, String> {
    normalize_number(text).map_err(|problem| match text.trim() {
        "" => format!("{problem}; leave it out to get all"),
        _ => problem,
    })
}

/// Returns the digits of a phone number without `+` and separators, or a sender without outer spaces. A number may be
/// percent-encoded, and it may be a URI without parameters: `tel:+1-415-555-0100`. An extension or a text in a URI is not
/// dropped, because it would change what the URI means.
///
/// The error never shows the number.
pub(crate) fn normalize_number(text: &str) -> Result<String, String> {
    if let Some(shape) = describe_control_character(text) {
        return Err(format!("expected {NUMBER_OR_SENDER}, got {shape}"));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("expected {NUMBER_OR_SENDER}, got an empty string"));
    }
    if let Some(shape) = text::describe_unset(text) {
        return Err(format!("expected {NUMBER_OR_SENDER}, got {shape}"));
    }
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let (scheme, address) = match decoded.split_once(':') {
        Some((scheme, address)) => (scheme.trim(), address),
        None => ("", &*decoded),
    };
    let address = without(address, char::is_whitespace);
    let bare = without(&address, is_separator);
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let is_phone_uri = PHONE_SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let reject = |problem: &str| {
        let shape = describe_string(text);
        Err(format!(
            "expected {NUMBER_OR_SENDER}, got {shape}, {problem}"
        ))
    };
    if !is_number {
        check_characters(text)?;
        let problem = if is_phone_uri {
            Some("a URI of more than a number; pass the number alone")
        } else if bare.starts_with('+') && digits.starts_with(|c: char| c.is_ascii_digit()) {
            Some(NUMBER_AND_MORE)
        } else {
            sender_problem(text)
        };
        return problem.map_or_else(|| Ok(text.to_owned()), reject);
    }
    if !scheme.is_empty() && !is_phone_uri {
        return reject("a number behind an unknown word and a colon; pass the number alone");
    }
    if let Some(problem) = number_problem(address.strip_prefix("//").unwrap_or(&address), &bare) {
        return reject(problem);
    }
    if !PHONE_DIGITS.contains(&digits.len()) {
        return Err(format!(
            "expected a phone number of {} to {} digits, got {} digits",
            PHONE_DIGITS.start(),
            PHONE_DIGITS.end(),
            digits.len()
        ));
    }
    Ok(digits.to_owned())
}

const NUMBER_AND_MORE: &str = "a number with other characters; pass the number alone";

/// Why digits and separators are not one number as the API knows it. `bare` is the address without separators.
fn number_problem(address: &str, bare: &str) -> Option<&'static str> {
    let bytes = address.as_bytes();
    if bare.starts_with("00") || bare.starts_with("+0") {
        return Some("a number that begins with 00 or +0; begin it with the country code");
    }
    if bytes.windows(3).any(|part| part == b"(0)") {
        return Some("a number with the prefix of national calls; leave out the (0)");
    }
    // What spreadsheets and data frames make of a column of numbers.
    let is_point = |rest: &[u8]| rest.iter().all(|b| *b == b'0');
    let mut rest = bytes.splitn(2, |b| *b == b'.').skip(1);
    if address.len() == bare.len() + 1 && rest.any(is_point) {
        return Some("a number with a decimal point; leave out the point and the zeros behind it");
    }
    let is_end = |b: &u8| b.is_ascii_digit() || b"+()".contains(b);
    let ends = [bytes.first(), bytes.last()];
    if !has_paired_parentheses(bytes) || !ends.into_iter().flatten().all(is_end) {
        return Some(
            "a number with a separator that separates nothing; pass the whole number alone",
        );
    }
    // In `5550100/2` the second number is 5550102.
    let is_list = bytes.iter().rev().take(3).any(|b| *b == b'/');
    is_list.then_some("more than one number; pass one number")
}

/// Whether a number has no parentheses, or one pair of them around digits. The pair is not at the end unless it encloses all.
fn has_paired_parentheses(bytes: &[u8]) -> bool {
    let position = |sign| bytes.iter().position(|b| *b == sign);
    match (position(b'('), position(b')')) {
        (Some(open), Some(close)) => {
            let count = bytes.iter().filter(|b| b"()".contains(b)).count();
            let is_end = close + 1 == bytes.len();
            open + 1 < close && (open == 0 || !is_end) && count == 2
        }
        (open, close) => open == close,
    }
}

/// Why a text that is not a number cannot be a sender.
fn sender_problem(text: &str) -> Option<&'static str> {
    // A relay may shorten numbers for some readers, such as `1415*****00~mQ5kB`. It knows them in this form.
    if text.bytes().any(|b| b == b'*') {
        return (text.chars().count() > MAX_SHORTENED_CHARS)
            .then_some("more than the 64 characters that a shortened number has at most");
    }
    if text.bytes().filter(u8::is_ascii_digit).count() > MAX_SENDER_DIGITS
        || is_number_literal(text)
    {
        return Some(NUMBER_AND_MORE);
    }
    let is_address = text::contains(text, "://")
        || text
            .split_once('@')
            .is_some_and(|(_, host)| text::contains(host, "."));
    if is_address {
        return Some("a URL or an e-mail address; pass a number or a sender");
    }
    (text.chars().count() > MAX_SENDER_CHARS)
        .then_some("more than the 11 characters that a sender has at most")
}

/// Whether a text is a number as programs and spreadsheets write it: `1.5E+10`, `0x1F`, `12n`.
fn is_number_literal(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if rest.len() == text.len() {
        return false;
    }
    match rest.as_bytes() {
        b"n" => true,
        [b'x', ..] => text.starts_with("0x"),
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Returns a text without the characters of a class.
fn without(text: &str, class: fn(char) -> bool) -> String {
    text.chars().filter(|c| !class(*c)).collect()
}

/// Checks that a text has a letter, and characters of senders only.
fn check_characters(text: &str) -> Result<(), String> {
    let problem = if let Some(c) = text.chars().find(|c| !is_sender_character(*c)) {
        format!(
            " with U+{:04X}, which neither numbers nor senders have",
            u32::from(c)
        )
    } else if !text.chars().any(char::is_alphabetic) {
        " with neither a letter nor digits alone".into()
    } else {
        return Ok(());
    };
    let shape = describe_string(text);
    Err(format!("expected {NUMBER_OR_SENDER}, got {shape}{problem}"))
}

fn is_separator(c: char) -> bool {
    // With the hyphens and dashes that typesetting puts in place of `-`.
    c.is_whitespace() || matches!(c, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}')
}

/// Whether a sender may have the character: printable ASCII, letters and marks of any script.
///
/// Digits of other scripts are rejected: a number written in them would be taken for a sender that does not exist.
fn is_sender_character(c: char) -> bool {
    c.is_ascii_graphic() || c == ' ' || c.is_alphabetic() || is_mark(c)
}

/// Whether words are written with the character although Unicode does not call it alphabetic.
fn is_mark(c: char) -> bool {
    match c {
        // Accents that follow their letter.
        '\u{300}'..='\u{36f}' => true,
        // Nukta and virama of India's scripts, each of which has a block of 128.
        '\u{900}'..='\u{d7f}' => matches!(u32::from(c) % 0x80, 0x3c | 0x4d),
        // Tone marks and vowel killers: Sinhala, Thai, Lao, Myanmar, Khmer.
        '\u{dca}' | '\u{e47}'..='\u{e4e}' | '\u{ec8}'..='\u{ece}' => true,
        '\u{1037}' | '\u{1039}' | '\u{103a}' | '\u{17c9}'..='\u{17d3}' => true,
        // Punctuation within words: Hebrew, Tibetan, Japanese.
        '\u{5be}' | '\u{5f3}' | '\u{5f4}' | '\u{f0b}' | '\u{f84}' | '\u{30fb}' => true,
        _ => false,
    }
}

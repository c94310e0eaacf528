//! Untyped values, which come from JavaScript, read as what a parameter needs; and phone numbers in the API's form.
//!
//! Each error is the rest of a message that begins with the parameter's name. It describes a value by its shape. Only
//! numbers that are no phone numbers are shown.

use percent_encoding::percent_decode_str;

use super::{Direction, MAX_COUNT, MAX_OFFSET, Output};
use crate::{clock::EpochMillis, date, limits::MAX_SAFE_INTEGER, text};

const COUNT: &str = "an integer from 1 to 1000";
const OFFSET: &str = "an integer from 0 to 2^53-1";
const DATE: &str = "a Date, an ISO-8601 string with a zone such as 2026-01-31T10:00:00Z or \
    2026-01-31T12:00:00+02:00, or yyyy-MM-dd HH:mm:ss in UTC";
/// Unix times of the years 2000 to 2099. As milliseconds they are from January 11 to February 17, 1970, in which nobody sent SMS.
const SECONDS_OF_THIS_CENTURY: std::ops::Range<f64> = 946_684_800.0..4_102_444_800.0;
const NUMBER_OR_SENDER: &str = "a phone number such as +1 415 555 0100 or an alphanumeric sender";

/// The schemes of URIs that name a phone number (RFC 3966, RFC 5724), and what phones use in their place.
const PHONE_SCHEMES: [&str; 5] = ["tel", "sms", "smsto", "mms", "callto"];

/// The number of digits of a phone number: short codes have 3 or more, and E.164 allows 15.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 3..=15;
/// The longest sender, in characters: those that fit into an SMS address (3GPP TS 23.040 §9.1.2.5).
const MAX_SENDER_CHARS: usize = 11;
/// The most digits of a sender. With more, a letter among them is a mistake in a number, or an extension.
const MAX_SENDER_DIGITS: usize = 6;
/// Larger numbers are not shown: a phone number may be in the wrong field.
const HIDDEN_FROM: u64 = 1_000_000;
/// The longest number that a relay has shortened, in characters.
const MAX_SHORTENED_CHARS: usize = 64;

/// A parameter's value from a dynamically typed caller. `Debug` shows its shape only.
#[derive(Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// A point in time in milliseconds since 1970-01-01T00:00:00Z; `NaN` is an invalid `Date`.
    Instant(f64),
    /// A value that no parameter accepts, described by its type: `"a boolean"`.
    Other(&'static str),
}

impl Value {
    fn describe(&self) -> String {
        match self {
            Self::Text(text) => describe_string(text),
            Self::Number(_) => "a number".into(),
            Self::Instant(_) => "a date".into(),
            Self::Other(what) => (*what).into(),
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value(<{}>)", self.describe())
    }
}

pub(super) fn describe_string(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty string".into(),
        1 => "a string of 1 character".into(),
        length => format!("a string of {length} characters"),
    }
}

/// Describes a string with its first control character, if it has one.
pub(super) fn describe_control_character(text: &str) -> Option<String> {
    let c = text.chars().find(|c| c.is_control())?;
    let shape = describe_string(text);
    Some(format!(
        "{shape} with the control character U+{:04X}",
        u32::from(c)
    ))
}

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

pub(super) fn count(value: &Value) -> Result<u32, String> {
    integer(value, 1, u64::from(MAX_COUNT), COUNT).map(|count| count as u32)
}

pub(super) fn offset(value: &Value) -> Result<u64, String> {
    integer(value, 0, MAX_OFFSET, OFFSET)
}

fn integer(value: &Value, min: u64, max: u64, expected: &str) -> Result<u64, String> {
    match value {
        Value::Number(number) => to_integer(*number, min, max)
            .ok_or_else(|| format!("expected {expected}, got {}", describe_number(*number))),
        Value::Text(_) => Err(format!(
            "expected {expected}, got {}; pass a number",
            value.describe()
        )),
        other => Err(format!("expected {expected}, got {}", other.describe())),
    }
}

/// The number as an integer within limits, of at most 2^53-1.
fn to_integer(number: f64, min: u64, max: u64) -> Option<u64> {
    let fits = number.fract() == 0.0 && (min as f64..=max as f64).contains(&number);
    fits.then_some(number as u64)
}

pub(super) fn check_count(count: u32) -> Result<String, String> {
    match count {
        1..=MAX_COUNT => Ok(count.to_string()),
        _ => Err(format!(
            "expected {COUNT}, got {}",
            describe_number(count.into())
        )),
    }
}

pub(super) fn check_offset(offset: u64) -> Result<String, String> {
    match offset {
        0..=MAX_OFFSET => Ok(offset.to_string()),
        _ => Err(format!("expected {OFFSET}, got a number above 2^53-1")),
    }
}

pub(super) fn direction(value: &Value) -> Result<Direction, String> {
    match value {
        Value::Text(text) if text.eq_ignore_ascii_case("in") => Ok(Direction::In),
        Value::Text(text) if text.eq_ignore_ascii_case("out") => Ok(Direction::Out),
        other => Err(format!(
            "expected \"IN\" or \"OUT\", got {}; leave it out to get both",
            other.describe()
        )),
    }
}

pub(super) fn output(value: &Value) -> Result<Output, String> {
    let found = match value {
        Value::Text(text) => [Output::Json, Output::Csv, Output::Xls]
            .into_iter()
            .find(|output| text.eq_ignore_ascii_case(output.as_str())),
        _ => None,
    };
    found.ok_or_else(|| {
        format!(
            "expected \"json\", \"csv\" or \"xls\", got {}",
            value.describe()
        )
    })
}

pub(crate) fn instant(value: &Value) -> Result<EpochMillis, String> {
    let at = match value {
        Value::Instant(at) if SECONDS_OF_THIS_CENTURY.contains(at) => {
            return Err(
                "expected a Date of milliseconds, got one of seconds, in early 1970; multiply them by 1000".into(),
            );
        }
        // The cast saturates, and `api_date` rejects what is that far away.
        Value::Instant(at) if at.is_finite() => at.floor() as EpochMillis,
        Value::Instant(_) => return Err(format!("expected {DATE}, got an invalid Date")),
        // Not even a date is shown: a phone number may be written like one.
        Value::Text(text) => date::parse_timestamp(text).map_err(|problem| {
            format!(
                "expected {DATE}, got {} that {problem}",
                describe_string(text)
            )
        })?,
        Value::Number(_) => {
            return Err(format!(
                "expected {DATE}, got a number, which may be seconds or milliseconds; pass new \
                 Date(milliseconds)"
            ));
        }
        Value::Other(what) => return Err(format!("expected {DATE}, got {what}")),
    };
    api_date(at).map(|_| at)
}

/// Formats a time as the API expects it.
pub(super) fn api_date(at: EpochMillis) -> Result<String, String> {
    date::format(at).ok_or_else(|| {
        "expected a time in the years 1970 to 9999 (UTC), got one outside them".into()
    })
}

/// Formats a number to three decimals with integer arithmetic: the standard formatting of floats is large in WebAssembly.
fn describe_number(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.abs() > MAX_SAFE_INTEGER as f64 {
        return if number > 0.0 {
            "a number above 2^53-1"
        } else {
            "a number below -(2^53-1)"
        }
        .into();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let integer = number.abs().trunc() as u64;
    if integer >= HIDDEN_FROM {
        let shape = if number < 0.0 { "negative" } else { "larger" };
        return format!("a {shape} number");
    }
    let thousandths = (number.abs().fract() * 1000.0).round() as u64;
    match thousandths {
        0 if number.fract() == 0.0 => format!("{sign}{integer}"),
        // Too near to an integer for three decimals.
        0 | 1000 => format!(
            "a number with a fraction, near {sign}{}",
            integer + thousandths / 1000
        ),
        _ => format!("{sign}{integer}.{thousandths:03}")
            .trim_end_matches('0')
            .to_owned(),
    }
}

//! The test oracle: reads a response by `serde_json` in the simplest way.

use super::numbers::{ParsedNumber, parse_number};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of a row as texts, in the order of the specification.
pub(super) type Row = [Option<String>; 11];

#[derive(Debug)]
pub(super) enum Verdict {
    Page(Vec<Row>, Option<u64>),
    Rejected,
    Undecided,
}

/// Why a value cannot be read.
enum ReadError {
    Invalid,
    /// The oracle cannot tell whether the value is valid.
    Undecided,
}

type Value<T> = Result<T, ReadError>;

pub(super) fn judge(document: &[u8]) -> Verdict {
    match page(document) {
        Ok((rows, total)) => Verdict::Page(rows, total),
        Err(ReadError::Invalid) => Verdict::Rejected,
        Err(ReadError::Undecided) => Verdict::Undecided,
    }
}

/// The members of an object in their order, with repeated keys.
struct Members<'a>(Vec<(String, &'a RawValue)>);

fn members(text: &str) -> Value<Members<'_>> {
    struct Object;
    impl<'de> Visitor<'de> for Object {
        type Value = Members<'de>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            // Keys are raw values, because otherwise serde_json rejects lone surrogates.
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                all.push((string(key.get()), value));
            }
            Ok(Members(all))
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader
        .deserialize_map(Object)
        .map_err(|_| ReadError::Invalid)?;
    reader.end().map_err(|_| ReadError::Invalid)?;
    Ok(read)
}

/// Decodes a string, with U+FFFD for lone surrogates.
fn string(raw: &str) -> String {
    struct Bytes;
    impl Visitor<'_> for Bytes {
        type Value = Vec<u8>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }
        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
        fn visit_str<E>(self, text: &str) -> Result<Vec<u8>, E> {
            Ok(text.as_bytes().to_vec())
        }
    }
    // As bytes, because then serde_json encodes a lone surrogate in three bytes.
    let mut bytes = serde_json::Deserializer::from_str(raw)
        .deserialize_bytes(Bytes)
        .unwrap();
    for at in 0..bytes.len().saturating_sub(2) {
        if bytes[at] == 0xed && bytes[at + 1] >= 0xa0 {
            bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn page(document: &[u8]) -> Value<(Vec<Row>, Option<u64>)> {
    let text = str::from_utf8(document).map_err(|_| ReadError::Invalid)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rows, mut total) = (None, None);
    // Checks first that the whole document is JSON.
    let envelope = members(text)?;
    for (key, value) in envelope.0 {
        match key.as_str() {
            "result" => rows = result(value.get())?,
            "total_count" => total = total_count(value.get())?,
            "error" | "errors" => return Err(ReadError::Undecided),
            _ => {}
        }
    }
    Ok((rows.ok_or(ReadError::Invalid)?, total))
}

fn result(raw: &str) -> Value<Option<Vec<Row>>> {
    if !raw.starts_with('[') {
        return Ok(None);
    }
    let rows: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| ReadError::Invalid)?;
    rows.into_iter()
        .map(|raw| row(raw.get()))
        .collect::<Value<_>>()
        .map(Some)
}

fn total_count(raw: &str) -> Value<Option<u64>> {
    let text = match raw.as_bytes()[0] {
        b'n' => return Ok(None),
        b'"' => string(raw),
        _ => raw.to_owned(),
    };
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let total = text.parse().ok().filter(|_| is_digits);
    total.map(Some).ok_or(ReadError::Invalid)
}

/// A function that reads the value of a field.
type Reader = fn(&str) -> Value<Option<String>>;

fn row(raw: &str) -> Value<Row> {
    let mut row = Row::default();
    for (key, value) in members(raw)?.0 {
        let (at, read): (usize, Reader) = match key.as_str() {
            "message_id" => (0, integer),
            "source_number" => (1, text),
            "destination_number" => (2, text),
            "direction" => (3, direction),
            "fragments" => (4, integer),
            "cost" => (5, cost),
            "status_id" => (6, text),
            "error_message" => (7, text),
            "processed_date" => (8, date),
            "transaction_id" => (9, integer),
            "text" => (10, text),
            _ => continue,
        };
        row[at] = read(value.get())?;
    }
    Ok(row)
}

fn text(raw: &str) -> Value<Option<String>> {
    match raw.as_bytes()[0] {
        b'"' => Ok(Some(string(raw))),
        b'-' | b'0'..=b'9' => Ok(Some(raw.to_owned())),
        b'n' => Ok(None),
        _ => Err(ReadError::Invalid),
    }
}

fn direction(raw: &str) -> Value<Option<String>> {
    let normalize = |value: String| match value.to_ascii_lowercase().as_str() {
        lower @ ("in" | "out") => lower.to_owned(),
        _ => value,
    };
    Ok(text(raw)?.map(normalize))
}

/// The text of a number, bare or in a string without escapes.
fn number_text(raw: &str) -> Value<Option<&str>> {
    match raw.as_bytes()[0] {
        b'n' => Ok(None),
        b'-' | b'0'..=b'9' => Ok(Some(raw)),
        b'"' if !raw.contains('\\') => {
            Ok(Some(&raw[1..raw.len() - 1]).filter(|text| !text.is_empty()))
        }
        _ => Err(ReadError::Invalid),
    }
}

fn cost(raw: &str) -> Value<Option<String>> {
    match number_text(raw)?.map(parse_number) {
        None => Ok(None),
        Some(ParsedNumber::Exact(number)) => Ok(Some(number)),
        Some(ParsedNumber::Invalid) => Err(ReadError::Invalid),
        Some(ParsedNumber::Undecided) => Err(ReadError::Undecided),
    }
}

fn integer(raw: &str) -> Value<Option<String>> {
    let Some(number) = cost(raw)? else {
        return Ok(None);
    };
    let integer = number
        .parse::<u64>()
        .ok()
        .filter(|number| *number < 1 << 53);
    integer.map(|_| Some(number)).ok_or(ReadError::Invalid)
}

fn date(raw: &str) -> Value<Option<String>> {
    if raw.starts_with(|first: char| first != 'n' && first != '"') {
        return Err(ReadError::Invalid);
    }
    let Some(text) = number_text(raw)? else {
        return Ok(None);
    };
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { 'd' } else { c })
        .collect();
    let is_shape = shape == "dddd-dd-dd dd:dd:dd";
    let date = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", text);
    let date = date
        .ok()
        .filter(|date| is_shape && date.strftime("%Y-%m-%d %H:%M:%S").to_string() == text);
    let zoned = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    zoned
        .map(|zoned| Some(zoned.timestamp().as_millisecond().to_string()))
        .ok_or(ReadError::Invalid)
}

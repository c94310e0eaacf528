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

/// The name of a key that was not UTF-8.
const DAMAGED: &str = "\u{fffd}";

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
                // U+FFFD itself stands for bytes that are not UTF-8.
                let name = string(key.get());
                let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
                let is_damaged = key.get().contains('\u{fffd}') && letters >= 3;
                all.push((if is_damaged { DAMAGED.into() } else { name }, value));
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
    // As `response.json()`: outside of strings the replacements are not JSON.
    let text = String::from_utf8_lossy(document);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut rows, mut total, mut is_empty) = (None, None, true);
    // Checks first that the whole document is JSON.
    let envelope = members(text)?;
    let (mut has_result, mut has_others) = (false, false);
    for (key, value) in envelope.0 {
        match key.as_str() {
            "result" => {
                rows = result(value.get())?;
                is_empty = is_empty_value(value.get());
                has_result = true;
            }
            "total_count" => {
                total = integer(value.get())?.map(|total| total.parse().unwrap());
            }
            DAMAGED => return Err(ReadError::Invalid),
            "error" | "errors" => return Err(ReadError::Undecided),
            _ => has_others = true,
        }
    }
    if is_empty && total == Some(0) && (has_result || !has_others) {
        rows.get_or_insert_default();
    }
    Ok((rows.ok_or(ReadError::Invalid)?, total))
}

fn result(raw: &str) -> Value<Option<Vec<Row>>> {
    if !raw.starts_with('[') {
        return Ok(None);
    }
    let rows: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| ReadError::Invalid)?;
    let rows: Vec<Row> = rows
        .into_iter()
        .map(|raw| row(raw.get()))
        .collect::<Value<_>>()?;
    // The page's totals have the exact sum of the fragments, as a number of JavaScript.
    let fragments = rows.iter().filter_map(|row| row[4].as_ref());
    let sum: u128 = fragments
        .map(|number| number.parse::<u128>().unwrap())
        .sum();
    if sum < 1 << 53 {
        Ok(Some(rows))
    } else {
        Err(ReadError::Invalid)
    }
}

fn is_empty_value(raw: &str) -> bool {
    match raw.as_bytes()[0] {
        b'n' => true,
        b'"' => string(raw).is_empty(),
        b'{' => members(raw).is_ok_and(|members| members.0.is_empty()),
        _ => false,
    }
}

/// A function that reads the value of a field.
type Reader = fn(&str) -> Value<Option<String>>;

fn row(raw: &str) -> Value<Row> {
    let (mut row, mut sms_id) = (Row::default(), None);
    let members = members(raw)?.0;
    let mut is_message = members.is_empty();
    for (key, value) in members {
        let (at, read): (usize, Reader) = match key.as_str() {
            "message_id" => (0, integer),
            "source_number" => (1, text),
            "destination_number" => (2, text),
            "direction" => (3, direction),
            "fragments" => (4, integer),
            "cost" => (5, cost),
            "status_id" => (6, status),
            "error_message" => (7, text),
            "processed_date" => (8, date),
            "transaction_id" => (9, integer),
            "text" => (10, text),
            "sms_id" => {
                sms_id = Some(value.get());
                is_message = true;
                continue;
            }
            DAMAGED => return Err(ReadError::Invalid),
            _ => continue,
        };
        is_message = true;
        row[at] = read(value.get())?;
    }
    if let (None | Some("0"), Some(sms_id)) = (row[0].as_deref(), sms_id) {
        row[0] = integer(sms_id)?.or(row[0].take());
    }
    is_message.then_some(row).ok_or(ReadError::Invalid)
}

fn text(raw: &str) -> Value<Option<String>> {
    match raw.as_bytes()[0] {
        b'"' => Ok(Some(string(raw))),
        b'-' | b'0'..=b'9' => match parse_number(raw) {
            // An integer in any form is kept as its digits.
            ParsedNumber::Exact(number) if !number.contains('.') => Ok(Some(number)),
            ParsedNumber::Undecided if raw.contains(['.', 'e', 'E']) => Err(ReadError::Undecided),
            _ => Ok(Some(raw.to_owned())),
        },
        b'n' => Ok(None),
        _ => Err(ReadError::Invalid),
    }
}

fn direction(raw: &str) -> Value<Option<String>> {
    let normalize = |value: String| match value.to_ascii_lowercase().as_str() {
        lower @ ("in" | "out") => lower.to_owned(),
        _ => value,
    };
    Ok(trimmed(raw)?.map(normalize))
}

fn status(raw: &str) -> Value<Option<String>> {
    let Some(value) = trimmed(raw)? else {
        return Ok(None);
    };
    match parse_number(&value) {
        ParsedNumber::Exact(number) if ["1", "2", "3"].contains(&&*number) => Ok(Some(number)),
        ParsedNumber::Undecided => Err(ReadError::Undecided),
        _ => Ok(Some(value)),
    }
}

/// The text of a number or a string, without white space around it. `None` when it is empty.
fn trimmed(raw: &str) -> Value<Option<String>> {
    let text = match raw.as_bytes()[0] {
        b'n' => return Ok(None),
        b'-' | b'0'..=b'9' => raw.to_owned(),
        b'"' => string(raw),
        _ => return Err(ReadError::Invalid),
    };
    let text = text.trim_matches([' ', '\t', '\n', '\u{c}', '\r']);
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// A number as plain digits.
fn number(raw: &str) -> Value<Option<String>> {
    match trimmed(raw)?.as_deref().map(parse_number) {
        None => Ok(None),
        Some(ParsedNumber::Exact(number)) => Ok(Some(number)),
        Some(ParsedNumber::Invalid) => Err(ReadError::Invalid),
        Some(ParsedNumber::Undecided) => Err(ReadError::Undecided),
    }
}

/// A cost, rounded to 18 decimal places.
fn cost(raw: &str) -> Value<Option<String>> {
    let exact = number(raw)?;
    let Some((integer, fraction)) = exact.as_deref().and_then(|number| number.split_once('.'))
    else {
        return Ok(exact);
    };
    let Some((kept, dropped)) = fraction
        .split_at_checked(18)
        .filter(|(_, rest)| !rest.is_empty())
    else {
        return Ok(exact);
    };
    let (sign, integer) = match integer.strip_prefix('-') {
        Some(integer) => ("-", integer),
        None => ("", integer),
    };
    let units: u128 = format!("{integer}{kept}").parse().unwrap();
    let units = units + u128::from(dropped.as_bytes()[0] >= b'5');
    let digits = format!(
        "{sign}{}.{:018}",
        units / 10u128.pow(18),
        units % 10u128.pow(18)
    );
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    Ok(Some(if units == 0 { "0" } else { digits }.to_owned()))
}

fn integer(raw: &str) -> Value<Option<String>> {
    let Some(number) = number(raw)? else {
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
    let Some(text) = trimmed(raw)? else {
        return Ok(None);
    };
    let is_zero = |none| {
        let time = text.strip_prefix(none);
        time.is_some_and(|time: &str| time.chars().take(9).all(|c| "0 :TtZz+-".contains(c)))
    };
    if ["0000-00-00", "-0001-11-30", "0001-01-01"]
        .into_iter()
        .any(is_zero)
    {
        return Ok(None);
    }
    let millis = instant(&text).ok_or(ReadError::Invalid)?;
    Ok(Some(millis.to_string()))
}

/// A text with `d` in the place of each digit.
fn shape(text: &str) -> String {
    let shape = |c: char| if c.is_ascii_digit() { 'd' } else { c };
    text.chars().map(shape).collect()
}

fn instant(text: &str) -> Option<i64> {
    let (local, rest) = text.split_at_checked(19)?;
    let local = local.replacen(['T', 't'], " ", 1);
    if shape(&local) != "dddd-dd-dd dd:dd:dd" {
        return None;
    }
    let date = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", &local).ok()?;
    if date.strftime("%Y-%m-%d %H:%M:%S").to_string() != local || date.year() == 0 {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit());
            let (digits, zone) = rest.split_at(end.unwrap_or(rest.len()));
            (Some(digits), zone)
        }
        None => (None, rest),
    };
    let millis: i64 = match fraction {
        None => 0,
        Some("") => return None,
        Some(digits) => format!("{digits:0<3}")[..3].parse().unwrap(),
    };
    let offset = match zone {
        "" | "Z" | "z" | " UTC" | " GMT" => 0,
        _ => {
            let zone = zone.strip_prefix(' ').unwrap_or(zone);
            let (sign, digits) = zone.split_at_checked(1)?;
            if !["dd", "dddd", "dd:dd"].contains(&&*shape(digits)) {
                return None;
            }
            let digits = digits.replace(':', "");
            let (hours, minutes) = digits.split_at(2);
            let hours: i64 = hours.parse().unwrap();
            let minutes: i64 = minutes.parse().unwrap_or(0);
            let sign = match sign {
                "+" => 1,
                "-" => -1,
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * 60 + minutes) * 60_000
        }
    };
    let utc = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(utc.timestamp().as_millisecond() + millis - offset)
}

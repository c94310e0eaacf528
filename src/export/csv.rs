//! Comma-separated values, as in RFC 4180.

use super::{
    Column,
    cell::{Cell, write_date},
};
use crate::page::SmsMessage;

pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const END_OF_LINE: &[u8] = b"\r\n";

pub(super) fn header(columns: &[Column], out: &mut Vec<u8>) {
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(column.as_str().as_bytes());
    }
    out.extend_from_slice(END_OF_LINE);
}

pub(super) fn message(
    message: &SmsMessage<'_>,
    columns: &[Column],
    neutralize: bool,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    for (at, &column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match Cell::of(message, column) {
            Cell::Absent => {}
            Cell::Number(number) => number.write(out),
            Cell::Word(word) => out.extend_from_slice(word.as_bytes()),
            Cell::Date(at) => write_date(at, out),
            Cell::Text(text) => cell(text, neutralize && is_formula(text), out),
        }
    }
    if out.len() == start {
        // The only cell is empty. Readers skip a line with nothing on it.
        out.extend_from_slice(b"\"\"");
    }
    out.extend_from_slice(END_OF_LINE);
}

fn cell(text: &str, neutralize: bool, out: &mut Vec<u8>) {
    let quoted = text.bytes().any(|byte| b",\"\r\n".contains(&byte));
    if quoted {
        out.push(b'"');
    }
    if neutralize {
        out.push(b'\'');
    }
    let mut rest = text.as_bytes();
    while let Some(quote) = rest.iter().position(|&byte| byte == b'"') {
        out.extend_from_slice(&rest[..=quote]);
        out.push(b'"');
        rest = &rest[quote + 1..];
    }
    out.extend_from_slice(rest);
    if quoted {
        out.push(b'"');
    }
}

/// Whether a spreadsheet could take a text for a formula. See [`Exporter`](super::Exporter).
fn is_formula(text: &str) -> bool {
    match text.chars().next() {
        Some('+') => {
            let rest = &text.as_bytes()[1..];
            rest.is_empty() || !rest.iter().all(u8::is_ascii_digit)
        }
        Some('=' | '-' | '@' | '＝' | '＋' | '－' | '＠') => true,
        Some('\0' | '\t' | '\r' | '\n') => true,
        _ => false,
    }
}

//! Newline-delimited JSON.

use super::{
    Column,
    cell::{Cell, write_date},
};
use crate::page::SmsMessage;

pub(super) fn message(message: &SmsMessage<'_>, columns: &[Column], out: &mut Vec<u8>) {
    let mut before = b'{';
    for &column in columns {
        let cell = Cell::of(message, column);
        if let Cell::Absent = cell {
            continue;
        }
        out.push(before);
        before = b',';
        quoted(column.as_str(), out);
        out.push(b':');
        match cell {
            Cell::Absent => {}
            Cell::Number(number) => number.write(out),
            Cell::Word(word) => quoted(word, out),
            Cell::Date(at) => {
                out.push(b'"');
                write_date(at, out);
                out.push(b'"');
            }
            Cell::Text(text) => string(text, out),
        }
    }
    if before == b'{' {
        out.push(before);
    }
    out.extend_from_slice(b"}\n");
}

/// Writes a text in which nothing has to be escaped.
fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    let special = |&byte: &u8| byte < b' ' || byte == b'"' || byte == b'\\';
    while let Some(at) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..at]);
        escape(rest[at], out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        b'"' | b'\\' => byte,
        _ => {
            const HEX: [u8; 16] = *b"0123456789abcdef";
            out.extend_from_slice(b"\\u00");
            out.extend([byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]));
            return;
        }
    };
    out.extend([b'\\', short]);
}

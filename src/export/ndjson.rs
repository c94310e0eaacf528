//! Newline-delimited JSON.

use super::{Column, FieldValue, write_date, write_decimal, write_integer};
use crate::page::SmsMessage;

pub(super) fn write_message(message: &SmsMessage<'_>, columns: &[Column], out: &mut Vec<u8>) {
    let mut separator = b'{';
    for &column in columns {
        let value = FieldValue::of(message, column);
        if let FieldValue::Absent = value {
            continue;
        }
        out.push(separator);
        separator = b',';
        write_unescaped(column.as_str(), out);
        out.push(b':');
        match value {
            FieldValue::Absent => {}
            FieldValue::Integer(number) => write_integer(number, out),
            FieldValue::Decimal(number) => write_decimal(number, out),
            FieldValue::Date(at) => {
                out.push(b'"');
                write_date(at, out);
                out.push(b'"');
            }
            FieldValue::Word(word) => write_unescaped(word, out),
            FieldValue::Text(text) => {
                let written = serde_json::to_writer(&mut *out, text);
                debug_assert!(written.is_ok(), "writing a string to memory cannot fail");
            }
        }
    }
    if separator == b'{' {
        out.push(separator);
    }
    out.extend_from_slice(b"}\n");
}

pub(super) fn write_trailer(rows: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"complete\":true,\"rows\":");
    write_integer(rows, out);
    out.extend_from_slice(b"}\n");
}

/// Writes a string in which nothing has to be escaped.
fn write_unescaped(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

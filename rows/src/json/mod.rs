//! A strict JSON reader (RFC 8259) that returns spans of the text instead of building values.
//!
//! It is own code, because a general reader builds every string and number before the caller can skip it. `serde_json`
//! takes five times as long for a page; benches/README.md has the measurements.

mod cursor;
mod fast;
mod simd;
mod string;

pub use cursor::{Cursor, ParseError, ParseErrorKind, ValueKind};
pub(crate) use fast::{FastCursor, Literal, time_of_day};
pub(crate) use simd::utf16_length;
pub use string::JsonStr;
pub(crate) use string::TextBuffer;

#[cfg(test)]
mod tests;

//! Strict JSON (RFC 8259), read in one walk: a cursor that hands out spans of the text instead of building values.
//!
//! Own code, because this is the one thing the project exists for: a general reader builds every string and number
//! before it is known whether anybody wants it. What it was measured against stands in benches/README.md.

mod buffer;
mod chunk;
mod cursor;
mod digits;
mod kind;
mod literal;
mod quick;
mod scalar;
mod string;

pub(crate) use buffer::Buffer;
pub(crate) use chunk::utf16_length;
pub use cursor::Cursor;
pub(crate) use digits::time_of_day;
pub use kind::{ParseError, ParseErrorKind, ValueKind};
pub(crate) use literal::Literal;
pub(crate) use quick::Quick;
pub use string::JsonStr;

#[cfg(test)]
mod tests;

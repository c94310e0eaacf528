//! Strict JSON (RFC 8259), read in one walk: a cursor that hands out spans of the text instead of building values.
//!
//! Own code, because this is the one thing the project exists for: a general reader builds every string and number
//! before it is known whether anybody wants it.

mod cursor;
mod scan;
mod string;

pub(crate) use cursor::{Cursor, Fault, FaultKind, Kind};
pub(crate) use string::JsonStr;

#[cfg(test)]
mod tests;

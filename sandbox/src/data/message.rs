//! One message: the stored record, and the row that the API returns.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::LazyLock;

/// The API's date format, always UTC.
pub(crate) const DATE_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// [`DATE_FORMAT`], parsed once instead of for each row.
static DATE_ITEMS: LazyLock<Vec<Item<'static>>> =
    LazyLock::new(|| StrftimeItems::new(DATE_FORMAT).collect());

/// The direction of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
}

impl Direction {
    pub(super) fn word(self, lower_case: bool) -> &'static str {
        match (self, lower_case) {
            (Self::In, false) => "IN",
            (Self::In, true) => "in",
            (Self::Out, false) => "OUT",
            (Self::Out, true) => "out",
        }
    }
}

/// A stored message: 24 bytes with all that filters and sums need. The other fields are derived from the seed and the
/// id when a row is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) message_id: u64,
    /// Time of processing, or of creation while the message waits; seconds since 1970.
    pub(crate) time: u32,
    /// Ten-thousandths of the account's currency.
    pub(crate) cost: u32,
    pub(crate) source: u16,
    pub(crate) destination: u16,
    pub(crate) fragments: u8,
    pub(crate) direction: Direction,
    pub(crate) status: u8,
}

impl Record {
    pub(super) fn status_id(&self) -> &'static str {
        match self.status {
            1 => "1",
            2 => "2",
            _ => "3",
        }
    }
}

/// A message with the API's field names. Its serde output is what the API returns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'a> {
    /// Unique; later messages have larger ids.
    pub message_id: u64,
    /// The sender.
    pub source_number: PhoneNumber<'a>,
    /// The receiver.
    pub destination_number: PhoneNumber<'a>,
    /// `IN` or `OUT`; lower case in a few rows.
    pub direction: &'static str,
    /// Number of fragments that the text was split into, at least 1.
    pub fragments: u8,
    /// Cost in the account's currency.
    pub cost: Cost,
    /// `1` success, `2` error, `3` waiting.
    pub status_id: &'static str,
    /// Why sending failed.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub error_message: Field<String>,
    /// Time of processing, UTC, `yyyy-MM-dd HH:mm:ss`; absent in some waiting rows.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub processed_date: Field<String>,
    /// The transaction that paid for the message.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub transaction_id: Field<u64>,
    /// The text, if it was stored.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub text: Field<String>,
}

impl Row<'_> {
    /// The field names, in the order of the serde output.
    pub(crate) const FIELDS: [&'static str; 11] = [
        "message_id",
        "source_number",
        "destination_number",
        "direction",
        "fragments",
        "cost",
        "status_id",
        "error_message",
        "processed_date",
        "transaction_id",
        "text",
    ];
}

/// The transaction of a message.
pub(crate) fn transaction_id(message_id: u64) -> u64 {
    900_000_000 + message_id * 3
}

/// A phone number or a sender name. The API writes phone numbers as integers or as strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PhoneNumber<'a> {
    /// Digits, as a JSON number.
    Integer(u64),
    /// Digits or letters, as a JSON string.
    Text(&'a str),
}

impl fmt::Display for PhoneNumber<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// An amount of money in ten-thousandths, so that sums are exact. JSON has it as a decimal number. Its `Display` form
/// has four decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u64);

impl Cost {
    /// The nearest double, as a JSON parser reads it.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl Serialize for Cost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest text that parses to this double is the decimal itself: 4 decimals are far below 17 digits.
        serializer.serialize_f64(self.as_f64())
    }
}

/// An optional field: absent, null or set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// Absent.
    Missing,
    /// Present as null.
    Null,
    /// Present.
    Value(T),
}

impl<T> Field<T> {
    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The value, if the field has one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Null => None,
        }
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// Formats seconds since 1970 as the API does.
pub(super) fn format_date(seconds: u32) -> String {
    DateTime::<Utc>::from_timestamp(i64::from(seconds), 0)
        .unwrap_or_default()
        .format_with_items(DATE_ITEMS.iter())
        .to_string()
}

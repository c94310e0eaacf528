//! One message as the API tells it.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::sync::LazyLock;

/// How the API writes a point in time, always UTC.
pub(crate) const DATE_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The same, taken apart once instead of for each row.
static DATE_ITEMS: LazyLock<Vec<Item<'static>>> =
    LazyLock::new(|| StrftimeItems::new(DATE_FORMAT).collect());

/// A message in the API's own words. What serde writes of it is what the API replies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row<'a> {
    /// Unique, and increasing in the order in which the messages came to be.
    pub message_id: u64,
    /// Who sent it.
    pub source_number: Number<'a>,
    /// Who got it.
    pub destination_number: Number<'a>,
    /// `IN` or `OUT`; in a few rows lower case.
    pub direction: &'static str,
    /// Parts that the text was cut into, at least 1.
    pub fragments: u8,
    /// What it cost, in the account's currency.
    pub cost: Cost,
    /// `1` success, `2` error, `3` waiting.
    pub status_id: &'static str,
    /// What went wrong.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub error_message: Field<String>,
    /// When it was processed, UTC, `yyyy-MM-dd HH:mm:ss`; absent in some rows that still wait.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub processed_date: Field<String>,
    /// The transaction that paid for it.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub transaction_id: Field<u64>,
    /// The text, where it was stored.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub text: Field<String>,
}

/// A phone number or a sender name: the API writes numbers now as integers, now as strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Number<'a> {
    /// Digits, as a JSON number.
    Integer(u64),
    /// Digits or letters, as a JSON string.
    Text(&'a str),
}

impl std::fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// An amount of money in ten-thousandths, so that sums are exact. In JSON it is a decimal number; its text form
/// has four decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(pub u64);

impl Cost {
    /// The nearest double: what a JSON reader makes of it.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 10_000.0
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:04}", self.0 / 10_000, self.0 % 10_000)
    }
}

impl Serialize for Cost {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest text that reads back as this double is the decimal itself: 4 decimals are far from 17 digits.
        serializer.serialize_f64(self.as_f64())
    }
}

/// A field that the API may leave out, send as null, or fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// Left out.
    Missing,
    /// There, and null.
    Null,
    /// There.
    Value(T),
}

impl<T> Field<T> {
    fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// The value, if there is one.
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

/// Seconds since 1970 in the API's own form.
pub(crate) fn format_date(seconds: u32) -> String {
    DateTime::<Utc>::from_timestamp(i64::from(seconds), 0)
        .unwrap_or_default()
        .format_with_items(DATE_ITEMS.iter())
        .to_string()
}

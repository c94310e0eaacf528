//! A fault as a value: its text, its JSON, and what is wrong with those that do not read.

use super::parts::Parts;
use super::{FaultKind, When, read, write};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// Something that goes wrong on purpose, and when. It is read from a text or from JSON, and written as either.
///
/// ```text
#[doc = include_str!("syntax.txt")]
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// To which requests.
    pub when: When,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, FaultError> {
        let (kind, parts) = Parts::from_spec(spec)?;
        read::fault(&kind, parts)
    }
}

impl TryFrom<Value> for Fault {
    type Error = FaultError;

    fn try_from(value: Value) -> Result<Self, FaultError> {
        let (kind, parts) = Parts::from_json(value)?;
        read::fault(&kind, parts)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        value.try_into().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, parts) = write::fault(self);
        f.write_str(&kind)?;
        for (number, (name, value)) in parts.iter().enumerate() {
            let mark = if number == 0 { ':' } else { ',' };
            match value {
                Value::Bool(_) => write!(f, "{mark}{name}")?,
                Value::String(text) => write!(f, "{mark}{name}={text}")?,
                number => write!(f, "{mark}{name}={number}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, parts) = write::fault(self);
        let mut map = serializer.serialize_map(Some(1 + parts.len()))?;
        map.serialize_entry("kind", &kind)?;
        for (name, value) in parts {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// A fault that does not read: which part of it is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {shape}")]
pub struct FaultError {
    part: String,
    shape: String,
}

impl FaultError {
    pub(super) fn new(part: impl Into<String>, shape: impl Into<String>) -> Self {
        let (part, shape) = (part.into(), shape.into());
        Self { part, shape }
    }

    /// The same, of one fault in a list.
    pub(super) fn of_number(self, number: usize) -> Self {
        Self::new(format!("faults[{number}]: {}", self.part), self.shape)
    }
}

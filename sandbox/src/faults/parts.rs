//! The named parts that a fault is written in, read one by one; what nobody asked for is an error.

use super::FaultError;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

type Result<T> = std::result::Result<T, FaultError>;

/// Parts not read yet, and the names that could be read.
pub(super) struct Parts {
    values: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Parts {
    /// Takes a spec apart: the kind, and its parts.
    pub(super) fn from_spec(spec: &str) -> Result<(String, Self)> {
        let (kind, rest) = spec.split_once(':').unwrap_or((spec, ""));
        let mut values = Map::new();
        for part in rest.split(',').filter(|_| spec.contains(':')) {
            let (name, value) = match part.split_once('=') {
                Some((name, text)) => (name, plain(text)),
                None => (part, Value::Bool(true)),
            };
            if name.is_empty() {
                let shape = "has to be KIND, or KIND:NAME=VALUE,NAME=VALUE; a name is empty";
                return Err(FaultError::new("spec", shape));
            }
            if values.insert(name.to_owned(), value).is_some() {
                return Err(FaultError::new(name, "is there twice"));
            }
        }
        Ok((kind.to_owned(), Self::new(values)))
    }

    /// Takes a JSON object apart: the kind, and its parts.
    pub(super) fn from_json(value: Value) -> Result<(String, Self)> {
        let Value::Object(mut values) = value else {
            let shape = r#"has to be an object like {"kind": "429", "times": 1}"#;
            return Err(FaultError::new("fault", shape));
        };
        let kind = match values.remove("kind") {
            Some(Value::String(kind)) => kind,
            Some(Value::Number(status)) => status.to_string(),
            Some(_) => return Err(FaultError::new("kind", "has to be a text")),
            None => return Err(FaultError::new("kind", "is missing")),
        };
        Ok((kind, Self::new(values)))
    }

    fn new(values: Map<String, Value>) -> Self {
        let known = Vec::new();
        Self { values, known }
    }

    pub(super) fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.values.remove(name)
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(FaultError::new(name, "takes no value (in JSON: true)")),
        }
    }

    /// A whole number that has to be there.
    pub(super) fn number(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Result<i64> {
        let (min, max) = (*range.start(), *range.end());
        self.optional_number(name, range)?.ok_or_else(|| {
            let shape = format!("is missing; it has to be a whole number from {min} to {max}");
            FaultError::new(name, shape)
        })
    }

    pub(super) fn optional_number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value.as_i64().filter(|number| range.contains(number));
        match number {
            Some(number) => Ok(Some(number)),
            None => {
                let (min, max) = range.into_inner();
                let shape = format!("has to be a whole number from {min} to {max}");
                Err(FaultError::new(name, shape))
            }
        }
    }

    /// A count, a size, an offset: whole, from `min` to four thousand millions.
    pub(super) fn size(&mut self, name: &'static str, min: u32) -> Result<Option<u64>> {
        let range = i64::from(min)..=i64::from(u32::MAX);
        let number = self.optional_number(name, range)?;
        Ok(number.map(i64::unsigned_abs))
    }

    /// One of two words. The first holds where the part is left out.
    pub(super) fn word(&mut self, name: &'static str, words: [&str; 2]) -> Result<usize> {
        let Some(value) = self.take(name) else {
            return Ok(0);
        };
        let place = words.iter().position(|&word| value.as_str() == Some(word));
        place.ok_or_else(|| {
            let shape = format!("has to be {} or {}", words[0], words[1]);
            FaultError::new(name, shape)
        })
    }

    /// Complains about the parts that nobody has read.
    pub(super) fn finish(self, kind: &str) -> Result<()> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => {
                let known = self.known.join(", ");
                let shape = format!("is not a part of {kind}, which has {known}");
                Err(FaultError::new(name, shape))
            }
        }
    }
}

/// A value of a spec: a number if it reads as one, else the text.
fn plain(text: &str) -> Value {
    let number = serde_json::from_str(text).ok().filter(Value::is_number);
    number.unwrap_or_else(|| text.into())
}

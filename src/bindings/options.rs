//! Options: plain JavaScript objects as structs that derive `Deserialize`.
//!
//! The errors of serde and `serde-wasm-bindgen` quote values. Here the error of a type says what was expected, and
//! [`Options`] adds the name of the field and the type of the value.

use std::{fmt, time::Duration};

use js_sys::{Array, Function};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        self, DeserializeOwned, DeserializeSeed, SeqAccess, Visitor,
        value::{StrDeserializer, U32Deserializer},
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue, convert::IntoWasmAbi, prelude::wasm_bindgen};

use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_error::{AN_OBJECT, JsErrorSource, describe, describe_thrown},
    limits::MAX_SAFE_INTEGER,
    suggest,
};

/// An argument, or an option, that is an object of options.
pub(super) struct ArgumentSpec {
    pub(super) name: &'static str,
    /// What it is in errors about other values.
    pub(super) expected: &'static str,
    /// What its fields are called in errors.
    pub(super) noun: &'static str,
    /// What the names of its fields begin with in errors.
    pub(super) prefix: &'static str,
    /// The kind of its errors.
    pub(super) kind: ErrorKind,
}

/// The options of a constructor or of a call.
pub(super) const OPTIONS: ArgumentSpec = ArgumentSpec {
    name: "options",
    expected: AN_OBJECT,
    noun: "option",
    prefix: "",
    kind: ErrorKind::InvalidOptions,
};

/// The fields of each argument, for those that callers put into another one. The first is a field of every such argument.
const HOMES: [(&[&str], &str); 7] = [
    (&QUERY_FIELDS, "the query, the first argument of a call"),
    (
        &[
            "signal",
            "limit",
            "cursor",
            "concurrency",
            "bucket",
            "timeZone",
            "top",
            "emptyBuckets",
            "by",
            "onProgress",
            "maxMessages",
            "format",
            "columns",
            "neutralizeFormulas",
            "byteOrderMark",
            "delimiter",
            "trailer",
        ],
        "the options of a call, its second argument",
    ),
    (
        &[
            "token",
            "baseUrl",
            "allowHttp",
            "relay",
            "fetch",
            "timeoutMs",
            "attemptTimeoutMs",
            "retry",
            "limiter",
            "onEvent",
        ],
        "the options of the client",
    ),
    (
        &["authorize", "account", "allow", "origins"],
        "the options of createRelay()",
    ),
    (
        &["numbers", "maxSpanDays", "maxCount"],
        "the relay's option allow",
    ),
    (
        &["maxAttempts", "baseDelayMs", "maxDelayMs"],
        "the client's option retry",
    ),
    (
        &["requestsPerSecond", "maxInFlight"],
        "the client's option limiter",
    ),
];

/// The parameters of a query.
pub(super) const QUERY_FIELDS: [&str; 9] = [
    "sourceNumber",
    "destinationNumber",
    "direction",
    "count",
    "offset",
    "fromDate",
    "toDate",
    "output",
    "extra",
];

/// Reads an object whose only fields are those of a struct.
///
/// # Errors
/// As [`Options::read`], [`Options::take`] and [`Options::finish`].
pub(super) fn from_js<T: DeserializeOwned>(
    value: &JsValue,
    spec: &'static ArgumentSpec,
) -> Result<T, SmsHistoryError> {
    let mut options = Options::read(value, spec)?;
    let fields = options.take()?;
    options.finish()?;
    Ok(fields)
}

/// The fields of an object from which no struct was read yet.
pub(super) struct Options {
    spec: &'static ArgumentSpec,
    fields: Vec<(String, JsValue)>,
    /// The names of all fields that were asked for.
    known: Vec<&'static str>,
}

impl Options {
    /// Reads the object's own enumerable fields, each once, because a getter may return another value the second time.
    /// `undefined` and `null` count as absent, for the object and for each field.
    ///
    /// # Errors
    /// The error of the argument when it is no object, or when reading it throws.
    pub(super) fn read(
        value: &JsValue,
        spec: &'static ArgumentSpec,
    ) -> Result<Self, SmsHistoryError> {
        let name = spec.name;
        let mut options = Self {
            spec,
            fields: Vec::new(),
            known: Vec::new(),
        };
        if is_nullish(value) {
            return Ok(options);
        }
        let got = describe(value);
        if got != AN_OBJECT {
            let expected = spec.expected;
            return Err(options.invalid(format!("{name}: expected {expected}, got {got}")));
        }
        let entries = object_entries(value).map_err(|thrown| {
            options
                .invalid(format!("{name}: reading it threw"))
                .with_source(JsErrorSource(thrown))
        })?;
        // A Map, for example, would pass for options of which none is set.
        let class = describe_thrown(value);
        if entries.length() == 0 && class != "Object" && class != AN_OBJECT {
            let expected = spec.expected;
            return Err(options.invalid(format!(
                "{name}: expected {expected}, got an instance of {class}"
            )));
        }
        let fields = entries.iter().map(|entry| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
        });
        options.fields = fields.filter(|(_, value)| !is_nullish(value)).collect();
        Ok(options)
    }

    /// Reads the fields of a struct, and leaves the others for the next one.
    ///
    /// # Errors
    /// The error of the first field whose value is not of its type.
    pub(super) fn take<T: DeserializeOwned>(&mut self) -> Result<T, SmsHistoryError> {
        T::deserialize(&mut *self).map_err(|InvalidField(message)| self.invalid(message))
    }

    /// Reads a field that is one of a few names.
    ///
    /// # Errors
    /// The error of a value that is none of them.
    pub(super) fn take_name<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
        expected: &'static str,
    ) -> Result<Option<T>, SmsHistoryError> {
        let value = self.field(name);
        if value.is_undefined() {
            return Ok(None);
        }
        match value.as_string().as_deref().and_then(parse) {
            None => {
                let error = InvalidField(expected.into());
                let InvalidField(message) = error.of_field(self.spec.prefix, name, &value);
                Err(self.invalid(message))
            }
            found => Ok(found),
        }
    }

    /// # Errors
    /// The error of the first field that no struct has.
    pub(super) fn finish(self) -> Result<(), SmsHistoryError> {
        let Some((name, _)) = self.fields.first() else {
            return Ok(());
        };
        let (what, noun) = (self.spec.name, self.spec.noun);
        let folded = suggest::fold(name);
        for (names, home) in HOMES {
            let is_here = names.iter().take(1).any(|name| self.known.contains(name));
            if let Some(name) = names.iter().find(|name| suggest::fold(name) == folded)
                && !is_here
            {
                return Err(self.invalid(format!(
                    "{what}: expected no {noun} `{name}`, got one; it belongs into {home}"
                )));
            }
        }
        Err(self.invalid(suggest::unknown(what, noun, name, &self.known)))
    }

    /// Reads a field as it is, `undefined` if it is absent.
    pub(super) fn field(&mut self, name: &'static str) -> JsValue {
        self.known.push(name);
        let position = self.fields.iter().position(|(known, _)| known == name);
        position.map_or(JsValue::UNDEFINED, |position| {
            self.fields.remove(position).1
        })
    }

    /// The fields, where the caller chooses their names.
    pub(super) fn into_fields(self) -> Vec<(String, JsValue)> {
        self.fields
    }

    pub(super) fn invalid(&self, message: String) -> SmsHistoryError {
        SmsHistoryError::new(self.spec.kind, message)
    }
}

/// Deserializes structs of optional fields.
impl<'de> Deserializer<'de> for &mut Options {
    type Error = InvalidField;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidField> {
        visitor.visit_seq(Fields {
            options: self,
            names: names.iter(),
        })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidField> {
        Err(InvalidField::expected(&visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The fields of a struct, in its order.
struct Fields<'a> {
    options: &'a mut Options,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = InvalidField;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InvalidField> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        let value = self.options.field(name);
        let field = seed.deserialize(Field(&value));
        field
            .map(Some)
            .map_err(|expected| expected.of_field(self.options.spec.prefix, name, &value))
    }
}

/// The value of a field; `undefined` if it is absent.
struct Field<'a>(&'a JsValue);

impl<'de> Deserializer<'de> for Field<'_> {
    type Error = InvalidField;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidField> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(flag) = self.0.as_bool() {
            visitor.visit_bool(flag)
        } else {
            Err(InvalidField::expected(&visitor))
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidField> {
        if self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidField> {
        visitor.visit_newtype_struct(self)
    }

    /// Passes the value to `serde_wasm_bindgen::preserve`, which asks for a struct of its mark and the value's handle.
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        mark: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, InvalidField> {
        visitor.visit_seq(Preserved {
            mark: Some(mark),
            value: Some(self.0.clone()),
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple map
        struct enum identifier ignored_any
    }
}

/// What the deserializer of serde-wasm-bindgen passes to its module `preserve`. That deserializer itself is not used: it
/// runs getters to describe a value in errors, and its errors take 6 KB after brotli, because they format floats.
struct Preserved {
    mark: Option<&'static str>,
    value: Option<JsValue>,
}

impl<'de> SeqAccess<'de> for Preserved {
    type Error = InvalidField;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InvalidField> {
        if let Some(mark) = self.mark.take() {
            seed.deserialize(StrDeserializer::new(mark)).map(Some)
        } else if let Some(value) = self.value.take() {
            seed.deserialize(U32Deserializer::new(value.into_abi()))
                .map(Some)
        } else {
            Ok(None)
        }
    }
}

/// What was expected of a field; [`Self::of_field`] makes it the whole message.
#[derive(Debug)]
pub(super) struct InvalidField(String);

impl InvalidField {
    #[cold]
    fn of_field(self, prefix: &str, name: &str, value: &JsValue) -> Self {
        let (expected, got) = (self.0, describe(value));
        Self(format!("{prefix}{name}: expected {expected}, got {got}"))
    }

    fn expected(expected: &dyn de::Expected) -> Self {
        Self(expected.to_string())
    }
}

impl fmt::Display for InvalidField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidField {}

impl de::Error for InvalidField {
    /// `expected` is what a type's `TryFrom<Raw>` fails with.
    fn custom<T: fmt::Display>(expected: T) -> Self {
        Self(expected.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }

    fn invalid_length(_: usize, expected: &dyn de::Expected) -> Self {
        Self::expected(expected)
    }
}

/// A value as it is. Types with rules of their own are made of it.
#[derive(Deserialize, Serialize)]
pub(super) struct Raw(#[serde(with = "serde_wasm_bindgen::preserve")] pub(super) JsValue);

/// A function of the caller.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(super) struct Callback(pub(super) Function);

impl TryFrom<Raw> for Callback {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        value.dyn_into().map(Self).map_err(|_| "a function")
    }
}

/// A number.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(super) struct Number(pub(super) f64);

impl TryFrom<Raw> for Number {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        value.as_f64().map(Self).ok_or("a number")
    }
}

/// An integer within limits.
#[derive(Deserialize, Serialize)]
#[serde(try_from = "Raw")]
pub(super) struct Integer<const MIN: u64, const MAX: u64>(pub(super) u64);

impl<const MIN: u64, const MAX: u64> TryFrom<Raw> for Integer<MIN, MAX> {
    type Error = String;

    fn try_from(Raw(value): Raw) -> Result<Self, String> {
        // Both limits are exact as f64: they are at most 2^53 - 1.
        let in_range = |n: &f64| n.fract() == 0.0 && (MIN as f64..=MAX as f64).contains(n);
        match value.as_f64().filter(in_range) {
            Some(number) => Ok(Self(number as u64)),
            None if MAX == MAX_SAFE_INTEGER => Err(format!("an integer from {MIN} to 2^53-1")),
            None => Err(format!("an integer from {MIN} to {MAX}")),
        }
    }
}

/// A time limit in milliseconds; `false` for none.
#[derive(Deserialize)]
#[serde(try_from = "Raw")]
pub(super) struct TimeLimit(pub(super) Option<Duration>);

impl TryFrom<Raw> for TimeLimit {
    type Error = &'static str;

    fn try_from(Raw(value): Raw) -> Result<Self, Self::Error> {
        // The runtimes' timers take no more.
        let in_range = |millis: &f64| (1.0..=f64::from(i32::MAX)).contains(millis);
        match (value.as_bool(), value.as_f64().filter(in_range)) {
            (Some(false), _) => Ok(Self(None)),
            (_, Some(millis)) => Ok(Self(Some(Duration::from_millis(millis as u64)))),
            _ => Err("milliseconds from 1 to 2147483647, or false for no limit"),
        }
    }
}

fn is_nullish(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

#[wasm_bindgen]
extern "C" {
    /// `js_sys::Object::entries` does not catch what a getter or a proxy throws.
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn object_entries(object: &JsValue) -> Result<Array, JsValue>;
}

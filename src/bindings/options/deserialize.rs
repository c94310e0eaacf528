//! The deserializer of options, with `serde_wasm_bindgen::preserve` for the values.
//!
//! The deserializer of `serde-wasm-bindgen` is not used. It runs getters to describe a value in errors, and its errors quote
//! values. They also format floats. Calling it for the preserved values alone takes 10 KB after brotli.

use std::fmt;

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, SeqAccess, Visitor,
        value::{StrDeserializer, U32Deserializer},
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsValue, convert::IntoWasmAbi};

use super::Options;
use crate::js_error::describe;

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

/// What the deserializer of serde-wasm-bindgen passes to its module `preserve`.
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

/// An error without the name of its field. [`Self::of_field`] adds the name.
#[derive(Debug)]
pub(crate) struct InvalidField(pub(super) String);

impl InvalidField {
    #[cold]
    pub(super) fn of_field(self, prefix: &str, name: &str, value: &JsValue) -> Self {
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

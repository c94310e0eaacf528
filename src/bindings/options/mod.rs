//! Options: plain JavaScript objects as structs that derive `Deserialize`.
//!
//! The errors of serde and `serde-wasm-bindgen` quote values, which can be secret. So each type has an error of its own, which
//! contains only the expected form. [`Options`] adds the name of the field and the type of the value.

mod deserialize;
mod values;

use js_sys::Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use self::deserialize::InvalidField;
pub(super) use self::values::{Callback, Integer, Number, Raw, TimeLimit};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    js_error::{AN_OBJECT, JsErrorSource, describe, describe_thrown},
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

/// The fields of each argument, for those that callers put into another one.
const HOMES: [(&[&str], &str); 13] = [
    (&QUERY_FIELDS, "the query of a call"),
    (
        &[
            "format",
            "columns",
            "neutralizeFormulas",
            "byteOrderMark",
            "delimiter",
            "trailer",
        ],
        "the options of exportHistory() and openExport()",
    ),
    (
        &["signal"],
        "the options of a call, its second argument, or the third of newest()",
    ),
    (
        &["limit"],
        "the options of a call that reads a whole history; for one page set the query's `count`, and pass to newest() a \
         number",
    ),
    (
        &["cursor", "concurrency", "onProgress"],
        "the options of a call that reads a whole history",
    ),
    (
        &["bucket", "timeZone", "top", "emptyBuckets", "by"],
        "the options of summarize()",
    ),
    (&["maxMessages"], "the options of spans()"),
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
    // `mintToken` as a token callback.
    (
        &["renew", "clockSkewMs"],
        "the argument of a token callback; pass the account itself as `token`",
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
        let mut options = Self::read_all(value, spec)?;
        options.fields.retain(|(_, value)| !is_nullish(value));
        Ok(options)
    }

    /// Does what [`Self::read`] does, but keeps fields that are `undefined` or `null`.
    pub(super) fn read_all(
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
        if entries.length() == 0 {
            // A Map, for example, would pass for options of which none is set.
            let class = describe_thrown(value);
            if class != "Object" && class != AN_OBJECT {
                let expected = spec.expected;
                return Err(options.invalid(format!(
                    "{name}: expected {expected}, got an instance of {class}"
                )));
            }
        }
        let fields = entries.iter().map(|entry| {
            let entry: Array = entry.unchecked_into();
            (entry.get(0).as_string().unwrap_or_default(), entry.get(1))
        });
        options.fields = fields.collect();
        Ok(options)
    }

    /// Reads the fields of a struct, and leaves the others for the next one.
    ///
    /// # Errors
    /// The error of the first field whose value is not of its type.
    pub(super) fn take<T: DeserializeOwned>(&mut self) -> Result<T, SmsHistoryError> {
        T::deserialize(&mut *self).map_err(|InvalidField(message)| self.invalid(message))
    }

    /// # Errors
    /// The error of a field with one of these names, which a struct has but the call does not use.
    pub(super) fn refuse(&self, names: &[&str]) -> Result<(), SmsHistoryError> {
        let mut fields = self.fields.iter();
        match fields.find(|(name, _)| names.contains(&name.as_str())) {
            Some((name, _)) => Err(self.invalid(format!(
                "options: expected no option `{name}`, got one; this call does not use it"
            ))),
            None => Ok(()),
        }
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
        let misplaced = |name: &str, home: &str| {
            Err(self.invalid(format!(
                "{what}: expected no {noun} `{name}`, got one; it belongs into {home}"
            )))
        };
        // The names of the API that belong into `extra`. They would otherwise be taken for misspelt options.
        if what == "query" && ["timezone", "message_id"].contains(&name.as_str()) {
            return misplaced(name, "`extra`");
        }
        let folded = suggest::fold(name);
        for (names, home) in HOMES {
            // A known name is misspelt.
            if let Some(name) = names.iter().find(|name| suggest::fold(name) == folded)
                && !self.known.contains(name)
            {
                return misplaced(name, home);
            }
        }
        Err(self.invalid(suggest::unknown(what, noun, name, &self.known)))
    }

    /// Reads a field as it is, `undefined` if it is absent.
    pub(super) fn field(&mut self, name: &'static str) -> JsValue {
        self.remove(name).unwrap_or_default()
    }

    /// Reads a field as it is, if there is one.
    pub(super) fn remove(&mut self, name: &'static str) -> Option<JsValue> {
        self.known.push(name);
        let position = self.fields.iter().position(|(known, _)| known == name)?;
        Some(self.fields.remove(position).1)
    }

    /// The fields, where the caller chooses their names.
    pub(super) fn into_fields(self) -> Vec<(String, JsValue)> {
        self.fields
    }

    pub(super) fn invalid(&self, message: String) -> SmsHistoryError {
        SmsHistoryError::new(self.spec.kind, message)
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

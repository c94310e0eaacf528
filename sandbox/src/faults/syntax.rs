//! The text and the JSON of a fault. The fields of each kind, their limits and their defaults are only here.

use super::model::{
    CountError, DateForm, ErrorBody, Fault, FaultKind, FileNameForm, Occurrence, Position, RowId,
    Trigger, ValueField, ValueForm,
};
use crate::limits::{HttpDateForm, RetryAfter};
use crate::random::{Delay, MAX_DELAY_MS};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

/// The documentation of the text form, for help texts.
pub const FAULT_SYNTAX: &str = include_str!("syntax.txt");

const KINDS: &str = "latency, a status from 400 to 599, api-error, html, truncate, reset, hang, drip, total-count, \
                     page-cap, duplicate, drop-row, result-null, row-id, date, value, cut-utf8, file-name, clock, \
                     no-date, token-expired";
/// A day, in seconds.
const DAY: i64 = 86_400;
const TEN_YEARS: i64 = 3_650 * DAY;
/// The rows of the largest page.
const MAX_ROWS: i64 = 1_000;
const MAX_TOTAL_COUNT_ERROR: i64 = 1_000_000_000;

/// The words of a field, and what they mean.
type Words<T> = [(&'static str, T)];

const BODIES: &Words<bool> = &[("html", true), ("empty", false)];
const LENGTHS: &Words<bool> = &[("full", true), ("cut", false)];
const ROW_IDS: &Words<RowId> = &[
    ("sms_id", RowId::SmsId),
    ("both", RowId::Both),
    ("transaction_id", RowId::TransactionId),
    ("none", RowId::None),
    ("shared", RowId::Shared),
];
const DATE_FORMS: &Words<DateForm> = &[
    ("zero", DateForm::Zero),
    ("t", DateForm::T),
    ("z", DateForm::Z),
    ("iso", DateForm::Iso),
    ("fraction", DateForm::Fraction),
    ("iso-fraction", DateForm::IsoFraction),
];
const VALUE_FIELDS: &Words<ValueField> = &[
    ("message_id", ValueField::MessageId),
    ("fragments", ValueField::Fragments),
    ("cost", ValueField::Cost),
    ("status_id", ValueField::StatusId),
    ("transaction_id", ValueField::TransactionId),
    ("direction", ValueField::Direction),
    ("total_count", ValueField::TotalCount),
];
const VALUE_FORMS: &Words<ValueForm> = &[
    ("decimal", ValueForm::Decimal),
    ("decimal-string", ValueForm::DecimalString),
    ("string", ValueForm::String),
    ("empty", ValueForm::Empty),
    ("php", ValueForm::Php),
];
const HTTP_DATE_FORMS: &Words<HttpDateForm> = &[
    ("imf", HttpDateForm::Imf),
    ("rfc850", HttpDateForm::Rfc850),
    ("asctime", HttpDateForm::Asctime),
];
const FILE_NAME_FORMS: &Words<FileNameForm> = &[
    ("extended", FileNameForm::Extended),
    ("encoded", FileNameForm::Encoded),
    ("both", FileNameForm::Both),
    ("semicolon", FileNameForm::Semicolon),
    ("absent", FileNameForm::Absent),
];
const ERROR_BODIES: &Words<ErrorBody> = &[
    ("standard", ErrorBody::Standard(0)),
    ("decimal", ErrorBody::Decimal(0)),
    ("parameter", ErrorBody::Parameter(0)),
    ("token", ErrorBody::Token(0)),
    ("text", ErrorBody::Text),
    ("letters", ErrorBody::Letters),
    ("empty-page", ErrorBody::EmptyPage),
];

fn word_of<T: Copy + PartialEq>(words: &Words<T>, value: T) -> Value {
    let entry = words.iter().find(|(_, known)| *known == value);
    entry.map_or(Value::Null, |(word, _)| (*word).into())
}

type Result<T> = std::result::Result<T, FaultError>;

/// The error of a fault that does not parse: the field, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FaultError {
    field: String,
    message: String,
}

impl FaultError {
    pub(super) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// The same error for the fault at an index of a list.
    pub(super) fn at_index(self, index: usize) -> Self {
        Self::new(format!("faults[{index}]: {}", self.field), self.message)
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self> {
        let (kind, fields) = FieldMap::from_spec(spec)?;
        read_fault(&kind, fields)
    }
}

impl TryFrom<Value> for Fault {
    type Error = FaultError;

    fn try_from(value: Value) -> Result<Self> {
        let (kind, fields) = FieldMap::from_json(value)?;
        read_fault(&kind, fields)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        value.try_into().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&kind_name(&self.kind))?;
        for (index, (name, value)) in fields(self).iter().enumerate() {
            let separator = if index == 0 { ':' } else { ',' };
            match value {
                Value::Bool(_) => write!(f, "{separator}{name}")?,
                Value::String(text) => write!(f, "{separator}{name}={text}")?,
                number => write!(f, "{separator}{name}={number}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let fields = fields(self);
        let mut map = serializer.serialize_map(Some(1 + fields.len()))?;
        map.serialize_entry("kind", &kind_name(&self.kind))?;
        for (name, value) in fields {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

/// The unread fields of a fault, and the names read so far.
struct FieldMap {
    values: Map<String, Value>,
    known: Vec<&'static str>,
}

impl FieldMap {
    /// Splits a text into the kind and the fields.
    fn from_spec(spec: &str) -> Result<(String, Self)> {
        let (kind, rest) = spec.split_once(':').unwrap_or((spec, ""));
        let mut values = Map::new();
        for field in rest.split(',').filter(|_| spec.contains(':')) {
            let (name, value) = match field.split_once('=') {
                Some((name, text)) => (name, number_or_text(text)),
                None => (field, Value::Bool(true)),
            };
            if name.is_empty() {
                let message = "expected KIND or KIND:NAME=VALUE,NAME=VALUE, got an empty name";
                return Err(FaultError::new("spec", message));
            }
            if values.insert(name.to_owned(), value).is_some() {
                return Err(FaultError::new(name, "expected one value, got two"));
            }
        }
        Ok((kind.to_owned(), Self::new(values)))
    }

    /// Splits a JSON object into the kind and the fields.
    fn from_json(value: Value) -> Result<(String, Self)> {
        let Value::Object(mut values) = value else {
            let message = r#"expected an object like {"kind": "429", "times": 1}"#;
            return Err(FaultError::new("fault", message));
        };
        let kind = match values.remove("kind") {
            Some(Value::String(kind)) => kind,
            Some(Value::Number(status)) => status.to_string(),
            Some(_) => return Err(FaultError::new("kind", "expected a string")),
            None => return Err(FaultError::new("kind", "expected a string, got none")),
        };
        Ok((kind, Self::new(values)))
    }

    fn new(values: Map<String, Value>) -> Self {
        let known = Vec::new();
        Self { values, known }
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.values.remove(name)
    }

    fn flag(&mut self, name: &'static str) -> Result<bool> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(FaultError::new(name, "expected no value (in JSON: true)")),
        }
    }

    fn integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Result<i64> {
        let (min, max) = (*range.start(), *range.end());
        self.optional_integer(name, range)?.ok_or_else(|| {
            let message = format!("expected an integer from {min} to {max}, got none");
            FaultError::new(name, message)
        })
    }

    fn optional_integer(
        &mut self,
        name: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let number = value.as_i64().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            let (min, max) = range.into_inner();
            FaultError::new(name, format!("expected an integer from {min} to {max}"))
        })
    }

    /// A count, a size or an offset, from `min` to 2^32-1.
    fn size(&mut self, name: &'static str, min: u32) -> Result<Option<u64>> {
        let range = i64::from(min)..=i64::from(u32::MAX);
        let number = self.optional_integer(name, range)?;
        Ok(number.map(i64::unsigned_abs))
    }

    fn word<T: Copy>(&mut self, name: &'static str, words: &Words<T>) -> Result<T> {
        let value = self.take(name);
        let word = value.as_ref().and_then(Value::as_str);
        let entry = words.iter().find(|(known, _)| word == Some(known));
        entry.map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = match known.as_slice() {
                [first, second] => format!("expected {first} or {second}"),
                _ => format!("expected one of {}", known.join(", ")),
            };
            FaultError::new(name, message)
        })
    }

    /// A word whose default is the first of its words.
    fn optional_word<T: Copy>(&mut self, name: &'static str, words: &Words<T>) -> Result<T> {
        match self.values.get(name) {
            Some(_) => self.word(name, words),
            None => {
                self.known.push(name);
                Ok(words[0].1)
            }
        }
    }

    /// Rejects unread fields.
    fn finish(self, kind: &str) -> Result<()> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(name) => {
                let known = self.known.join(", ");
                let message = format!("expected a field of {kind}, which has {known}");
                Err(FaultError::new(name, message))
            }
        }
    }
}

/// The value in a text: a number if it parses as one.
fn number_or_text(text: &str) -> Value {
    let number = serde_json::from_str(text).ok().filter(Value::is_number);
    number.unwrap_or_else(|| text.into())
}

fn read_fault(kind: &str, mut fields: FieldMap) -> Result<Fault> {
    let fault = Fault {
        kind: read_kind(kind, &mut fields)?,
        trigger: read_trigger(&mut fields)?,
    };
    fields.finish(kind)?;
    Ok(fault)
}

fn read_kind(kind: &str, fields: &mut FieldMap) -> Result<FaultKind> {
    Ok(match kind {
        "latency" => FaultKind::Latency(read_delay(fields)?),
        "api-error" => FaultKind::ApiError {
            body: read_error_body(fields)?,
            status: read_api_status(fields)?,
            retry_after: read_retry_after(fields)?,
        },
        "html" => FaultKind::Html,
        "truncate" => FaultKind::Truncate {
            at: read_position(fields)?.unwrap_or(Position::Random),
            full_length: fields.optional_word("length", LENGTHS)?,
        },
        "reset" => FaultKind::Reset(read_position(fields)?),
        "hang" => FaultKind::Hang(read_position(fields)?),
        "drip" => FaultKind::Drip {
            bytes: fields.size("bytes", 1)?.unwrap_or(4_096) as usize,
            interval: read_milliseconds(fields, "interval-ms")?
                .unwrap_or(Duration::from_millis(20)),
        },
        "total-count" => FaultKind::TotalCount(read_total_count(fields)?),
        "page-cap" => FaultKind::PageCap(read_rows(fields, 100)?),
        "duplicate" => FaultKind::Duplicate(read_rows(fields, 1)?),
        "drop-row" => FaultKind::DropRow(read_rows(fields, 1)?),
        "result-null" => FaultKind::ResultNull,
        "row-id" => FaultKind::RowId(fields.word("field", ROW_IDS)?),
        "date" => FaultKind::Date(fields.word("form", DATE_FORMS)?),
        "value" => read_value(fields)?,
        "cut-utf8" => FaultKind::CutUtf8(read_rows(fields, 1)?),
        "file-name" => FaultKind::FileName(fields.word("form", FILE_NAME_FORMS)?),
        "clock" => FaultKind::Clock(fields.integer("skew", -TEN_YEARS..=TEN_YEARS)?),
        "no-date" => FaultKind::NoDate,
        "token-expired" => FaultKind::TokenExpired {
            stays: fields.flag("stays")?,
        },
        _ => match kind.parse() {
            Ok(status) if (400..=599).contains(&status) && kind.len() == 3 => FaultKind::Status {
                status,
                retry_after: read_retry_after(fields)?,
                html: fields.optional_word("body", BODIES)?,
            },
            _ => return Err(FaultError::new("kind", format!("expected one of {KINDS}"))),
        },
    })
}

fn read_trigger(fields: &mut FieldMap) -> Result<Trigger> {
    Ok(Trigger {
        occurrence: read_occurrence(fields)?,
        times: fields.size("times", 1)?,
        offset: fields.size("offset", 0)?,
        count: fields.size("count", 1)?,
    })
}

fn read_occurrence(fields: &mut FieldMap) -> Result<Occurrence> {
    let given = [
        read_probability(fields)?,
        fields.size("every", 1)?.map(Occurrence::Every),
        fields
            .size("first", 1)?
            .map(|to| Occurrence::Requests { from: 1, to }),
        read_requests(fields)?,
    ];
    let mut given = given.into_iter().flatten();
    let occurrence = given.next().unwrap_or_default();
    if given.next().is_some() {
        let names = "probability, every, first, requests";
        return Err(FaultError::new(names, "expected at most one of these"));
    }
    Ok(occurrence)
}

fn read_probability(fields: &mut FieldMap) -> Result<Option<Occurrence>> {
    let seed = fields.size("seed", 0)?;
    match fields.take("probability") {
        Some(value) => match value.as_f64().filter(|number| (0.0..=1.0).contains(number)) {
            Some(probability) => Ok(Some(Occurrence::Probability { probability, seed })),
            None => {
                let message = "expected a number from 0 to 1";
                Err(FaultError::new("probability", message))
            }
        },
        None if seed.is_some() => {
            let message = "expected together with probability only";
            Err(FaultError::new("seed", message))
        }
        None => Ok(None),
    }
}

fn read_requests(fields: &mut FieldMap) -> Result<Option<Occurrence>> {
    let Some(value) = fields.take("requests") else {
        return Ok(None);
    };
    let bounds = match &value {
        Value::String(text) => text
            .split_once('-')
            .map(|(from, to)| (from.parse().ok(), to.parse().ok())),
        Value::Array(bounds) => match bounds.as_slice() {
            [from, to] => Some((from.as_u64(), to.as_u64())),
            _ => None,
        },
        _ => None,
    };
    match bounds {
        Some((Some(from), Some(to))) if (1..=to).contains(&from) => {
            Ok(Some(Occurrence::Requests { from, to }))
        }
        _ => {
            let message = "expected a range like 5-9, from 1 on (in JSON also [5, 9])";
            Err(FaultError::new("requests", message))
        }
    }
}

fn read_delay(fields: &mut FieldMap) -> Result<Delay> {
    let ms = fields.take("ms");
    let mean = read_milliseconds(fields, "mean-ms")?;
    let cap = read_milliseconds(fields, "cap-ms")?;
    match (ms, mean, cap) {
        (Some(ms), None, None) => {
            let text = ms.as_str().map_or_else(|| ms.to_string(), str::to_owned);
            text.parse().map_err(|error| FaultError::new("ms", error))
        }
        (None, Some(mean), cap) => {
            let cap = cap.unwrap_or(Duration::from_secs(60));
            Ok(Delay::LongTail { mean, cap })
        }
        _ => {
            let message = "expected ms=N, ms=MIN-MAX, or mean-ms=N with cap-ms=N";
            Err(FaultError::new("ms, mean-ms, cap-ms", message))
        }
    }
}

fn read_milliseconds(fields: &mut FieldMap, name: &'static str) -> Result<Option<Duration>> {
    let number = fields.optional_integer(name, 0..=MAX_DELAY_MS as i64)?;
    Ok(number.map(|ms| Duration::from_millis(ms.unsigned_abs())))
}

fn read_retry_after(fields: &mut FieldMap) -> Result<RetryAfter> {
    let seconds = fields.optional_integer("retry-after", 0..=DAY)?;
    let date = fields.optional_integer("retry-after-date", 0..=DAY)?;
    let has_form = fields.values.contains_key("date-form");
    let form = fields.optional_word("date-form", HTTP_DATE_FORMS)?;
    if has_form && date.is_none() {
        let message = "expected together with retry-after-date only";
        return Err(FaultError::new("date-form", message));
    }
    match (seconds, date) {
        (None, None) => Ok(RetryAfter::Absent),
        (Some(seconds), None) => Ok(RetryAfter::Seconds(seconds as u32)),
        (None, Some(seconds)) => Ok(RetryAfter::Date {
            seconds: seconds as u32,
            form,
        }),
        (Some(_), Some(_)) => {
            let names = "retry-after, retry-after-date";
            Err(FaultError::new(names, "expected at most one of these"))
        }
    }
}

fn read_error_body(fields: &mut FieldMap) -> Result<ErrorBody> {
    let mut body = fields.optional_word("body", ERROR_BODIES)?;
    match &mut body {
        ErrorBody::Text | ErrorBody::Letters | ErrorBody::EmptyPage => {}
        ErrorBody::Standard(code)
        | ErrorBody::Decimal(code)
        | ErrorBody::Parameter(code)
        | ErrorBody::Token(code) => *code = fields.integer("code", 1..=9_999)? as u16,
    }
    Ok(body)
}

fn read_value(fields: &mut FieldMap) -> Result<FaultKind> {
    let field = fields.word("field", VALUE_FIELDS)?;
    let form = fields.word("form", VALUE_FORMS)?;
    if field == ValueField::Direction && form != ValueForm::Empty {
        return Err(FaultError::new("form", "expected empty for direction"));
    }
    Ok(FaultKind::Value { field, form })
}

fn read_api_status(fields: &mut FieldMap) -> Result<u16> {
    match fields.optional_integer("status", 200..=599)? {
        None => Ok(200),
        Some(status) if status == 200 || status >= 400 => Ok(status as u16),
        Some(_) => {
            let message = "expected 200, or 400 to 599";
            Err(FaultError::new("status", message))
        }
    }
}

fn read_position(fields: &mut FieldMap) -> Result<Option<Position>> {
    match fields.take("at") {
        None => Ok(None),
        Some(value) if value == "random" => Ok(Some(Position::Random)),
        Some(value) => match value.as_u64() {
            Some(position) => Ok(Some(Position::Byte(position))),
            None => {
                let message = "expected a number of bytes, 0 or more, or random";
                Err(FaultError::new("at", message))
            }
        },
    }
}

fn read_total_count(fields: &mut FieldMap) -> Result<CountError> {
    let range = -MAX_TOTAL_COUNT_ERROR..=MAX_TOTAL_COUNT_ERROR;
    let by = fields.optional_integer("by", range)?;
    let cap = fields.size("cap", 0)?;
    match (by, cap, fields.flag("absent")?) {
        (Some(by), None, false) => Ok(CountError::By(by)),
        (None, Some(cap), false) => Ok(CountError::Cap(cap)),
        (None, None, true) => Ok(CountError::Absent),
        _ => Err(FaultError::new("by, cap, absent", "expected one of these")),
    }
}

fn read_rows(fields: &mut FieldMap, default: u32) -> Result<u32> {
    let rows = fields.optional_integer("rows", 1..=MAX_ROWS)?;
    Ok(rows.map_or(default, |rows| rows as u32))
}

fn kind_name(kind: &FaultKind) -> String {
    let name = match kind {
        FaultKind::Latency(_) => "latency",
        FaultKind::Status { status, .. } => return status.to_string(),
        FaultKind::ApiError { .. } => "api-error",
        FaultKind::Html => "html",
        FaultKind::Truncate { .. } => "truncate",
        FaultKind::Reset(_) => "reset",
        FaultKind::Hang(_) => "hang",
        FaultKind::Drip { .. } => "drip",
        FaultKind::TotalCount(_) => "total-count",
        FaultKind::PageCap(_) => "page-cap",
        FaultKind::Duplicate(_) => "duplicate",
        FaultKind::DropRow(_) => "drop-row",
        FaultKind::ResultNull => "result-null",
        FaultKind::RowId(_) => "row-id",
        FaultKind::Date(_) => "date",
        FaultKind::Value { .. } => "value",
        FaultKind::CutUtf8(_) => "cut-utf8",
        FaultKind::FileName(_) => "file-name",
        FaultKind::Clock(_) => "clock",
        FaultKind::NoDate => "no-date",
        FaultKind::TokenExpired { .. } => "token-expired",
    };
    name.to_owned()
}

type Fields = Vec<(&'static str, Value)>;

/// The fields of a fault, without those at their default.
fn fields(fault: &Fault) -> Fields {
    let mut fields = kind_fields(&fault.kind);
    add_trigger_fields(&fault.trigger, &mut fields);
    fields
}

fn kind_fields(kind: &FaultKind) -> Fields {
    let mut fields = Fields::new();
    match kind {
        FaultKind::Latency(Delay::LongTail { mean, cap }) => {
            fields.push(("mean-ms", ms(*mean)));
            fields.push(("cap-ms", ms(*cap)));
        }
        FaultKind::Latency(Delay::Fixed(delay)) => fields.push(("ms", ms(*delay))),
        FaultKind::Latency(range) => fields.push(("ms", range.to_string().into())),
        FaultKind::Status {
            retry_after, html, ..
        } => {
            fields.extend(retry_after_fields(*retry_after));
            if !html {
                fields.push(("body", "empty".into()));
            }
        }
        FaultKind::ApiError {
            body,
            status,
            retry_after,
        } => {
            fields.extend(error_body_fields(*body));
            fields.push(("status", (*status).into()));
            fields.extend(retry_after_fields(*retry_after));
        }
        FaultKind::Truncate { at, full_length } => {
            fields.push(("at", position(*at)));
            fields.push(("length", word_of(LENGTHS, *full_length)));
        }
        FaultKind::Reset(at) | FaultKind::Hang(at) => {
            fields.extend(at.map(|at| ("at", position(at))));
        }
        FaultKind::Drip { bytes, interval } => {
            fields.push(("bytes", (*bytes).into()));
            fields.push(("interval-ms", ms(*interval)));
        }
        FaultKind::TotalCount(CountError::Absent) => fields.push(("absent", true.into())),
        FaultKind::TotalCount(CountError::By(by)) => fields.push(("by", (*by).into())),
        FaultKind::TotalCount(CountError::Cap(cap)) => fields.push(("cap", (*cap).into())),
        FaultKind::PageCap(rows)
        | FaultKind::Duplicate(rows)
        | FaultKind::DropRow(rows)
        | FaultKind::CutUtf8(rows) => fields.push(("rows", (*rows).into())),
        FaultKind::RowId(location) => fields.push(("field", word_of(ROW_IDS, *location))),
        FaultKind::Date(form) => fields.push(("form", word_of(DATE_FORMS, *form))),
        FaultKind::Value { field, form } => {
            fields.push(("field", word_of(VALUE_FIELDS, *field)));
            fields.push(("form", word_of(VALUE_FORMS, *form)));
        }
        FaultKind::FileName(form) => fields.push(("form", word_of(FILE_NAME_FORMS, *form))),
        FaultKind::Clock(skew) => fields.push(("skew", (*skew).into())),
        FaultKind::TokenExpired { stays: true } => fields.push(("stays", true.into())),
        FaultKind::TokenExpired { stays: false }
        | FaultKind::Html
        | FaultKind::ResultNull
        | FaultKind::NoDate => {}
    }
    fields
}

fn add_trigger_fields(trigger: &Trigger, fields: &mut Fields) {
    match trigger.occurrence {
        Occurrence::All => {}
        Occurrence::Probability { probability, seed } => {
            fields.push(("probability", probability.into()));
            fields.extend(seed.map(|seed| ("seed", seed.into())));
        }
        Occurrence::Every(every) => fields.push(("every", every.into())),
        Occurrence::Requests { from, to } => {
            fields.push(("requests", format!("{from}-{to}").into()));
        }
    }
    for (name, limit) in [
        ("times", trigger.times),
        ("offset", trigger.offset),
        ("count", trigger.count),
    ] {
        fields.extend(limit.map(|limit| (name, limit.into())));
    }
}

fn error_body_fields(mut body: ErrorBody) -> Fields {
    let mut fields = Fields::new();
    if let ErrorBody::Standard(code)
    | ErrorBody::Decimal(code)
    | ErrorBody::Parameter(code)
    | ErrorBody::Token(code) = &mut body
    {
        fields.push(("code", (*code).into()));
        *code = 0;
    }
    if body != ErrorBody::Standard(0) {
        fields.push(("body", word_of(ERROR_BODIES, body)));
    }
    fields
}

fn retry_after_fields(retry_after: RetryAfter) -> Fields {
    match retry_after {
        RetryAfter::Absent => Vec::new(),
        RetryAfter::Seconds(seconds) => vec![("retry-after", seconds.into())],
        RetryAfter::Date { seconds, form } => {
            let mut fields = vec![("retry-after-date", seconds.into())];
            if form != HttpDateForm::Imf {
                fields.push(("date-form", word_of(HTTP_DATE_FORMS, form)));
            }
            fields
        }
    }
}

fn position(position: Position) -> Value {
    match position {
        Position::Byte(position) => position.into(),
        Position::Random => "random".into(),
    }
}

fn ms(duration: Duration) -> Value {
    (duration.as_millis() as u64).into()
}

//! The test oracle of pages: `serde_json`. The fuzzer uses it too (`fuzz/fuzz_targets/response.rs`).

use serde_json::{Map, Value, value::RawValue};
use voximplant_sms_history::{
    SmsHistoryPage, SmsMessage, date,
    http::HttpResponse,
    page::{Direction, Status},
    response::read_page,
};

/// Deeper bodies are not compared. `serde_json` and the library both reject about 128 levels, but count them differently.
const MAX_DEPTH: usize = 100;
/// The library may reject longer numbers, because they exceed an exact decimal.
const MAX_DIGITS: usize = 15;
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The result of reading a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A page with the same values as the oracle's.
    Page,
    /// An error that the oracle does not contradict.
    Error,
}

/// Reads a body as a page, and compares the page with the value of `serde_json`.
///
/// # Panics
/// When they differ.
pub(crate) fn judge(body: &[u8]) -> Verdict {
    let response = HttpResponse {
        status: 200,
        body: body.to_vec().into(),
        ..HttpResponse::default()
    };
    let read = read_page(&response);
    let verdict = match read {
        Ok(_) => Verdict::Page,
        Err(_) => Verdict::Error,
    };
    if body.iter().filter(|byte| b"[{".contains(byte)).count() > MAX_DEPTH {
        return verdict;
    }
    // As `response.json()`, which replaces invalid UTF-8. Outside of strings the replacements are not JSON.
    let text = String::from_utf8_lossy(body);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    // As a raw value, which may have numbers of any size and lone surrogates.
    let is_json = serde_json::from_str::<&RawValue>(text).is_ok();
    let value = serde_json::from_str::<Value>(text).ok();
    match (read, value) {
        (Ok(page), value) => {
            assert!(is_json, "a page was read from a body that is not JSON");
            if let Some(value) = value {
                assert_same(&page, &value);
            }
        }
        (Err(error), Some(value)) => {
            let digits = body.split(|byte| !byte.is_ascii_digit());
            let is_plain = digits.map(<[u8]>::len).max() <= Some(MAX_DIGITS);
            // The oracle keeps only the last value of a repeated key, but the library checks all of them.
            let has_unique_keys = colons(body) == keys(&value);
            assert!(
                !(is_plain && has_unique_keys && is_plain_page(&value)),
                "a page was rejected: {error}"
            );
        }
        (Err(_), None) => {}
    }
    verdict
}

/// Counts the keys of a JSON text by their colons, which stand outside strings.
fn colons(json: &[u8]) -> usize {
    let (mut count, mut in_string, mut is_escaped) = (0, false, false);
    for &byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b':' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

/// Counts the keys of a value at all depths.
fn keys(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(keys).sum(),
        Value::Object(map) => map.len() + map.values().map(keys).sum::<usize>(),
        _ => 0,
    }
}

fn assert_same(page: &SmsHistoryPage, value: &Value) {
    let Some(rows) = value["result"].as_array() else {
        let is_empty = match &value["result"] {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        assert!(is_empty, "a page was read from a body without result");
        assert_eq!((page.len(), page.total_count()), (0, Some(0)));
        return;
    };
    assert_eq!(page.len(), rows.len());
    assert_eq!(page.totals().count, rows.len() as u64);
    let fragments: u64 = page.iter().filter_map(|message| message.fragments).sum();
    assert_eq!(page.totals().fragments, fragments);
    for (message, row) in page.iter().zip(rows) {
        let Some(row) = row.as_object() else {
            panic!("a row was read from a value that is no object");
        };
        assert_same_row(&message, row);
    }
}

fn assert_same_row(message: &SmsMessage<'_>, row: &Map<String, Value>) {
    for (read, name) in [
        (message.message_id, "message_id"),
        (message.fragments, "fragments"),
        (message.transaction_id, "transaction_id"),
    ] {
        let mut sent = trimmed(row, name);
        if name == "message_id" && sent.as_deref().is_none_or(is_zero) {
            sent = trimmed(row, "sms_id").or(sent);
        }
        let expected = sent.map(|sent| sent.parse().expect("the value is no number"));
        // Integers up to 2^53 are exact in both.
        assert_eq!(read.map(|read| read as f64), expected, "{name}");
    }
    for (read, name) in [
        (message.source_number, "source_number"),
        (message.destination_number, "destination_number"),
        (message.error_message, "error_message"),
        (message.text, "text"),
    ] {
        if row.get(name).is_none_or(|sent| !sent.is_number()) {
            assert_eq!(read, text_of(row, name).as_deref(), "{name}");
        }
    }
    let cost = trimmed(row, "cost");
    let cost: Option<f64> = cost.map(|sent| sent.parse().expect("the value is no number"));
    let read = message.cost.map(|cost| cost.to_f64());
    assert_eq!(read.is_some(), cost.is_some(), "cost");
    if let (Some(read), Some(cost)) = (read, cost) {
        // Costs are rounded to 18 decimal places. A number of fewer digits is exact.
        let has_few_digits = row["cost"].to_string().len() < 18;
        let error = if has_few_digits && !row["cost"].to_string().contains(['e', 'E']) {
            0.0
        } else {
            1e-18 + f64::EPSILON * cost.abs()
        };
        assert!((read - cost).abs() <= error, "cost");
    }
    let date = trimmed(row, "processed_date");
    if let Some(date) = &date
        && let Ok(date) = date::parse_timestamp(date)
    {
        assert_eq!(message.processed_date, Some(date), "processed_date");
    }
    assert!(message.processed_date.is_none() || date.is_some());
    // `serde_json` does not keep the text of a float.
    let is_as_sent = |name| row.get(name).is_none_or(|sent| !sent.is_f64());
    let direction = trimmed(row, "direction");
    match message.direction {
        None => assert_eq!(direction, None),
        Some(Direction::In) => assert!(direction.unwrap().eq_ignore_ascii_case("in")),
        Some(Direction::Out) => assert!(direction.unwrap().eq_ignore_ascii_case("out")),
        Some(Direction::Unknown(read)) if is_as_sent("direction") => {
            assert_eq!(direction.as_deref(), Some(read));
        }
        Some(Direction::Unknown(_)) => {}
    }
    let status = trimmed(row, "status_id");
    let is_number = |number| status.as_ref().unwrap().parse() == Ok(number);
    match message.status {
        None => assert_eq!(status, None),
        Some(Status::Success) => assert!(is_number(1.0)),
        Some(Status::Error) => assert!(is_number(2.0)),
        Some(Status::Waiting) => assert!(is_number(3.0)),
        Some(Status::Unknown(read)) if is_as_sent("status_id") => {
            assert_eq!(status.as_deref(), Some(read));
        }
        Some(Status::Unknown(_)) => {}
    }
}

/// The text of a string or a number. `None` when it is null or absent.
fn text_of(row: &Map<String, Value>, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => panic!("a row was read whose {name} is no string or number"),
    }
}

/// The text of a string or a number without white space around it. `None` when it is empty, null or absent.
fn trimmed(row: &Map<String, Value>, name: &str) -> Option<String> {
    let text = text_of(row, name)?.trim_ascii().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

fn is_zero(number: &str) -> bool {
    number.parse() == Ok(0.0)
}

/// Whether a body is a page in the plainest form, which the library must accept.
fn is_plain_page(value: &Value) -> bool {
    let Some(body) = value.as_object() else {
        return false;
    };
    let is_integer = |value: &Value| {
        let number = value.as_u64();
        value.is_null() || number.is_some_and(|number| number <= MAX_SAFE_INTEGER)
    };
    let is_text = |value: &Value| value.is_null() || value.is_string();
    let is_cost = |value: &Value| {
        let text = value.to_string();
        value.is_null() || value.is_number() && text.len() < 15 && !text.contains(['e', 'E'])
    };
    let is_date = |value: &Value| {
        value.is_null()
            || value
                .as_str()
                .is_some_and(|date| date::parse(date.as_bytes()).is_some())
    };
    let is_valid = |name: &str, value: &Value| {
        Some(match name {
            "message_id" | "fragments" | "transaction_id" | "sms_id" => is_integer(value),
            "cost" => is_cost(value),
            "processed_date" => is_date(value),
            "source_number" | "destination_number" | "direction" | "status_id"
            | "error_message" | "text" => is_text(value),
            _ => return None,
        })
    };
    let is_row = |row: &Value| {
        row.as_object().is_some_and(|row| {
            let is_known = |(name, value): (&String, &Value)| is_valid(name, value).is_some();
            let is_valid = |(name, value): (&String, &Value)| {
                is_valid(name, value).unwrap_or_else(|| !name.contains('\u{fffd}'))
            };
            (row.is_empty() || row.iter().any(is_known)) && row.iter().all(is_valid)
        })
    };
    let is_of_page = |name: &String| name == "result" || name == "total_count";
    let is_error = |name: &String| {
        ["error", "errors"]
            .iter()
            .any(|error| error.eq_ignore_ascii_case(name))
    };
    // Beside an empty array, another field may report a failure.
    !body.keys().any(is_error)
        && !body.keys().any(|name| name.contains('\u{fffd}'))
        && body.get("total_count").is_none_or(is_integer)
        && body
            .get("result")
            .and_then(Value::as_array)
            .is_some_and(|rows| {
                rows.iter().all(is_row) && (!rows.is_empty() || body.keys().all(is_of_page))
            })
}

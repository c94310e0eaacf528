//! The referee of pages: what serde_json makes of a body. Also the fuzzer's (`fuzz/fuzz_targets/reply.rs`).

use serde_json::{Map, Value, value::RawValue};
use voximplant_sms_history::{
    SmsHistoryPage, SmsMessage, date,
    http::HttpResponse,
    page::{Direction, Status},
    response::read_page,
};

/// serde_json and the library both refuse what is nested deeper than about 128; how they count is their own.
const DEEP: usize = 100;
/// So many digits in a row can be more than an exact decimal holds, which is no matter of JSON.
const LONG: usize = 15;
const MAX_SAFE: u64 = (1 << 53) - 1;

/// What came of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A page, with the values that the referee finds in it.
    Page,
    /// An error, and the referee does not know better.
    Refused,
}

/// Reads a body as a page, and holds it against what serde_json makes of it.
///
/// # Panics
/// If the two differ.
pub(crate) fn judge(body: &[u8]) -> Verdict {
    let reply = HttpResponse {
        status: 200,
        body: body.to_vec().into(),
        ..HttpResponse::default()
    };
    let read = read_page(&reply);
    let verdict = match read {
        Ok(_) => Verdict::Page,
        Err(_) => Verdict::Refused,
    };
    if body.iter().filter(|byte| b"[{".contains(byte)).count() > DEEP {
        return verdict;
    }
    // Raw: numbers of any size, and escapes that are half of a surrogate pair.
    let is_json = serde_json::from_slice::<&RawValue>(body).is_ok();
    let value = serde_json::from_slice::<Value>(body).ok();
    match (read, value) {
        (Ok(page), value) => {
            assert!(is_json, "a page was read from what is no JSON");
            if let Some(value) = value {
                same(&page, &value);
            }
        }
        (Err(error), Some(value)) => {
            let digits = body.split(|byte| !byte.is_ascii_digit());
            let is_plain = digits.map(<[u8]>::len).max() <= Some(LONG);
            // Of a key that comes twice the referee knows the last value alone; to the library, each must be right.
            let is_known = colons(body) == keys(&value);
            assert!(
                !(is_plain && is_known && is_surely_a_page(&value)),
                "a page was refused: {error}"
            );
        }
        (Err(_), None) => {}
    }
    verdict
}

/// How many keys a JSON text has: each has a colon after it, outside of strings.
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

/// How many keys a value has, all the way down.
fn keys(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(keys).sum(),
        Value::Object(map) => map.len() + map.values().map(keys).sum::<usize>(),
        _ => 0,
    }
}

fn same(page: &SmsHistoryPage, value: &Value) {
    let Some(rows) = value["result"].as_array() else {
        panic!("a page was read where there is no result");
    };
    assert_eq!(page.len(), rows.len());
    assert_eq!(page.totals().count, rows.len() as u64);
    let fragments: u64 = page.iter().filter_map(|message| message.fragments).sum();
    assert_eq!(page.totals().fragments, fragments);
    for (message, row) in page.iter().zip(rows) {
        let Some(row) = row.as_object() else {
            panic!("a row was read where there is none");
        };
        same_row(&message, row);
    }
}

fn same_row(message: &SmsMessage<'_>, row: &Map<String, Value>) {
    for (read, name) in [
        (message.message_id, "message_id"),
        (message.fragments, "fragments"),
        (message.transaction_id, "transaction_id"),
    ] {
        let sent = word(row, name).filter(|sent| !sent.is_empty());
        let expected = sent.map(|sent| sent.parse().expect("a number where none was sent"));
        // Whole numbers up to 2^53 are exact for both.
        assert_eq!(read.map(|read| read as f64), expected, "{name}");
    }
    for (read, name) in [
        (message.source_number, "source_number"),
        (message.destination_number, "destination_number"),
        (message.error_message, "error_message"),
        (message.text, "text"),
    ] {
        if row.get(name).is_none_or(|sent| !sent.is_number()) {
            assert_eq!(read, word(row, name).as_deref(), "{name}");
        }
    }
    let cost = word(row, "cost").filter(|sent| !sent.is_empty());
    let cost: Option<f64> = cost.map(|sent| sent.parse().expect("a cost where none was sent"));
    assert_eq!(message.cost.map(|cost| cost.to_f64()), cost, "cost");
    let date = word(row, "processed_date").and_then(|sent| date::parse(sent.as_bytes()));
    assert_eq!(message.processed_date, date, "processed_date");
    // A number that is no plain one is written anew by serde_json.
    let is_as_sent = |name| row.get(name).is_none_or(|sent| !sent.is_f64());
    let direction = word(row, "direction");
    match message.direction {
        None => assert_eq!(direction, None),
        Some(Direction::In) => assert!(direction.unwrap().eq_ignore_ascii_case("in")),
        Some(Direction::Out) => assert!(direction.unwrap().eq_ignore_ascii_case("out")),
        Some(Direction::Unknown(read)) if is_as_sent("direction") => {
            assert_eq!(direction.as_deref(), Some(read));
        }
        Some(Direction::Unknown(_)) => {}
    }
    let status = word(row, "status_id");
    match message.status {
        None => assert_eq!(status, None),
        Some(Status::Success) => assert_eq!(status.unwrap(), "1"),
        Some(Status::Error) => assert_eq!(status.unwrap(), "2"),
        Some(Status::Waiting) => assert_eq!(status.unwrap(), "3"),
        Some(Status::Unknown(read)) if is_as_sent("status_id") => {
            assert_eq!(status.as_deref(), Some(read));
        }
        Some(Status::Unknown(_)) => {}
    }
}

/// The text of a string or a number; `None` for null and for what is left out.
fn word(row: &Map<String, Value>, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => panic!("a row was read whose {name} is no word"),
    }
}

/// Whether everything in it is of the plainest form that the API may use.
fn is_surely_a_page(value: &Value) -> bool {
    let Some(reply) = value.as_object() else {
        return false;
    };
    let is_whole = |value: &Value| {
        let number = value.as_u64();
        value.is_null() || number.is_some_and(|number| number <= MAX_SAFE)
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
    let is_row = |row: &Value| {
        let fields = row.as_object().map(|row| row.iter());
        fields.is_some_and(|mut fields| {
            fields.all(|(name, value)| match name.as_str() {
                "message_id" | "fragments" | "transaction_id" => is_whole(value),
                "cost" => is_cost(value),
                "processed_date" => is_date(value),
                "source_number" | "destination_number" | "direction" | "status_id"
                | "error_message" | "text" => is_text(value),
                _ => true,
            })
        })
    };
    !reply.contains_key("error")
        && !reply.contains_key("errors")
        && reply.get("total_count").is_none_or(is_whole)
        && reply
            .get("result")
            .and_then(Value::as_array)
            .is_some_and(|rows| rows.iter().all(is_row))
}

#![cfg(not(target_family = "wasm"))]
//! The query: accepted and rejected values, error messages, and that they hold nothing personal.

mod dates;
mod names;
mod numbers;
mod properties;

use voximplant_sms_history::{
    ErrorKind, SmsHistoryError, SmsHistoryQuery,
    query::{Direction, MAX_OFFSET, Output, Value},
};

const NEW_YEAR: i64 = 1_767_225_600_000;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Returns the one pair that a value becomes.
fn sent(name: &str, value: Value) -> Result<(String, String), SmsHistoryError> {
    let mut query = SmsHistoryQuery::new();
    query.set(name, value)?;
    let mut pairs = query.to_pairs()?;
    assert_eq!(pairs.len(), 1);
    Ok(pairs
        .pop()
        .map(|(name, value)| (name.into_owned(), value))
        .unwrap_or_default())
}

/// Returns the error message for a value, after the checks that hold for every error of the query.
#[track_caller]
fn rejection(name: &str, value: Value) -> String {
    let Err(error) = sent(name, value) else {
        unreachable!("{name} accepted a value that it should reject")
    };
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(error.message().starts_with(&format!("{name}: ")), "{error}");
    assert!(!error.message().chars().any(char::is_control), "{error:?}");
    error.message().to_owned()
}

#[test]
fn empty_query_has_no_pairs() {
    assert_eq!(SmsHistoryQuery::default().to_pairs().unwrap(), []);
}

#[test]
fn pairs_have_the_order_of_the_api() {
    let mut query = SmsHistoryQuery::new()
        .with_output(Output::Csv)
        .with_to_date(NEW_YEAR + 1999)
        .with_from_date(NEW_YEAR + 999)
        .with_offset(MAX_OFFSET)
        .with_count(1000)
        .with_direction(Direction::Out)
        .with_destination_number("+1 (415) 555-01.00")
        .with_source_number("Acme Inc");
    query.set_extra("timezone", "Europe/Berlin").unwrap();
    query.set_extra("message_id", "1").unwrap();
    query.set_extra("timezone", "UTC").unwrap();
    let expected = [
        ("source_number", "Acme Inc"),
        ("destination_number", "14155550100"),
        ("direction", "OUT"),
        ("count", "1000"),
        ("offset", "9007199254740991"),
        ("from_date", "2026-01-01 00:00:00"),
        ("to_date", "2026-01-01 00:00:01"),
        ("output", "csv"),
        ("timezone", "UTC"),
        ("message_id", "1"),
    ];
    assert_eq!(
        query.to_pairs().unwrap(),
        expected.map(|(name, value)| (name.into(), value.to_owned()))
    );
    assert_eq!(
        (query.count(), query.offset(), query.output()),
        (Some(1000), Some(MAX_OFFSET), Output::Csv)
    );
    assert_eq!(
        (query.from_date(), query.to_date()),
        (Some(NEW_YEAR + 999), Some(NEW_YEAR + 1999))
    );
}

#[test]
fn every_parameter_can_be_set_dynamically() {
    for (name, value, api_name, expected) in [
        (
            "sourceNumber",
            text("+49 30/123-456"),
            "source_number",
            "4930123456",
        ),
        (
            "destinationNumber",
            Value::Number(14_155_550_100.0),
            "destination_number",
            "14155550100",
        ),
        ("direction", text("In"), "direction", "IN"),
        ("direction", text("out"), "direction", "OUT"),
        ("count", Value::Number(1.0), "count", "1"),
        ("count", Value::Number(1000.0), "count", "1000"),
        ("offset", Value::Number(-0.0), "offset", "0"),
        (
            "offset",
            Value::Number(MAX_OFFSET as f64),
            "offset",
            "9007199254740991",
        ),
        (
            "fromDate",
            Value::Instant(NEW_YEAR as f64 + 999.9),
            "from_date",
            "2026-01-01 00:00:00",
        ),
        (
            "fromDate",
            text("2026-01-01T01:00:00+01:00"),
            "from_date",
            "2026-01-01 00:00:00",
        ),
        (
            "toDate",
            text("2026-01-01 00:00:00"),
            "to_date",
            "2026-01-01 00:00:00",
        ),
        (
            "toDate",
            text("1969-12-31T23:00:00-01:00"),
            "to_date",
            "1970-01-01 00:00:00",
        ),
        ("output", text("XLS"), "output", "xls"),
        ("output", text("json"), "output", "json"),
    ] {
        assert_eq!(
            sent(name, value).unwrap(),
            (api_name.to_owned(), expected.to_owned())
        );
    }
}

#[test]
fn unknown_directions_and_outputs_are_rejected() {
    assert!(
        rejection("direction", text("sent"))
            .contains("expected \"IN\" or \"OUT\", got a string of 4 characters")
    );
    assert!(rejection("direction", text("")).contains("leave it out to get both"));
    assert!(rejection("direction", text("in ")).contains("a string of 3 characters"));
    assert!(rejection("direction", Value::Number(1.0)).contains("got a number"));
    assert!(
        rejection("output", text("xlsx")).contains("expected \"json\", \"csv\" or \"xls\", got")
    );
    assert!(rejection("output", Value::Other("a function")).contains("a function"));
}

#[test]
fn rejected_value_leaves_the_query_unchanged() {
    let mut query = SmsHistoryQuery::new().with_count(7);
    query.set("count", Value::Number(0.0)).unwrap_err();
    assert_eq!(query.count(), Some(7));
}

#[test]
fn debug_output_hides_numbers_and_extra_values() {
    let mut query = SmsHistoryQuery::new()
        .with_source_number("+4930777888")
        .with_destination_number("Acme")
        .with_count(5);
    query.set_extra("message_id", "90001").unwrap();
    let shown = format!(
        "{query:?} {:?} {:?}",
        text("4930777888"),
        Value::Number(4_930_777_888.0)
    );
    for hidden in ["777888", "Acme", "90001"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    for there in [
        "<11 characters>",
        "<4 characters>",
        "count: Some(5)",
        "message_id",
    ] {
        assert!(shown.contains(there), "{shown}");
    }
}

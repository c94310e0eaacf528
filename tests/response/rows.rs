//! Pages: every field in every form, and debug output without row data.

use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind,
    page::{Direction, Status},
    response::{read_file, read_page},
};

use super::{FULL, page, read_error, response, row};

#[test]
fn every_field_of_the_specification_is_read() {
    let page = page(FULL);
    assert_eq!((page.len(), page.total_count()), (1, Some(12345)));
    let message = page.get(0).unwrap();
    assert_eq!(message.message_id, Some(90071));
    assert_eq!(message.source_number, Some("15550100001"));
    assert_eq!(message.destination_number, Some("15550100002"));
    assert_eq!(message.direction, Some(Direction::Out));
    assert_eq!(message.fragments, Some(2));
    assert_eq!(message.cost.unwrap().to_string(), "4.3437");
    assert_eq!(message.status, Some(Status::Error));
    assert_eq!(message.error_message, Some("Error send sms to 15550100002"));
    assert_eq!(message.processed_date, Some(1_774_747_800_000));
    assert_eq!(message.transaction_id, Some(17));
    assert_eq!(message.text, Some("a \"quote\" \\ привет 😀"));
    assert_eq!(page.get(1), None);
}

#[test]
fn numbers_as_strings_and_strings_as_numbers_are_read() {
    let page = row(
        r#""message_id":"90071","fragments":"2","cost":"0.10","transaction_id":"9007199254740991","status_id":1,"text":1234,
           "source_number":99999999999999999999"#,
    );
    let message = page.get(0).unwrap();
    assert_eq!(message.message_id, Some(90071));
    assert_eq!(message.fragments, Some(2));
    assert_eq!(message.cost.unwrap().to_string(), "0.1");
    assert_eq!(message.transaction_id, Some((1 << 53) - 1));
    assert_eq!(message.status, Some(Status::Success));
    assert_eq!(message.text, Some("1234"));
    assert_eq!(message.source_number, Some("99999999999999999999"));
}

#[test]
fn absent_null_empty_and_unknown_fields_are_accepted() {
    let page = page(
        r#"{"result":[{},{"message_id":null,"source_number":null,"direction":null,"cost":null,"status_id":null,"processed_date":null,"text":null},
            {"processed_date":"","cost":"","text":"","new_field":{"deep":[1,{"x":null}]},"fragments":0}]}"#,
    );
    assert_eq!(page.total_count(), None);
    for message in page.iter().take(2) {
        assert_eq!(message.message_id, None);
        assert_eq!(message.source_number, None);
        assert_eq!(message.direction, None);
        assert_eq!(message.cost, None);
        assert_eq!(message.status, None);
        assert_eq!(message.processed_date, None);
        assert_eq!(message.text, None);
    }
    let last = page.get(2).unwrap();
    assert_eq!(
        (last.processed_date, last.cost, last.text, last.fragments),
        (None, None, Some(""), Some(0))
    );
}

#[test]
fn unknown_statuses_and_directions_are_kept_as_sent() {
    let page = row(r#""direction":"MO\u002f2","status_id":"17""#);
    let message = page.get(0).unwrap();
    assert_eq!(message.direction, Some(Direction::Unknown("MO/2")));
    assert_eq!(message.status, Some(Status::Unknown("17")));
    assert_eq!(
        row(r#""direction":"in""#).get(0).unwrap().direction,
        Some(Direction::In)
    );
}

#[test]
fn last_duplicate_key_wins() {
    let page = row(
        r#""message_id":1,"message_id":2,"text":"a","text":"bc","direction":"x","direction":"in","cost":"1.5","cost":null"#,
    );
    let message = page.get(0).unwrap();
    assert_eq!(
        (message.message_id, message.text, message.direction),
        (Some(2), Some("bc"), Some(Direction::In))
    );
    assert_eq!(
        (message.cost, page.totals().cost.to_string()),
        (None, "0".into())
    );
}

#[test]
fn texts_are_read_in_any_field_order() {
    let page = row(
        r#""text":"an\n","source_number":"7","error_message":"é","status_id":"x","direction":"in","source_number":null,
           "destination_number":"8","direction":"y","error_message":null,"source_number":"79","status_id":"1","text":"ab""#,
    );
    let message = page.get(0).unwrap();
    assert_eq!(
        (message.source_number, message.destination_number),
        (Some("79"), Some("8"))
    );
    assert_eq!(
        (message.direction, message.status),
        (Some(Direction::Unknown("y")), Some(Status::Success))
    );
    assert_eq!((message.error_message, message.text), (None, Some("ab")));
}

#[test]
fn escaped_keys_are_read() {
    assert_eq!(
        row(r#""message\u005fid":5"#).get(0).unwrap().message_id,
        Some(5)
    );
}

#[test]
fn totals_are_exact() {
    let rows = vec![r#"{"cost":0.1,"fragments":3}"#; 1000].join(",");
    let totals = page(&format!(r#"{{"result":[{rows}]}}"#)).totals();
    assert_eq!(
        (totals.count, totals.fragments, totals.cost.to_string()),
        (1000, 3000, "100".into())
    );
}

#[test]
fn wrong_value_names_row_and_field_without_quoting() {
    for (field, value, says) in [
        (
            "message_id",
            "9007199254740992",
            "larger one, which would be rounded",
        ),
        (
            "message_id",
            "\"123456789012345678901234567890\"",
            "larger one, which would be rounded",
        ),
        ("transaction_id", "1.5", "a fraction"),
        ("message_id", "-7", "a negative number"),
        ("fragments", "\"two\"", "3 characters"),
        ("cost", "true", "a boolean"),
        ("cost", "\"12,5\"", "4 characters"),
        (
            "processed_date",
            "\"2026-02-30 10:00:00\"",
            "a date that does not exist",
        ),
        ("processed_date", "\"2026-02-03\"", "\"dddd-dd-dd\""),
        ("processed_date", "1700000000", "a number"),
        ("text", "[\"secret words\"]", "an array"),
        ("source_number", "{\"n\":15550100001}", "an object"),
    ] {
        let error = read_error(200, format!(r#"{{"result":[{{}},{{"{field}":{value}}}]}}"#));
        assert_eq!(error.kind(), ErrorKind::Format, "{field}");
        let message = error.message();
        assert!(
            message.contains(&format!("result[1].{field}: expected")),
            "{message}"
        );
        assert!(message.contains(says), "{message}");
        assert!(
            !message.contains("secret")
                && !message.contains("15550100001")
                && !error.is_retryable(),
            "{message}"
        );
    }
}

#[test]
fn byte_order_mark_and_white_space_are_ignored() {
    assert_eq!(
        page("\u{feff} \r\n\t{ \"result\" : [ ] , \"total_count\" : 0 } ").total_count(),
        Some(0)
    );
}

#[test]
fn debug_output_hides_row_data() {
    let response = response(200, FULL);
    let page = read_page(&response).unwrap();
    let printed = format!("{response:?} {page:?} {:?}", page.get(0));
    assert!(
        !printed.contains("1555") && !printed.contains("quote"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn truncated_response_is_never_a_page(cut in 0..FULL.trim_end().len()) {
        let bytes = &FULL.as_bytes()[..cut];
        let error = read_error(200, bytes);
        prop_assert_eq!(error.kind(), ErrorKind::Format);
        // Cut between two bytes of one character it is "not UTF-8", and everywhere else "ends in the middle".
        if let Ok(text) = std::str::from_utf8(bytes) && !text.trim().is_empty() {
            prop_assert!(error.is_retryable() && error.message().contains("ends in the middle"), "{}", error);
        }
    }

    #[test]
    fn random_bodies_do_not_panic(body in prop::collection::vec(any::<u8>(), 0..300), at in 0..FULL.len(), byte in any::<u8>()) {
        let _ = read_page(&response(200, &body));
        let mut mutated = FULL.as_bytes().to_vec();
        mutated[at] = byte;
        let _ = read_page(&response(200, &mutated));
        let _ = read_file(response(200, mutated));
    }
}

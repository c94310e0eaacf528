//! Bodies as the API, and whatever stands in front of it, may send them.
#![cfg(not(target_family = "wasm"))]

use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError, SmsHistoryPage,
    page::{Direction, Status},
    response::{read_file, read_page},
    transport::Reply,
};

fn reply(status: u16, body: impl AsRef<[u8]>) -> Reply {
    Reply {
        status,
        body: body.as_ref().to_vec(),
        ..Reply::default()
    }
}

fn page(body: &str) -> SmsHistoryPage {
    read_page(&reply(200, body)).unwrap()
}

fn refusal(status: u16, body: impl AsRef<[u8]>) -> SmsHistoryError {
    read_page(&reply(status, body)).unwrap_err()
}

/// A page of one row.
fn row(fields: &str) -> SmsHistoryPage {
    page(&format!(r#"{{"result":[{{{fields}}}],"total_count":1}}"#))
}

const FULL: &str = r#"{"result":[{"message_id":90071,"source_number":15550100001,"destination_number":"15550100002",
  "direction":"OUT","fragments":2,"cost":4.3437,"status_id":"2","error_message":"Error send sms to 15550100002",
  "processed_date":"2026-03-29 01:30:00","transaction_id":17,"text":"a \"quote\" \\ \u043f\u0440\u0438\u0432\u0435\u0442 😀"}],
  "total_count":12345}"#;

#[test]
fn every_field_of_the_specification() {
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
fn numbers_as_strings_and_strings_as_numbers() {
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
fn absent_null_empty_and_unknown_fields() {
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
fn unknown_words_are_kept_as_sent() {
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
fn of_duplicate_keys_the_last_one_wins() {
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
fn keys_may_be_escaped() {
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
fn a_wrong_value_names_row_and_field_and_quotes_nothing() {
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
        let error = refusal(200, format!(r#"{{"result":[{{}},{{"{field}":{value}}}]}}"#));
        assert_eq!(error.kind(), ErrorKind::Format, "{field}");
        let message = error.message();
        assert!(
            message.contains(&format!("row 1, field \"{field}\"")),
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
fn api_errors_at_any_status_and_in_both_forms() {
    for status in [200, 400, 401, 403, 429, 500] {
        for body in [
            r#"{"error":{"code":100,"msg":"Authorization failed"}}"#,
            r#"{"errors":[{"code":100,"msg":"Authorization failed"},{"code":104,"msg":"x"}]}"#,
            r#"{"error":{"code":"100","msg":"Authorization failed"},"errors":[{"code":1,"msg":"x"}]}"#,
            r#"{"errors":[{"code":7,"msg":"x"}],"error":{"msg":"Authorization failed","code":100}}"#,
            r#"{"result":[],"total_count":0,"error":{"code":100,"msg":"Authorization failed"}}"#,
        ] {
            let error = refusal(status, body);
            assert_eq!(
                (error.kind(), error.code(), error.http_status()),
                (ErrorKind::Api, Some(100), Some(status)),
                "{body}"
            );
            assert!(!error.is_retryable(), "{body}");
        }
    }
    assert_eq!(page(r#"{"result":[],"error":null,"errors":[]}"#).len(), 0);
}

#[test]
fn api_codes_say_whether_to_try_again() {
    for (code, kind, again) in [
        (1, ErrorKind::Api, true),
        (4, ErrorKind::Api, true),
        (104, ErrorKind::Api, false),
        (162, ErrorKind::RateLimited, true),
        (314, ErrorKind::RateLimited, true),
        (340, ErrorKind::RateLimited, true),
        (416, ErrorKind::RateLimited, true),
        (456, ErrorKind::Api, false),
        (99_999, ErrorKind::Api, false),
    ] {
        let error = refusal(200, format!(r#"{{"error":{{"code":{code},"msg":"x"}}}}"#));
        assert_eq!(
            (error.kind(), error.code(), error.is_retryable()),
            (kind, Some(code), again)
        );
    }
}

#[test]
fn an_unknown_api_error_keeps_the_words_and_masks_what_is_personal() {
    let error = refusal(
        200,
        r#"{"error":{"code":9999,"msg":"Number +15550100001 of 'Anna' is odd"}}"#,
    );
    assert_eq!(
        error.message(),
        "the API refused the request with error 9999: Number +########### of '…' is odd"
    );
}

#[test]
fn whatever_else_comes_is_described() {
    for (status, body, kind, says, again) in [
        (200, "", ErrorKind::Format, "an empty body", true),
        (200, "  \n", ErrorKind::Format, "white space", false),
        (
            200,
            "<!doctype html><title>Sign in</title>",
            ErrorKind::Format,
            "an HTML or XML document (37 bytes)",
            true,
        ),
        (
            502,
            "<html>Bad gateway</html>",
            ErrorKind::Http,
            "HTTP 502 and an HTML or XML document",
            true,
        ),
        (503, "", ErrorKind::Http, "HTTP 503 and an empty body", true),
        (
            404,
            "not found",
            ErrorKind::Http,
            "HTTP 404 and a body that is not JSON",
            false,
        ),
        (408, "", ErrorKind::Http, "HTTP 408", true),
        (429, "", ErrorKind::RateLimited, "slow down", true),
        (302, "", ErrorKind::Http, "redirect", false),
        (0, "", ErrorKind::Http, "redirect", false),
        (
            200,
            "[1,2]",
            ErrorKind::Format,
            "another JSON document",
            false,
        ),
        (
            200,
            "\"text\"",
            ErrorKind::Format,
            "a body that is not JSON",
            false,
        ),
        (
            200,
            r#"{"result":[{"text":"secret"#,
            ErrorKind::Format,
            "ends in the middle",
            true,
        ),
        (
            200,
            r#"{"result":[],}"#,
            ErrorKind::Format,
            "at byte 13 of 14, expected a key in quotes",
            false,
        ),
        (
            200,
            r#"{"result":[]} x"#,
            ErrorKind::Format,
            "expected the end of the text",
            false,
        ),
        (
            200,
            r#"{"result":1}"#,
            ErrorKind::Format,
            "should be an array of rows, but a number",
            false,
        ),
        (200, "{}", ErrorKind::Format, "but there is none", false),
        (
            200,
            r#"{"result":[7]}"#,
            ErrorKind::Format,
            "row 0: expected an object, got a number",
            false,
        ),
        (
            200,
            r#"{"result":[],"total_count":-1}"#,
            ErrorKind::Format,
            "total_count",
            false,
        ),
    ] {
        let error = refusal(status, body);
        assert_eq!(
            (error.kind(), error.http_status(), error.is_retryable()),
            (kind, Some(status), again),
            "{body}: {error}"
        );
        assert!(error.message().contains(says), "{body}: {error}");
        assert!(!error.message().contains("secret"));
    }
    let error = refusal(200, [b'{', 0xff, 0xfe]);
    assert!(
        error.message().contains("not UTF-8 (3 bytes)") && !error.is_retryable(),
        "{error}"
    );
    // Cut off in the middle of a character.
    let error = refusal(
        200,
        "{\"result\":[{\"text\":\"ю"
            .as_bytes()
            .split_last()
            .unwrap()
            .1,
    );
    assert!(
        error.message().contains("ends in the middle") && error.is_retryable(),
        "{error}"
    );
}

#[test]
fn a_byte_order_mark_and_white_space_do_no_harm() {
    assert_eq!(
        page("\u{feff} \r\n\t{ \"result\" : [ ] , \"total_count\" : 0 } ").total_count(),
        Some(0)
    );
}

#[test]
fn files_stay_as_they_came() {
    let csv = b"message_id,text\r\n1,\"a, b\"\r\n".to_vec();
    let file = read_file(Reply {
        status: 200,
        content_type: Some("application/octet-stream".into()),
        content_disposition: Some("attachment; filename=\"../up/history.csv\"".into()),
        body: csv.clone(),
        ..Reply::default()
    })
    .unwrap();
    assert_eq!(
        (file.name(), file.content_type(), file.bytes()),
        (Some("history.csv"), "application/octet-stream", &csv[..])
    );
}

#[test]
fn instead_of_a_file_an_error_may_come() {
    let error = read_file(reply(200, r#" {"error":{"code":105,"msg":"x"}}"#)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(105)));
    let error = read_file(reply(200, r#"{"result":[]}"#)).unwrap_err();
    assert!(
        error.kind() == ErrorKind::Format && error.message().contains("a JSON document came"),
        "{error}"
    );
    assert_eq!(
        read_file(reply(200, "")).unwrap_err().kind(),
        ErrorKind::Format
    );
    assert_eq!(
        read_file(reply(500, "boom")).unwrap_err().kind(),
        ErrorKind::Http
    );
    let html = Reply {
        content_type: Some("text/html".into()),
        ..reply(200, "<html>")
    };
    assert_eq!(read_file(html).unwrap_err().kind(), ErrorKind::Format);
}

#[test]
fn debug_output_holds_no_row() {
    let reply = reply(200, FULL);
    let page = read_page(&reply).unwrap();
    let printed = format!("{reply:?} {page:?} {:?}", page.get(0));
    assert!(
        !printed.contains("1555") && !printed.contains("quote"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn no_cut_of_a_reply_passes_for_a_page(cut in 0..FULL.trim_end().len()) {
        let bytes = &FULL.as_bytes()[..cut];
        let error = refusal(200, bytes);
        prop_assert_eq!(error.kind(), ErrorKind::Format);
        // Cut between two bytes of one character it is "not UTF-8", and everywhere else "ends in the middle".
        if let Ok(text) = std::str::from_utf8(bytes) && !text.trim().is_empty() {
            prop_assert!(error.is_retryable() && error.message().contains("ends in the middle"), "{}", error);
        }
    }

    #[test]
    fn no_body_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..300), at in 0..FULL.len(), byte in any::<u8>()) {
        let _ = read_page(&reply(200, &body));
        let mut mutated = FULL.as_bytes().to_vec();
        mutated[at] = byte;
        let _ = read_page(&reply(200, &mutated));
        let _ = read_file(reply(200, mutated));
    }
}

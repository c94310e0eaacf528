//! Pages: every field in every form, and debug output without row data.

use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind,
    http::HttpResponse,
    page::{Direction, Status, Totals},
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

/// The ids of two rows: the fields in this order, and in the opposite one.
fn ids(one: &str, other: &str) -> [Option<u64>; 2] {
    let page = page(&format!(
        r#"{{"result":[{{{one},{other}}},{{{other},"text":"a",{one}}}]}}"#
    ));
    [0, 1].map(|index| page.get(index).unwrap().message_id)
}

#[test]
fn sms_id_is_the_id_of_a_row_without_message_id() {
    for absent in [r#""message_id":null"#, r#""message_id":"""#, r#""cost":1"#] {
        for seven in ["7", "\"7\"", "7.0", "7e0", "\" 7 \""] {
            let read = ids(absent, &format!(r#""sms_id":{seven}"#));
            assert_eq!(read, [Some(7); 2], "{absent} {seven}");
        }
        assert_eq!(ids(absent, r#""sms_id":null"#), [None; 2]);
        assert_eq!(ids(absent, r#""sms_id":"""#), [None; 2]);
    }
    let pages = vec![r#"{"sms_id":7,"transaction_id":8,"cost":1}"#; 100].join(",");
    for message in page(&format!(r#"{{"result":[{pages}]}}"#)).iter() {
        assert_eq!(
            (message.message_id, message.transaction_id),
            (Some(7), Some(8))
        );
    }
    let error = read_error(200, r#"{"result":[{},{"sms_id":"a7","cost":1}]}"#);
    let message = "result[1].sms_id: expected an integer from 0 to 9007199254740991 (2^53-1), got 2 characters that are no number";
    assert_eq!(error.message(), message);
}

#[test]
fn sms_id_is_the_id_of_a_row_whose_message_id_is_zero() {
    for zero in [r#""message_id":0"#, r#""message_id":"0""#] {
        assert_eq!(ids(zero, r#""sms_id":7"#), [Some(7); 2], "{zero}");
        for none in ["null", "\"\"", "0"] {
            let read = ids(zero, &format!(r#""sms_id":{none}"#));
            assert_eq!(read, [Some(0); 2], "{zero} {none}");
        }
        assert_eq!(ids(zero, r#""cost":1"#), [Some(0); 2]);
    }
}

#[test]
fn object_without_any_known_field_is_no_message() {
    for odd in [
        r#"{"error":"denied"}"#,
        r#"{"messageId":5,"smsText":"a"}"#,
        r#"{ "Message_id" : 5 }"#,
        r#"{"":{"message_id":1}}"#,
    ] {
        for rows in [odd, &format!(r#"{{"message_id":1}},{odd},{{"cost":1}}"#)] {
            let error = read_error(200, format!(r#"{{"result":[{rows}],"total_count":1}}"#));
            let index = usize::from(rows != odd);
            assert_eq!(error.kind(), ErrorKind::Format);
            assert_eq!(
                error.message(),
                format!(
                    "result[{index}]: expected a message, got an object without any of its fields"
                )
            );
        }
    }
    // New fields beside known ones are none of a reader's business, and all fields may be absent.
    for rows in [
        r#"{"new":1,"cost":null}"#,
        r#"{"cost":1,"new":{}}"#,
        r#"{"new":1,"sms_id":7,"newer":2}"#,
        "{}",
        "{ }",
    ] {
        assert_eq!(page(&format!(r#"{{"result":[{rows}]}}"#)).len(), 1);
    }
}

#[test]
fn key_with_invalid_utf_8_is_an_error_because_it_may_be_a_field() {
    let damage = |json: &str| {
        let bytes = json.bytes().map(|byte| match byte {
            b'#' => 0xff,
            other => other,
        });
        bytes.collect::<Vec<u8>>()
    };
    let expected = "expected keys in UTF-8, got one with other bytes";
    for (body, place) in [
        (
            r##"{"result":[{"text":"a"},{"text":"a","message_id#":1}]}"##,
            "result[1]",
        ),
        (r##"{"result":[{"mess#ge_id":1,"text":"a"}]}"##, "result[0]"),
        (r##"{"result":[],"total_c#unt":12}"##, "response"),
        (
            r##"{"err#r":{"code":104},"result":[],"total_count":0}"##,
            "response",
        ),
    ] {
        let error = read_error(200, damage(body));
        assert_eq!(error.kind(), ErrorKind::Format, "{body}");
        assert_eq!(error.message(), format!("{place}: {expected}"));
        // A gateway may have replaced the bytes.
        let error = read_error(200, body.replace('#', "\u{fffd}"));
        assert_eq!(error.message(), format!("{place}: {expected}"));
    }
    let body = r##"{"result":[{"message_id":1,"text":"#","more":{"#":"#"}}],"more":[{"#":1}]}"##;
    assert_eq!(read_page(&response(200, damage(body))).unwrap().len(), 1);
}

#[test]
fn deeply_nested_response_is_not_called_invalid_json() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for body in [
        format!(r#"{{"result":[{{"message_id":1,"new":{deep}}}],"total_count":1}}"#),
        format!(r#"{{"new":{deep},"result":[]}}"#),
    ] {
        assert_eq!(
            read_error(200, body).message(),
            "response: expected at most 128 nested objects and arrays, got more"
        );
    }
}

#[test]
fn message_id_wins_over_sms_id_whatever_that_is() {
    for sms_id in [
        "7",
        "\"7\"",
        "null",
        "\"a-7\"",
        "-1",
        "1.5",
        "[{\"a\":1}]",
        "true",
    ] {
        let read = ids(r#""message_id":5"#, &format!(r#""sms_id":{sms_id}"#));
        assert_eq!(read, [Some(5); 2], "{sms_id}");
    }
}

#[test]
fn integers_are_read_in_every_spelling_of_the_same_number() {
    for three in [
        "3",
        "3.0",
        "3.00",
        "3e0",
        "30e-1",
        "0.3E+1",
        "\"3\"",
        "\"3.0\"",
        "\" 3 \"",
        "\"03\"",
        "\"+3\"",
        "\"3e0\"",
        "\"\\u0033\"",
        "3.0000000000000000000000000000000000000000000000000000",
        "30000000000000000000000000000000000000000000000000000e-52",
        "\"0.000000000000000000000000000000000000000000000000003e51\"",
    ] {
        let page = page(&format!(
            r#"{{"total_count":{three},"result":[{{"message_id":{three},"fragments":{three},"transaction_id":{three},"status_id":{three}}}]}}"#
        ));
        let message = page.get(0).unwrap();
        let read = [
            page.total_count(),
            message.message_id,
            message.fragments,
            message.transaction_id,
        ];
        assert_eq!(read, [Some(3); 4], "{three}");
        assert_eq!(message.status, Some(Status::Waiting), "{three}");
    }
    for zero in ["-0", "-0.0", "0e5", "\"-0\"", "\"00\"", "0e-99999999999"] {
        assert_eq!(
            page(&format!(r#"{{"result":[{{"fragments":{zero}}}]}}"#))
                .get(0)
                .unwrap()
                .fragments,
            Some(0)
        );
    }
}

#[test]
fn empty_fields_are_absent_except_texts() {
    for empty in ["\"\"", "\" \"", "null"] {
        let page = page(&format!(
            r#"{{"total_count":{empty},"result":[{{"message_id":{empty},"fragments":{empty},"cost":{empty},"direction":{empty},
                "status_id":{empty},"processed_date":{empty},"transaction_id":{empty}}}]}}"#
        ));
        let message = page.get(0).unwrap();
        let numbers = [
            message.message_id,
            message.fragments,
            message.transaction_id,
            page.total_count(),
        ];
        assert_eq!(numbers, [None; 4], "{empty}");
        assert_eq!(
            (message.cost, message.processed_date),
            (None, None),
            "{empty}"
        );
        assert_eq!((message.direction, message.status), (None, None), "{empty}");
    }
}

#[test]
fn directions_and_statuses_are_read_with_white_space_around_them() {
    let page = row(r#""direction":" IN ","status_id":" 1\n""#);
    let message = page.get(0).unwrap();
    assert_eq!(
        (message.direction, message.status),
        (Some(Direction::In), Some(Status::Success))
    );
    let page = row(r#""direction":"1","status_id":"17.0""#);
    let message = page.get(0).unwrap();
    assert_eq!(message.direction, Some(Direction::Unknown("1")));
    assert_eq!(message.status, Some(Status::Unknown("17.0")));
}

#[test]
fn phone_numbers_as_floats_are_read_as_their_digits() {
    let page =
        row(r#""source_number":15550100001.0,"destination_number":1.5550100002E10,"text":1.50"#);
    let message = page.get(0).unwrap();
    assert_eq!(
        (
            message.source_number,
            message.destination_number,
            message.text
        ),
        (Some("15550100001"), Some("15550100002"), Some("1.50"))
    );
}

#[test]
fn total_count_is_rejected_if_it_is_no_exact_count() {
    for (value, got) in [
        ("1.5", "a fraction"),
        ("-1", "a negative number"),
        ("9007199254740992", "a larger one, which would be rounded"),
        ("1e400", "a larger one, which would be rounded"),
        ("\"many\"", "4 characters that are no number"),
        ("true", "a boolean"),
    ] {
        let error = read_error(200, format!(r#"{{"result":[],"total_count":{value}}}"#));
        let expected = format!(
            "total_count: expected an integer from 0 to 9007199254740991 (2^53-1), got {got}"
        );
        assert_eq!(error.message(), expected);
    }
}

#[test]
fn an_empty_result_is_a_page_if_the_count_is_zero_too() {
    for empty in ["null", "\"\"", "{}", "[]"] {
        for zero in ["0", "\"0\"", "0.0"] {
            for body in [
                format!(r#"{{"result":{empty},"total_count":{zero}}}"#),
                format!(r#"{{"total_count":{zero},"result":[{{"cost":1}}],"result":{empty}}}"#),
            ] {
                let page = page(&body);
                assert_eq!(
                    (page.len(), page.total_count(), page.totals()),
                    (0, Some(0), Totals::default())
                );
            }
        }
    }
    assert_eq!(page(r#"{"total_count":0}"#).len(), 0);
    for (body, got) in [
        (r#"{"result":null,"total_count":1}"#, "null"),
        (r#"{"result":null,"total_count":null}"#, "null"),
        (r#"{"result":null}"#, "null"),
        (r#"{"total_count":2}"#, "nothing"),
        (r#"{"result":"none","total_count":0}"#, "a string"),
        (r#"{"result":{"0":{}},"total_count":0}"#, "an object"),
        (r#"{"result":false,"total_count":0}"#, "a boolean"),
    ] {
        let expected = format!("result: expected an array of rows, got {got}");
        assert_eq!(read_error(200, body).message(), expected);
    }
}

#[test]
fn costs_are_exact_to_18_decimal_places_and_rounded_there() {
    for (sent, number, exact) in [
        (
            "1.100000000000000088817841970012523",
            1.1,
            "1.100000000000000089",
        ),
        (
            "\"1.1000000000000000888178419700125232338905334472656250000\"",
            1.1,
            "1.100000000000000089",
        ),
        ("0.0144999999999999996530553805325575", 0.0145, "0.0145"),
        ("1.1000000000000001", 1.1, "1.1000000000000001"),
        ("1.000000000000000000499", 1.0, "1"),
        ("0.0000000000000000005", 5e-19, "0.000000000000000001"),
        ("-0.0000000000000000015", -1.5e-18, "-0.000000000000000002"),
        ("1e-30", 1e-30, "0"),
        (
            "12345678901234567890.123456789012345678",
            12345678901234567890.123456789012345678,
            "12345678901234567890.123456789012345678",
        ),
        (
            "12345678901234567890.1234567890123456785",
            12345678901234567890.123456789012345678,
            "12345678901234567890.123456789012345679",
        ),
        ("\" 1.10 \"", 1.1, "1.1"),
        ("\"+1.1\"", 1.1, "1.1"),
        ("\".5\"", 0.5, "0.5"),
        ("-0.0", 0.0, "0"),
        ("11e-1", 1.1, "1.1"),
    ] {
        let page = row(&format!(r#""cost":{sent}"#));
        let cost = page.get(0).unwrap().cost.unwrap();
        assert_eq!(
            (cost.to_string(), page.totals().cost.to_string()),
            (exact.into(), exact.into()),
            "{sent}"
        );
        if f64::abs(number) > 1e-17 {
            assert_eq!(cost.to_f64(), number, "{sent}");
        }
    }
    let many = vec![r#"{"cost":50.100000000000001421085471520200}"#; 1000].join(",");
    assert_eq!(
        page(&format!(r#"{{"result":[{many}]}}"#))
            .totals()
            .cost
            .to_string(),
        "50100.000000000001421"
    );
}

#[test]
fn a_cost_that_is_too_large_is_rejected_without_contradiction() {
    for (sent, got) in [
        ("1e39", "a larger one"),
        ("999999999999999999999.9999999999999999995", "a larger one"),
        ("1e99999999999", "a larger one"),
        ("\"1,5\"", "3 characters that are no number"),
        ("\"1.\"", "2 characters that are no number"),
        ("\"+-1\"", "3 characters that are no number"),
        ("\"0x10\"", "4 characters that are no number"),
    ] {
        let error = read_error(200, format!(r#"{{"result":[{{"cost":{sent}}}]}}"#));
        let expected = format!(
            "result[0].cost: expected a decimal number of at most 38 digits, 18 of them after the point, got {got}"
        );
        assert_eq!(error.message(), expected, "{sent}");
    }
}

#[test]
fn a_sum_of_fragments_beyond_exact_numbers_is_rejected() {
    let rows = |last: u64| {
        format!(r#"{{"result":[{{"fragments":9007199254740990}},{{"fragments":{last}}}]}}"#)
    };
    let totals = page(&rows(1)).totals();
    assert_eq!((totals.count, totals.fragments), (2, 9_007_199_254_740_991));
    assert_eq!(
        read_error(200, rows(2)).message(),
        "result: expected sums of at most 38 digits of \"cost\" and 2^53-1 \"fragments\", got larger ones"
    );
}

/// The date of a row, in milliseconds since 1970.
fn processed_date(text: &str) -> Option<i64> {
    row(&format!(r#""processed_date":"{text}""#))
        .get(0)
        .unwrap()
        .processed_date
}

#[test]
fn dates_that_name_their_zone_are_read_because_nothing_is_guessed() {
    const AT: i64 = 1_767_323_045_000;
    for (text, at) in [
        ("2026-01-02T03:04:05Z", AT),
        ("2026-01-02t03:04:05z", AT),
        ("2026-01-02 03:04:05Z", AT),
        ("2026-01-02T03:04:05.678Z", AT + 678),
        ("2026-01-02T03:04:05.6789012Z", AT + 678),
        ("2026-01-02T03:04:05,6Z", AT + 600),
        ("2026-01-02T06:04:05+03:00", AT),
        ("2026-01-02 06:04:05+03", AT),
        ("2026-01-02T06:04:05.678+0300", AT + 678),
        ("2026-01-01T22:04:05-05:00", AT),
        ("2026-01-02T03:04:05-00:00", AT),
        ("2026-01-02 03:04:05 UTC", AT),
        ("2026-01-02 03:04:05 GMT", AT),
        ("2026-01-02 06:04:05 +0300", AT),
        (" 2026-01-02 03:04:05\\n", AT),
        ("2026-01-02 03:04:05\\u002b00:00", AT),
    ] {
        assert_eq!(processed_date(text), Some(at), "{text}");
    }
}

#[test]
fn dates_without_a_zone_are_utc_in_any_form_because_the_field_is_utc() {
    const AT: i64 = 1_767_323_045_000;
    for (text, at) in [
        ("2026-01-02 03:04:05.678", AT + 678),
        ("2026-01-02 03:04:05.000000", AT),
        ("2026-01-02 03:04:05,1", AT + 100),
        ("2026-01-02T03:04:05", AT),
        ("2026-01-02T03:04:05.678", AT + 678),
    ] {
        assert_eq!(processed_date(text), Some(at), "{text}");
    }
}

#[test]
fn zero_dates_are_absent_because_servers_write_them_for_none() {
    for text in [
        "0000-00-00 00:00:00",
        "0000-00-00",
        "0000-00-00T00:00:00Z",
        "0000-00-00 00:00:00.000000",
        "0000-00-00 00:00:00+00:00",
        "-0001-11-30 00:00:00",
        "-0001-11-30T00:00:00+00:00",
        "-0001-11-30T00:00:00+02:30",
        "0000-00-00 00:00:00 UTC",
        "0000-00-00T00:00:00+03:00",
        "0001-01-01 00:00:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.0000000",
    ] {
        assert_eq!(processed_date(text), None, "{text}");
    }
}

#[test]
fn dates_that_have_to_be_guessed_are_rejected_by_their_shape() {
    for (text, got) in [
        ("2026-01-02 03:04", "a string shaped \"dddd-dd-dd dd:dd\""),
        ("2026-01-02T03:04Z", "a string shaped \"dddd-dd-ddadd:dda\""),
        ("2026-01-02", "a string shaped \"dddd-dd-dd\""),
        (
            "02.01.2026 03:04:05",
            "a string shaped \"dd.dd.dddd dd:dd:dd\"",
        ),
        (
            "2026-01-02 03:04:05 PM",
            "a string shaped \"dddd-dd-dd dd:dd:dd aa\"",
        ),
        (
            "2026-01-02 03:04:05 EST",
            "a string shaped \"dddd-dd-dd dd:dd:dd aaa\"",
        ),
        (
            "2026-01-02 03:04:05+03:00 UTC",
            "a string shaped \"dddd-dd-dd dd:dd:dd+dd:dd aaa\"",
        ),
        ("1767323045", "a string shaped \"dddddddddd\""),
        ("0000-00-00 00:00:01", "a date that does not exist"),
        ("2026-00-00 00:00:00", "a date that does not exist"),
        ("2026-02-30T00:00:00Z", "a date that does not exist"),
        ("2026-01-02T24:00:00Z", "a date that does not exist"),
        ("2026-01-02T03:04:05+25:00", "a date that does not exist"),
    ] {
        let error = read_error(
            200,
            format!(r#"{{"result":[{{"processed_date":"{text}"}}]}}"#),
        );
        let expected = "expected a string yyyy-MM-dd HH:mm:ss (UTC), or such a date with its zone";
        assert_eq!(
            error.message(),
            format!("result[0].processed_date: {expected}, got {got}"),
            "{text}"
        );
    }
}

/// A body with these bytes in the place of `@`.
fn with_bytes(body: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = body.split_once('@').unwrap();
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

#[test]
fn invalid_utf8_in_a_string_is_replaced_as_by_response_json() {
    // The replacements are those of `new TextDecoder().decode()`.
    for (bytes, text) in [
        (&b"\xd0"[..], "\u{fffd}"),
        (b"\xf0\x9f\x91", "\u{fffd}"),
        (b"\xf0\x9f\x91\xf0\x9f", "\u{fffd}\u{fffd}"),
        (b"\xe2\x82x", "\u{fffd}x"),
        (b"\x80\xbf", "\u{fffd}\u{fffd}"),
        (b"\xc0\xaf", "\u{fffd}\u{fffd}"),
        (b"\xed\xa0\x80", "\u{fffd}\u{fffd}\u{fffd}"),
        (b"\xf4\x90\x80\x80", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        (b"\xff\xfe", "\u{fffd}\u{fffd}"),
        (b"\xd0\\n\xd0\xbf", "\u{fffd}\n\u{43f}"),
    ] {
        for body in [
            r#"{"result":[{"text":"@","source_number":"7"}],"total_count":1}"#,
            r#"{"total_count":1,"@":"@","more":[{"@":null}],"result":[{"error_message":"","text":"@","source_number":"7"}]}"#,
        ] {
            let mut sent = body.as_bytes().to_vec();
            while sent.contains(&b'@') {
                let at = sent.iter().position(|&byte| byte == b'@').unwrap();
                sent.splice(at..=at, bytes.iter().copied());
            }
            let page = read_page(&response(200, &sent)).unwrap();
            let message = page.get(0).unwrap();
            assert_eq!(
                (message.text, message.source_number),
                (Some(text), Some("7"))
            );
        }
    }
    // A valid character is not replaced, and one in a known value makes it unknown.
    let sent = with_bytes(
        r#"{"result":[{"direction":"in@","text":"привет 😀"}]}"#,
        b"\xd0",
    );
    let page = read_page(&response(200, sent)).unwrap();
    let message = page.get(0).unwrap();
    assert_eq!(message.direction, Some(Direction::Unknown("in\u{fffd}")));
    assert_eq!(message.text, Some("привет 😀"));
}

#[test]
fn invalid_utf8_outside_of_strings_is_an_error() {
    for body in [
        r#"@{"result":[]}"#,
        r#"{@"result":[]}"#,
        r#"{"result":@[]}"#,
        r#"{"result":[{"cost":1@}]}"#,
        r#"{"result":[{}@]}"#,
        r#"{"result":[]}@"#,
        r#"{"result":[{"text":"\@"}]}"#,
    ] {
        let error = read_error(200, with_bytes(body, b"\xd0"));
        assert!(
            error.message().contains("UTF-8") && !error.is_retryable(),
            "{error}"
        );
    }
    // In a number it is a value that is no number.
    let error = read_error(200, with_bytes(r#"{"result":[{"cost":"1@"}]}"#, b"\xd0"));
    assert!(
        error
            .message()
            .ends_with("got 2 characters that are no number"),
        "{error}"
    );
}

#[test]
fn a_response_that_ends_within_a_character_is_truncated() {
    let error = read_error(200, b"{\"result\":[{\"text\":\"\xf0\x9f");
    assert!(
        error.is_retryable() && error.message().contains("ends in the middle"),
        "{error}"
    );
}

#[test]
fn an_api_error_with_invalid_utf8_keeps_its_code() {
    let sent = with_bytes(r#"{"error":{"code":104,"msg":"@"}}"#, b"\xd0");
    assert_eq!(read_error(200, sent).code(), Some(104));
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

#[test]
fn body_in_a_declared_charset_other_than_utf_8_is_an_error() {
    let latin = b"{\"result\":[{\"source_number\":\"Caf\xe9\"}],\"total_count\":1}";
    let read = |content_type: &str, body: &[u8]| {
        read_page(&HttpResponse {
            content_type: Some(content_type.into()),
            ..response(200, body)
        })
    };
    for charset in ["windows-1251", "ISO-8859-1"] {
        for header in [
            format!("application/json; charset={charset}"),
            format!("application/json;x=y; Charset=\"{charset}\""),
        ] {
            let error = read(&header, latin).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Format, "{error}");
            assert_eq!(
                error.message(),
                format!("response: expected UTF-8, got the charset {charset}")
            );
            // ASCII is the same in all of them.
            assert_eq!(read(&header, br#"{"result":[{}]}"#).unwrap().len(), 1);
        }
    }
    let wide: Vec<u8> = br#"{"result":[]}"#.iter().flat_map(|&byte| [byte, 0]).collect();
    assert_eq!(
        read("application/json; charset=utf-16le", &wide)
            .unwrap_err()
            .message(),
        "response: expected UTF-8, got the charset utf-16le"
    );
    let error = read("application/json; charset=15550190001", latin).unwrap_err();
    assert_eq!(
        error.message(),
        "response: expected UTF-8, got another charset"
    );
    for header in [
        "application/json",
        "application/json; charset",
        "application/json; charset=utf-8",
        "application/json; charset=\"UTF8\"",
        "application/json; charset=us-ascii",
        "application/json; charset=\u{e9}",
        "",
    ] {
        let page = read(header, latin).unwrap();
        let message = page.iter().next().unwrap();
        assert_eq!(message.source_number, Some("Caf\u{fffd}"), "{header}");
    }
}

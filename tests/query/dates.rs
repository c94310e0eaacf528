//! Rejected dates, each with its own reason.

use voximplant_sms_history::{ErrorKind, SmsHistoryQuery, query::Value};

use super::{NEW_YEAR, rejection, text};

#[test]
fn invalid_dates_are_rejected_with_their_reason() {
    for (value, words) in [
        (
            text("2026-01-31T10:00:00"),
            "or yyyy-MM-dd HH:mm:ss in UTC, got a string of 19 characters that has no time zone",
        ),
        (text("2026-01-31"), "that has no time zone"),
        (
            text("2023-02-29 00:00:00"),
            "a string of 19 characters that names a day",
        ),
        (
            text("yesterday"),
            "a string of 9 characters that is not a date",
        ),
        (
            text("2026-01-31 by Ann"),
            "a string of 17 characters that is not a date",
        ),
        (
            text("+4930777888"),
            "a string of 11 characters that is not a date",
        ),
        (
            text("4930-777888 00"),
            "a string of 14 characters that is not a date",
        ),
        (
            text("0049-30-777888"),
            "a string of 14 characters that is not a date",
        ),
        (
            text("4930-77-78 88"),
            "a string of 13 characters that is not a date",
        ),
        (text("4930-77-78 88:00"), "a string of 16 characters that "),
        (
            text("2026-01-31T10:00:00Z\r\n"),
            "a string of 22 characters that is not a date",
        ),
        (text(""), "an empty string that is not a date"),
        (text("1969-12-31 23:59:59"), "1970 to 9999"),
        (text("9999-12-31T23:59:59-01:00"), "1970 to 9999"),
        (
            Value::Instant(1_764_547_200.0),
            "expected a Date of milliseconds, got one of seconds",
        ),
        (Value::Instant(-1.0), "1970 to 9999"),
        (Value::Instant(8.64e15), "1970 to 9999"),
        (Value::Instant(1e300), "1970 to 9999"),
        (Value::Instant(f64::NAN), "an invalid Date"),
        (Value::Instant(f64::INFINITY), "an invalid Date"),
        (
            Value::Number(NEW_YEAR as f64),
            "pass new Date(milliseconds)",
        ),
        (Value::Other("an array"), "an array"),
    ] {
        for name in ["fromDate", "toDate"] {
            let message = rejection(name, value.clone());
            assert!(message.contains(words), "{message}");
            assert!(
                !["777888", "77-78", "2026-01-31\""]
                    .iter()
                    .any(|quoted| message.contains(quoted)),
                "{message}"
            );
        }
    }
    let error = SmsHistoryQuery::new()
        .with_to_date(-1)
        .to_pairs()
        .unwrap_err();
    assert!(
        error.message().starts_with("to_date: ") && error.message().contains("1970 to 9999"),
        "{error}"
    );
}

#[test]
fn time_range_that_ends_before_it_begins_is_rejected() {
    let typed = SmsHistoryQuery::new()
        .with_from_date(NEW_YEAR + 1)
        .with_to_date(NEW_YEAR);
    let error = typed.to_pairs().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidQuery);
    assert!(
        error
            .message()
            .starts_with("from_date: expected a time at or before to_date"),
        "{error}"
    );
    let mut dynamic = SmsHistoryQuery::new();
    dynamic.set("toDate", text("2026-01-01T00:00:00Z")).unwrap();
    dynamic
        .set("fromDate", text("2026-01-01T00:00:00-00:01"))
        .unwrap();
    let error = dynamic.to_pairs().unwrap_err();
    assert!(
        error
            .message()
            .starts_with("fromDate: expected a time at or before toDate"),
        "{error}"
    );
    assert!(typed.with_to_date(NEW_YEAR + 1).to_pairs().is_ok());
}

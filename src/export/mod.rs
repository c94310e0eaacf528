//! Messages as a file that this library writes itself: CSV or newline-delimited JSON.

mod cell;
mod csv;
mod ndjson;
mod options;

use crate::{error::SmsHistoryError, page::SmsMessage};

pub use options::{Column, ExportOptions, Format};

/// Writes messages, one after another, in UTF-8.
///
/// **CSV**: a header row, then a row a message with a cell for every column; a field that the message does not have is
/// an empty cell. Dates are `2026-03-08T02:30:15Z`, costs are exact.
///
/// **Newline-delimited JSON**: an object a message. Ids, fragments and costs are numbers (a cost with all its digits),
/// everything else is a string; a field that the message does not have is left out.
///
/// **Formulas**: a spreadsheet that opens a CSV takes a cell for a formula that begins with `=`, `+`, `-`, `@`, a tab, a
/// carriage return or a line feed (OWASP, "CSV Injection"), some also after a null character or with the full-width forms
/// of the four signs. As anybody can send a message, anybody could put a formula into the export. Such a text therefore
/// gets an apostrophe in front, by which spreadsheets know a text. Spared are numbers and dates that are written here,
/// and texts of a `+` and digits alone: that is a phone number, and as a formula it would be the same number. The
/// apostrophe is part of the file: for a program that reads it back, switch it off. It protects where cells are told
/// apart at commas; a spreadsheet that is made to split this file at something else (a semicolon, say) may still find a
/// formula in the middle of a text.
///
/// ```
/// use voximplant_sms_history::{SmsHistoryPage, export::{Column, ExportOptions, Exporter}};
///
/// let columns = vec![Column::ProcessedDate, Column::Cost];
/// let exporter = Exporter::new(ExportOptions { columns, ..ExportOptions::default() })?;
/// let mut file = Vec::new();
/// exporter.header(&mut file);
/// for message in SmsHistoryPage::default().iter() {
///     exporter.message(&message, &mut file);
/// }
/// assert_eq!(file, b"processedDate,cost\r\n");
/// # Ok::<_, voximplant_sms_history::SmsHistoryError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Exporter {
    options: ExportOptions,
}

impl Exporter {
    /// A writer of this form.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`](crate::ErrorKind::InvalidOptions) as [`ExportOptions::check`] says.
    pub fn new(options: ExportOptions) -> Result<Self, SmsHistoryError> {
        options.check()?;
        Ok(Self { options })
    }

    /// Writes what comes before the first message: in CSV the byte order mark, if wanted, and the header row.
    pub fn header(&self, out: &mut Vec<u8>) {
        if self.options.byte_order_mark {
            out.extend_from_slice(csv::BYTE_ORDER_MARK);
        }
        if self.options.format == Format::Csv {
            csv::header(&self.options.columns, out);
        }
    }

    /// Writes one message.
    pub fn message(&self, message: &SmsMessage<'_>, out: &mut Vec<u8>) {
        let options = &self.options;
        match options.format {
            Format::Csv => {
                csv::message(message, &options.columns, options.neutralize_formulas, out)
            }
            Format::Ndjson => ndjson::message(message, &options.columns, out),
        }
    }
}

//! Exports messages as CSV or newline-delimited JSON.

mod csv;
mod history_export;
mod ndjson;

use crate::{
    clock::EpochMillis,
    date,
    decimal::Decimal,
    error::{ErrorKind, SmsHistoryError},
    option_names::BYTE_ORDER_MARK,
    page::{Direction, SmsHistoryPage, SmsMessage, Status},
};
pub use history_export::HistoryExport;

/// Writes messages one after another, in UTF-8.
///
/// **CSV**: a header row, then one row per message with a cell for every column. An absent field is an empty cell. Dates are
/// `2026-03-08T02:30:15Z`, with milliseconds if there are any. Costs are exact.
///
/// **Newline-delimited JSON**: one object per message. Ids, fragments and costs are numbers, a cost with all its digits. All
/// other fields are strings. Absent fields are omitted.
///
/// **Formulas**: a spreadsheet evaluates a CSV cell as a formula if it begins with `=`, `+`, `-`, `@`, a tab, a carriage
/// return or a line feed (OWASP, "CSV Injection"). Some spreadsheets also skip a null character or accept the full-width
/// forms of the four signs. Anybody can send a message, and with it a formula. Such a text is therefore prefixed with an
/// apostrophe, which marks text in spreadsheets. Exempt are numbers and dates of this library, and texts that consist of `+`
/// and digits: a phone number, which evaluates to the same number. The apostrophe is part of the file. Disable
/// [`ExportOptions::neutralize_formulas`] if a program reads the file.
///
/// A spreadsheet may split the file at another delimiter than it has, depending on its country. Texts with any
/// [`Delimiter`] are therefore quoted. The eight signs and the null character are also neutralized behind a delimiter and at
/// the start of a line inside a text: `hi;=A1` becomes `"hi;'=A1"`.
///
/// **Trailer**: a file without its end looks like a shorter file. With [`ExportOptions::trailer`], the last line says that the
/// file is complete, and how many messages it has: `"# complete: 2 rows"` in CSV, `{"complete":true,"rows":2}` in JSON. The
/// quotes in CSV are part of the line. They make it unmistakable: no message can produce this line, see
/// [`Exporter::finish`].
///
/// ```
/// use voximplant_sms_history::{SmsHistoryPage, export::{Column, ExportOptions, Exporter}};
///
/// let columns = vec![Column::ProcessedDate, Column::Cost];
/// let mut exporter = Exporter::new(ExportOptions { columns, trailer: true, ..ExportOptions::default() })?;
/// let mut file = Vec::new();
/// for message in SmsHistoryPage::default().iter() {
///     exporter.message(&message, &mut file);
/// }
/// exporter.finish(&mut file);
/// assert_eq!(file, b"processedDate,cost\r\n\"# complete: 0 rows\"\r\n");
/// # Ok::<_, voximplant_sms_history::SmsHistoryError>(())
/// ```
#[derive(Debug)]
pub struct Exporter {
    options: ExportOptions,
    rows: u64,
    has_header: bool,
}

impl Exporter {
    /// Creates an exporter of one file.
    ///
    /// # Errors
    /// Those of [`ExportOptions::check`].
    pub fn new(options: ExportOptions) -> Result<Self, SmsHistoryError> {
        options.check()?;
        Ok(Self {
            options,
            rows: 0,
            has_header: false,
        })
    }

    /// Writes one message. The first one comes after the header: in CSV the byte order mark, if requested, and the header row.
    pub fn message(&mut self, message: &SmsMessage<'_>, out: &mut Vec<u8>) {
        self.header(out);
        self.rows += 1;
        let options = &self.options;
        match options.format {
            Format::Csv => csv::write_message(message, options, out),
            Format::Ndjson => ndjson::write_message(message, &options.columns, out),
        }
    }

    /// Writes the end of the file: the header if there was no message, and the trailer if requested.
    ///
    /// The trailer of CSV is a quoted cell. A text is quoted only if it contains a delimiter, a quote or a line break, which
    /// the trailer does not, and each quote within a text is doubled. No text can therefore produce the trailer's line, also
    /// not a text of several lines. In JSON a message never has a field `complete`, and line breaks are escaped.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        self.header(out);
        if self.options.trailer {
            match self.options.format {
                Format::Csv => csv::write_trailer(self.rows, out),
                Format::Ndjson => ndjson::write_trailer(self.rows, out),
            }
        }
    }

    /// The number of messages written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.options.format
    }

    /// Returns the bytes of a page, or those of the end after the last page.
    pub(crate) fn chunk(&mut self, page: Option<&SmsHistoryPage>) -> Vec<u8> {
        let mut bytes = Vec::new();
        match page {
            Some(page) => page
                .iter()
                .for_each(|message| self.message(&message, &mut bytes)),
            None => self.finish(&mut bytes),
        }
        bytes
    }

    fn header(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.has_header, true) {
            return;
        }
        if self.options.byte_order_mark {
            out.extend_from_slice(csv::BYTE_ORDER_MARK);
        }
        if self.options.format == Format::Csv {
            csv::write_header(&self.options, out);
        }
    }
}

/// Options of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The file format. Default: CSV.
    pub format: Format,
    /// Whether texts that a spreadsheet could evaluate as a formula are neutralized in CSV. Default: `true`. See
    /// [`Exporter`].
    pub neutralize_formulas: bool,
    /// Whether CSV begins with a byte order mark. Some spreadsheets need it to read UTF-8. Default: `false`.
    pub byte_order_mark: bool,
    /// What separates the cells of CSV. Default: a comma.
    pub delimiter: Delimiter,
    /// Whether the last line marks the file as complete. Default: `false`. See [`Exporter::finish`].
    pub trailer: bool,
    /// The fields and their order. Default: [`Column::ALL`].
    pub columns: Vec<Column>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            format: Format::default(),
            neutralize_formulas: true,
            byte_order_mark: false,
            delimiter: Delimiter::default(),
            trailer: false,
            columns: Column::ALL.to_vec(),
        }
    }
}

impl ExportOptions {
    /// Checks that the options are consistent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for no column, for a repeated column, and for a byte order mark or a delimiter in JSON.
    pub fn check(&self) -> Result<(), SmsHistoryError> {
        let invalid = |message| Err(SmsHistoryError::new(ErrorKind::InvalidOptions, message));
        let columns = &self.columns;
        if columns.is_empty() {
            return invalid("columns: expected at least one column, got none".to_owned());
        }
        for (index, column) in columns.iter().enumerate() {
            if columns[..index].contains(column) {
                let name = column.as_str();
                return invalid(format!(
                    "columns: expected each column once, got {name} twice"
                ));
            }
        }
        if self.byte_order_mark && self.format == Format::Ndjson {
            return invalid(format!(
                "{BYTE_ORDER_MARK}: expected false for the format ndjson, got true; only csv can have a byte order mark"
            ));
        }
        if self.delimiter != Delimiter::Comma && self.format == Format::Ndjson {
            return invalid(
                "delimiter: expected none for the format ndjson, got one; only csv can have a delimiter".to_owned(),
            );
        }
        Ok(())
    }
}

/// The file format of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values as in RFC 4180, with a header row and CR LF.
    #[default]
    Csv,
    /// Newline-delimited JSON: one object per line.
    Ndjson,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Ndjson];

    /// Returns the name: `csv` or `ndjson`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// Returns the media type, for the header `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson; charset=utf-8",
        }
    }

    /// Returns the format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// What separates the cells of CSV. Spreadsheets expect a semicolon where the comma is the decimal separator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// All delimiters.
    pub const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    /// Returns the character.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comma => ",",
            Self::Semicolon => ";",
            Self::Tab => "\t",
        }
    }

    /// Returns the delimiter of a character.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|delimiter| delimiter.as_str() == name)
    }
}

/// A field of a message, by its name in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `messageId`
    MessageId,
    /// `sourceNumber`
    SourceNumber,
    /// `destinationNumber`
    DestinationNumber,
    /// `direction`: `in`, `out` or `unknown`
    Direction,
    /// `rawDirection`: the API's value if the direction is `unknown`
    RawDirection,
    /// `fragments`
    Fragments,
    /// `cost`: the exact decimal
    Cost,
    /// `status`: `success`, `error`, `waiting` or `unknown`
    Status,
    /// `statusId`: the API's value
    StatusId,
    /// `errorMessage`
    ErrorMessage,
    /// `processedDate`: `2026-03-08T02:30:15Z`, with milliseconds if there are any
    ProcessedDate,
    /// `transactionId`
    TransactionId,
    /// `text`
    Text,
}

impl Column {
    /// All columns, in the default order.
    pub const ALL: [Self; 13] = [
        Self::MessageId,
        Self::SourceNumber,
        Self::DestinationNumber,
        Self::Direction,
        Self::RawDirection,
        Self::Fragments,
        Self::Cost,
        Self::Status,
        Self::StatusId,
        Self::ErrorMessage,
        Self::ProcessedDate,
        Self::TransactionId,
        Self::Text,
    ];

    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageId => "messageId",
            Self::SourceNumber => "sourceNumber",
            Self::DestinationNumber => "destinationNumber",
            Self::Direction => "direction",
            Self::RawDirection => "rawDirection",
            Self::Fragments => "fragments",
            Self::Cost => "cost",
            Self::Status => "status",
            Self::StatusId => "statusId",
            Self::ErrorMessage => "errorMessage",
            Self::ProcessedDate => "processedDate",
            Self::TransactionId => "transactionId",
            Self::Text => "text",
        }
    }

    /// Returns the column of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == name)
    }
}

/// The value of a message's field.
enum FieldValue<'a> {
    Absent,
    Integer(u64),
    Decimal(Decimal),
    Date(EpochMillis),
    /// A word of this library. It contains nothing that has to be escaped.
    Word(&'static str),
    Text(&'a str),
}

impl<'a> FieldValue<'a> {
    fn of(message: &SmsMessage<'a>, column: Column) -> Self {
        let text = |text| Some(Self::Text(text));
        let value = match column {
            Column::MessageId => message.message_id.map(Self::Integer),
            Column::SourceNumber => message.source_number.and_then(text),
            Column::DestinationNumber => message.destination_number.and_then(text),
            Column::Direction => message.direction.map(|direction| {
                Self::Word(match direction {
                    Direction::In => "in",
                    Direction::Out => "out",
                    Direction::Unknown(_) => "unknown",
                })
            }),
            Column::RawDirection => match message.direction {
                Some(Direction::Unknown(raw)) => text(raw),
                _ => None,
            },
            Column::Fragments => message.fragments.map(Self::Integer),
            Column::Cost => message.cost.map(Self::Decimal),
            Column::Status => message.status.map(|status| {
                Self::Word(match status {
                    Status::Success => "success",
                    Status::Error => "error",
                    Status::Waiting => "waiting",
                    Status::Unknown(_) => "unknown",
                })
            }),
            Column::StatusId => message.status.map(|status| match status {
                Status::Success => Self::Word("1"),
                Status::Error => Self::Word("2"),
                Status::Waiting => Self::Word("3"),
                Status::Unknown(raw) => Self::Text(raw),
            }),
            Column::ErrorMessage => message.error_message.and_then(text),
            Column::ProcessedDate => message.processed_date.map(Self::Date),
            Column::TransactionId => message.transaction_id.map(Self::Integer),
            Column::Text => message.text.and_then(text),
        };
        value.unwrap_or(Self::Absent)
    }
}

fn write_integer(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn write_decimal(number: Decimal, out: &mut Vec<u8>) {
    out.extend_from_slice(number.to_string().as_bytes());
}

/// Writes a date as `2026-03-08T02:30:15Z`, with milliseconds if there are any.
fn write_date(at: EpochMillis, out: &mut Vec<u8>) {
    out.extend_from_slice(&date::iso(at.div_euclid(1000)));
    let millis = at.rem_euclid(1000);
    if millis > 0 {
        let digits = [millis / 100, millis / 10 % 10, millis % 10];
        out.push(b'.');
        out.extend(digits.map(|digit| b'0' + digit as u8));
    }
    out.push(b'Z');
}

//! What an export looks like.

use crate::error::{ErrorKind, SmsHistoryError};

/// The form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values as in RFC 4180: a header row, lines that end in CR LF, quotes where a cell needs them.
    #[default]
    Csv,
    /// Newline-delimited JSON: an object a line.
    Ndjson,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Ndjson];

    /// The name: `csv` or `ndjson`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// The format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// A field of a message, by the name that it has in JavaScript.
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
    /// `rawDirection`: the API's word, when the direction is `unknown`
    RawDirection,
    /// `fragments`
    Fragments,
    /// `cost`: exact
    Cost,
    /// `status`: `success`, `error`, `waiting` or `unknown`
    Status,
    /// `statusId`: as the API has it
    StatusId,
    /// `errorMessage`
    ErrorMessage,
    /// `processedDate`: `2026-03-08T02:30:15Z`
    ProcessedDate,
    /// `transactionId`
    TransactionId,
    /// `text`
    Text,
}

impl Column {
    /// All of them, in the order of an export.
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

    /// The name.
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

    /// The column of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == name)
    }
}

/// What an export looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// The form. Default: CSV.
    pub format: Format,
    /// Whether texts that a spreadsheet could take for a formula are made harmless, in CSV. Default: yes. See
    /// [`Exporter`](super::Exporter).
    pub neutralize_formulas: bool,
    /// Whether a CSV begins with a byte order mark, without which some spreadsheets don't read it as UTF-8. Default: no.
    pub byte_order_mark: bool,
    /// Which fields, in which order. Default: all, as in [`Column::ALL`].
    pub columns: Vec<Column>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            format: Format::default(),
            neutralize_formulas: true,
            byte_order_mark: false,
            columns: Column::ALL.to_vec(),
        }
    }
}

impl ExportOptions {
    /// Checks that the options make sense together.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] when there is no column, when one is named twice, and for a byte order mark before
    /// JSON, which may not have one.
    pub fn check(&self) -> Result<(), SmsHistoryError> {
        let columns = &self.columns;
        if columns.is_empty() {
            return Err(invalid(
                "columns: at least one column was expected, got none".into(),
            ));
        }
        for (at, column) in columns.iter().enumerate() {
            if columns[..at].contains(column) {
                let name = column.as_str();
                return Err(invalid(format!(
                    "columns: each column was expected once, got {name} twice"
                )));
            }
        }
        if self.byte_order_mark && self.format == Format::Ndjson {
            return Err(invalid(
                "byteOrderMark: only a file of the format csv can have one; leave it out for ndjson"
                    .into(),
            ));
        }
        Ok(())
    }
}

fn invalid(message: String) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidOptions, message)
}

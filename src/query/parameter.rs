//! The eight parameters of the API: their names in each style, and the values of those with a fixed set of them.

use crate::suggest::fold;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    SourceNumber,
    DestinationNumber,
    Direction,
    Count,
    Offset,
    FromDate,
    ToDate,
    Output,
}

/// The style in which the caller writes names. Errors use the same one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Style {
    #[default]
    Snake,
    Camel,
}

impl Parameter {
    pub(super) const ALL: [Self; 8] = [
        Self::SourceNumber,
        Self::DestinationNumber,
        Self::Direction,
        Self::Count,
        Self::Offset,
        Self::FromDate,
        Self::ToDate,
        Self::Output,
    ];

    pub(super) const fn name(self, style: Style) -> &'static str {
        match (self, style) {
            (Self::SourceNumber, Style::Snake) => "source_number",
            (Self::SourceNumber, Style::Camel) => "sourceNumber",
            (Self::DestinationNumber, Style::Snake) => "destination_number",
            (Self::DestinationNumber, Style::Camel) => "destinationNumber",
            (Self::Direction, _) => "direction",
            (Self::Count, _) => "count",
            (Self::Offset, _) => "offset",
            (Self::FromDate, Style::Snake) => "from_date",
            (Self::FromDate, Style::Camel) => "fromDate",
            (Self::ToDate, Style::Snake) => "to_date",
            (Self::ToDate, Style::Camel) => "toDate",
            (Self::Output, _) => "output",
        }
    }

    /// The name in the query string.
    pub(super) const fn api_name(self) -> &'static str {
        self.name(Style::Snake)
    }

    pub(super) fn from_name(name: &str, style: Style) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|parameter| parameter.name(style) == name)
    }

    /// The parameter of a name in any case and style (`FROM-DATE`, `from_date`, `FromDate`).
    pub(super) fn in_any_style(name: &str) -> Option<Self> {
        let folded = fold(name);
        Self::ALL
            .into_iter()
            .find(|parameter| fold(parameter.api_name()) == folded)
    }
}

/// Whether a message was received or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
}

impl Direction {
    /// The API's name: `IN` or `OUT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::Out => "OUT",
        }
    }
}

/// The format of the response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Output {
    /// Rows; the API's default.
    #[default]
    Json,
    /// A file of comma-separated values.
    Csv,
    /// A spreadsheet file.
    Xls,
}

impl Output {
    /// The API's name: `json`, `csv` or `xls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xls => "xls",
        }
    }
}

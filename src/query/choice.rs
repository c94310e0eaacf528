//! The parameters that are a choice of few words.

/// Whether messages were received or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
}

impl Direction {
    /// The API's word: `IN` or `OUT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "IN",
            Self::Out => "OUT",
        }
    }
}

/// The form of the reply.
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
    /// The API's word: `json`, `csv` or `xls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xls => "xls",
        }
    }
}

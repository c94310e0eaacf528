//! Kinds of values, and what is wrong where none stands.

/// Why a text is not JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The byte.
    pub at: usize,
    /// What is wrong there.
    pub kind: ParseErrorKind,
}

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// The text ends in the middle of a value.
    End,
    /// Something else should stand here; the words say what.
    Expected(&'static str),
    /// Deeper than the cursor goes.
    TooDeep,
}

/// What kind of value begins at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// In quotes.
    String,
    /// A digit or a minus sign.
    Number,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
}

impl ValueKind {
    /// The kind in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        }
    }
}

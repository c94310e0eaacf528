//! The eight parameters of the API: their names in each style, and the nearest one to a name that is none of them.

use crate::error::{ErrorKind, SmsHistoryError};

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

/// In which style the caller writes names, so that errors can use the same.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Style {
    #[default]
    Snake,
    Camel,
}

impl Parameter {
    const ALL: [Self; 8] = [
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

    pub(super) fn from_camel(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|parameter| parameter.name(Style::Camel) == name)
    }

    /// The parameter that a name means in whatever case and style it is written (`FROM-DATE`, `from_date`, `FromDate`).
    pub(super) fn in_any_style(name: &str) -> Option<Self> {
        let folded = fold(name);
        Self::ALL
            .into_iter()
            .find(|parameter| fold(parameter.api_name()) == folded)
    }

    /// The parameter that a misspelt or shortened name most likely means.
    fn nearest(name: &str) -> Option<Self> {
        let folded = fold(name);
        if folded.is_empty() {
            return None;
        }
        if let Some(exact) = Self::in_any_style(name) {
            return Some(exact);
        }
        let distance = |parameter: Self| {
            let whole = fold(parameter.api_name());
            if folded.len() > 2 && whole.starts_with(&folded) {
                return Some(0);
            }
            // The first word alone is how people shorten a name: `from`, `source`.
            let first = parameter.api_name().split('_').next().unwrap_or_default();
            let near = |known: &str| {
                Some(strsim::osa_distance(&folded, known)).filter(|far| *far <= known.len() / 3)
            };
            [near(&whole), near(first)].into_iter().flatten().min()
        };
        let ranked = Self::ALL
            .into_iter()
            .filter_map(|parameter| Some((distance(parameter)?, parameter)));
        ranked
            .min_by_key(|(far, _)| *far)
            .map(|(_, parameter)| parameter)
    }
}

/// An error of the query: `problem` says what is wrong with the parameter `name` and what would be right.
pub(super) fn refuse(name: &str, problem: &str) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidQuery, format!("{name}: {problem}"))
}

/// The error for a name that is no parameter.
pub(super) fn unknown(name: &str) -> SmsHistoryError {
    // What does not look like a name may be anything, a phone number as well: it is not repeated, nor searched for.
    let is_name = name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let nearest = if is_name {
        Parameter::nearest(name)
    } else {
        None
    };
    let shown = if is_name {
        format!("`{name}`")
    } else {
        format!("a name of {} characters", name.chars().count())
    };
    let advice = match nearest {
        Some(nearest) => format!("did you mean `{}`?", nearest.name(Style::Camel)),
        None => {
            let known: Vec<_> = Parameter::ALL
                .iter()
                .map(|parameter| parameter.name(Style::Camel))
                .collect();
            format!("the parameters are {}", known.join(", "))
        }
    };
    SmsHistoryError::new(
        ErrorKind::InvalidQuery,
        format!("unknown query parameter {shown}; {advice}"),
    )
}

fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

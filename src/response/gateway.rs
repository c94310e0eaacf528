//! Fields of a response that are not the API's. Gateways report failures in them, and may add an empty page.

use super::{
    EnvelopeError,
    error::{ApiError, is_message_name, parse_code},
    read_error,
};
use crate::{
    json::{Cursor, ParseError, ValueKind},
    suggest::fold,
    text::trim_punctuation,
};

/// The fields of the outermost object that are not the API's own.
#[derive(Debug, Default)]
pub(super) struct GatewayFields {
    pub(super) error: ApiError,
    /// Whether there is a field besides the API's own.
    pub(super) has_fields: bool,
    reports_failure: bool,
    reports_success: bool,
}

impl GatewayFields {
    /// Reads a field. Names count in any case, and with any separators.
    pub(super) fn read_field(
        &mut self,
        cursor: &mut Cursor<'_>,
        name: &str,
    ) -> Result<(), EnvelopeError> {
        const FAILURES: [&str; 4] = ["err", "fault", "fail", "exception"];
        self.has_fields = true;
        let name = fold(name);
        if FAILURES.iter().any(|prefix| name.starts_with(prefix)) {
            if let Some(error) = read_error(cursor)? {
                self.reports_failure = true;
                self.error.complete(error);
            }
        } else if let Some(text) = read_text(cursor)? {
            self.add(&name, text);
        }
        Ok(())
    }

    /// Adds a field with a text, a number or a boolean.
    fn add(&mut self, name: &str, text: String) {
        let code = parse_code(&text);
        let is_success = match (name, code) {
            (name, _) if is_message_name(name) || name == "reason" => {
                self.reports_success |= is_success_word(&text);
                return self.error.complete(ApiError::of_message(text));
            }
            ("success" | "ok", Some(number)) => number != 0,
            ("code", Some(code)) => matches!(code, 0 | 200..=299),
            // Other numbers have no common meaning.
            ("status" | "statuscode", Some(0..=199 | 300..=399)) => return,
            ("status" | "statuscode", Some(status)) => (200..=299).contains(&status),
            ("success" | "ok" | "code" | "status" | "statuscode", None) => is_success_word(&text),
            _ => return,
        };
        if name == "code" {
            self.error.complete(ApiError::of_code(text));
        }
        self.reports_success |= is_success;
        self.reports_failure |= !is_success;
    }

    /// The error of a response without a page, if it has a message.
    pub(super) fn error_instead_of_page(self) -> Option<ApiError> {
        Some(self.into_error()).filter(|error| !error.message.is_empty())
    }

    /// The error of a response with an empty page. A message is one unless another field reports success.
    pub(super) fn error_beside_empty_page(self) -> Option<ApiError> {
        let has_failed =
            self.reports_failure || (!self.reports_success && !self.error.message.is_empty());
        has_failed.then(|| self.into_error())
    }

    fn into_error(mut self) -> ApiError {
        self.error.is_bare = true;
        self.error
    }
}

/// Reads a text, a number or a boolean as text. `None` for other values, and for text without content.
fn read_text(cursor: &mut Cursor<'_>) -> Result<Option<String>, ParseError> {
    let text = match cursor.kind()? {
        ValueKind::Number => cursor.number()?.to_owned(),
        ValueKind::String => cursor.string()?.to_text(),
        ValueKind::Boolean => {
            let is_true = cursor.peek() == Some(b't');
            cursor.skip()?;
            is_true.to_string()
        }
        _ => {
            cursor.skip()?;
            return Ok(None);
        }
    };
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

/// Whether a word reports success.
fn is_success_word(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "ok",
        "success",
        "successful",
        "succeeded",
        "completed",
        "done",
        "true",
        "yes",
    ];
    let word = trim_punctuation(text.trim());
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

//! The API's own errors: what each code means to a reader of the SMS history, and whether to try again.

use std::borrow::Cow;

use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
};

use super::unexpected::retry_after;

/// An error as the API sends it.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) code: Option<i64>,
    pub(super) message: Option<String>,
}

/// Whether the same request may succeed later.
enum Again {
    No,
    /// A failure on the server's side that may pass.
    Later,
    /// The server asks to slow down.
    Slower,
}

impl ApiError {
    pub(super) fn to_error(&self, reply: &HttpResponse) -> SmsHistoryError {
        let known = self.code.and_then(meaning);
        let (kind, again) = match known {
            Some((_, Again::Slower)) => (ErrorKind::RateLimited, true),
            Some((_, Again::Later)) => (ErrorKind::Api, true),
            Some((_, Again::No)) => (ErrorKind::Api, false),
            None => (ErrorKind::Api, false),
        };
        let message: Cow<'static, str> = match (known, self.code) {
            (Some((meaning, _)), Some(code)) => {
                format!("{meaning} (the API's error {code})").into()
            }
            (_, Some(code)) => format!(
                "the API refused the request with error {code}{}",
                self.redacted()
            )
            .into(),
            (_, None) => format!(
                "the API refused the request with an error that has no code{}",
                self.redacted()
            )
            .into(),
        };
        let error = SmsHistoryError::new(kind, message)
            .with_http_status(reply.status)
            .with_retryable(again)
            .with_retry_after(retry_after(reply));
        match self.code {
            Some(code) => error.with_code(code),
            None => error,
        }
    }

    /// The vendor's words for a code that is not in the table below. They may quote the request: of them only what stands
    /// in no quotes, and can be a word of a sentence and no name, number or token, is told.
    fn redacted(&self) -> String {
        let Some(message) = self
            .message
            .as_deref()
            .filter(|message| !message.is_empty())
        else {
            return String::new();
        };
        const QUOTES: [char; 9] = ['"', '\'', '`', '‘', '’', '“', '”', '«', '»'];
        let mut told: Vec<&str> = Vec::new();
        let (mut is_quoted, mut begins) = (false, true);
        for word in message.split_whitespace().take(40) {
            is_quoted |= word.starts_with(QUOTES);
            let shown = if !is_quoted && is_of_a_sentence(word, begins) {
                word
            } else {
                "…"
            };
            if shown != "…" || told.last() != Some(&"…") {
                told.push(shown);
            }
            let bare = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
            is_quoted &= !bare.ends_with(QUOTES) || bare.chars().count() == 1;
            begins = word.ends_with(['.', '!', '?']);
        }
        format!(": {}", told.join(" "))
    }
}

/// Whether a word may stand in any sentence: of a few small letters, the first of the sentence's first one large.
fn is_of_a_sentence(word: &str, begins: bool) -> bool {
    const LONGEST: usize = 20;
    let word = word
        .trim_start_matches('(')
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let rest = word.strip_prefix(|first: char| begins && first.is_ascii_uppercase());
    let rest = rest.unwrap_or(word);
    word.len() <= LONGEST
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"_-'".contains(&byte))
}

/// The codes that matter to this method (the vendor's catalogue of errors), in our own words.
fn meaning(code: i64) -> Option<(&'static str, Again)> {
    Some(match code {
        1 | 2 => (
            "the API failed inside; the same request may succeed later",
            Again::Later,
        ),
        4 => (
            "the API's database failed; the same request may succeed later",
            Again::Later,
        ),
        100 => (
            "authorization failed: the token's signature, key id or account was not accepted",
            Again::No,
        ),
        101 => ("the API found an argument invalid", Again::No),
        103 => (
            "the API does not know the command GetSmsHistory; check `baseUrl`",
            Again::No,
        ),
        104 => (
            "the token's service account may not read the SMS history; it needs one of the roles Owner, Admin, \
             Developer, Supervisor, Accountant, CallsSMS",
            Again::No,
        ),
        105 => ("the API does not support this output format", Again::No),
        111 => ("the API found a date's format invalid", Again::No),
        121 => ("the API found a phone number invalid", Again::No),
        123 => ("the API found the date range invalid", Again::No),
        131 => ("the account is not activated", Again::No),
        162 => ("the API asks to try later", Again::Slower),
        314 => ("too many requests at once for the API", Again::Slower),
        340 => ("the API's rate limit is exceeded", Again::Slower),
        416 => (
            "the API asks to repeat the request after some seconds",
            Again::Slower,
        ),
        447 => ("the API does not take the token for a JWT", Again::No),
        454 => (
            "the token's lifetime is longer than the API allows (at most 3600 seconds)",
            Again::No,
        ),
        455 => (
            "the token was issued in the future by the API's clock; check the clock that minted it",
            Again::No,
        ),
        456 => ("the token has expired", Again::No),
        470 => ("the API found the direction invalid", Again::No),
        _ => return None,
    })
}

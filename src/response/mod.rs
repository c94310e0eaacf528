//! A reply's status and body -> a page, a file, or the error that says what came instead.

mod api_error;
mod envelope;
mod file;
mod unexpected;

use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
    page::SmsHistoryPage,
};

pub use file::SmsHistoryFile;

use envelope::{Envelope, EnvelopeError};

/// The longest JSON reply that is read. A page of 1,000 messages is about 0.5 MB.
const MAX_JSON_BYTES: usize = 256 << 20;

/// Reads a reply that should be a page.
///
/// # Errors
/// [`ErrorKind::Api`] or [`ErrorKind::RateLimited`] for the API's own errors, whatever the HTTP status is;
/// [`ErrorKind::Http`] for a status that says failure; [`ErrorKind::Format`] when the body is anything but a page.
pub fn read_page(reply: &HttpResponse) -> Result<SmsHistoryPage, SmsHistoryError> {
    let envelope = open(reply);
    if let Ok(Envelope {
        api_error: Some(error),
        ..
    }) = &envelope
    {
        return Err(error.to_error(reply));
    }
    unexpected::refuse_status(reply)?;
    let envelope = envelope?;
    match envelope.page {
        Some(page) => Ok(page),
        None => Err(format_error(
            reply,
            format!(
                "the reply's `result` should be an array of rows, but {}",
                envelope.no_page
            ),
        )),
    }
}

/// Reads a reply that should be a CSV or XLS file.
///
/// # Errors
/// As [`read_page`]; JSON, HTML and an empty body are [`ErrorKind::Format`].
pub fn read_file(reply: HttpResponse) -> Result<SmsHistoryFile, SmsHistoryError> {
    let is_json = reply.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let envelope = if is_json { open(&reply).ok() } else { None };
    if let Some(error) = envelope
        .as_ref()
        .and_then(|envelope| envelope.api_error.as_ref())
    {
        return Err(error.to_error(&reply));
    }
    unexpected::refuse_status(&reply)?;
    if envelope.is_some() {
        return Err(format_error(
            &reply,
            "a file was asked for, and a JSON document came",
        ));
    }
    if reply.body.is_empty() || unexpected::says_html(&reply) {
        return Err(format_error(
            &reply,
            format!(
                "a file was asked for, and {} came",
                unexpected::describe(&reply)
            ),
        ));
    }
    Ok(SmsHistoryFile::new(reply))
}

/// What the head of a reply tells of a file that is still to come; nothing, where none can come.
#[cfg(target_family = "wasm")]
pub(crate) fn announced_file(head: &HttpResponse) -> Option<SmsHistoryFile> {
    unexpected::refuse_status(head).ok()?;
    Some(SmsHistoryFile::new(head.clone()))
}

fn open(reply: &HttpResponse) -> Result<Envelope, SmsHistoryError> {
    if reply.body.len() > MAX_JSON_BYTES {
        return Err(format_error(
            reply,
            format!(
                "the reply has {} bytes, more than a page can have",
                reply.body.len()
            ),
        ));
    }
    let instead = || {
        format_error(
            reply,
            format!(
                "expected a JSON page, and {} came",
                unexpected::describe(reply)
            ),
        )
    };
    // A cut-off body is the network's doing: the next attempt may bring it whole.
    let cut_off = || {
        format_error(
            reply,
            format!(
                "the reply ends in the middle of its JSON, after {} bytes",
                reply.body.len()
            ),
        )
        .with_retryable(true)
    };
    let Ok(text) = simdutf8::basic::from_utf8(&reply.body) else {
        // The standard library is slower, and tells whether the body ends within a character.
        let ends_within =
            str::from_utf8(&reply.body).is_err_and(|error| error.error_len().is_none());
        return Err(if ends_within && reply.body.starts_with(b"{") {
            cut_off()
        } else {
            instead()
        });
    };
    envelope::read(text).map_err(|error| match error {
        // What a gateway on the way says in place of the API may be something else the next time.
        EnvelopeError::NotJson | EnvelopeError::Empty => {
            instead().with_retryable(reply.body.is_empty() || unexpected::is_markup(reply))
        }
        EnvelopeError::Truncated => cut_off(),
        EnvelopeError::Malformed { at, expected } => format_error(
            reply,
            format!(
                "the reply is not valid JSON: at byte {at} of {}, expected {expected}",
                reply.body.len()
            ),
        ),
        EnvelopeError::Value(what) => format_error(reply, what),
    })
}

fn format_error(
    reply: &HttpResponse,
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::Format, message).with_http_status(reply.status)
}

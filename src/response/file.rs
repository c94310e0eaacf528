//! A CSV or XLS response: unchanged bytes with a name and a type.

use percent_encoding::percent_decode_str;

use crate::{http::HttpResponse, text::split_before};

/// A file as the API made it. The vendor does not document its columns.
#[derive(Clone, Default)]
pub struct SmsHistoryFile {
    name: Option<String>,
    content_type: String,
    bytes: Vec<u8>,
}

impl SmsHistoryFile {
    pub(super) fn new(response: HttpResponse) -> Self {
        Self {
            name: response.content_disposition.as_deref().and_then(file_name),
            content_type: response
                .content_type
                .unwrap_or_else(|| "application/octet-stream".into()),
            bytes: response.body.into_vec(),
        }
    }

    /// The file name from `Content-Disposition` (RFC 6266), without any folder.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The `Content-Type` of the response. Default: `application/octet-stream`.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The bytes of the response body.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Converts the file into the bytes of the response body.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl std::fmt::Debug for SmsHistoryFile {
    // The bytes hold phone numbers and message texts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsHistoryFile")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Reads the file name of a `Content-Disposition` header: `filename*` if it can be decoded, `filename` otherwise.
fn file_name(disposition: &str) -> Option<String> {
    let (mut plain, mut extended) = (None, None);
    let mut rest = disposition;
    while !rest.is_empty() {
        let (name, after) = split_before(rest, &['=', ';']);
        let Some(after) = after.strip_prefix('=') else {
            // The disposition type, which has no value.
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        let (value, after) = parameter_value(after.trim_start());
        rest = after;
        match name.trim() {
            name if name.eq_ignore_ascii_case("filename") => plain = plain.or(Some(value)),
            name if name.eq_ignore_ascii_case("filename*") => {
                extended = extended.or_else(|| decode_extended(&value));
            }
            _ => {}
        }
    }
    let path = extended.or(plain)?;
    // The name must not lead out of the folder that it is saved to.
    let name = path.rsplit(['/', '\\']).next()?.trim();
    (!name.is_empty() && name != "." && name != ".." && !name.chars().any(char::is_control))
        .then(|| name.to_owned())
}

/// Reads a token or quoted string. Returns its value and the text after the next semicolon.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next().filter(|c| *c != '"') {
        // Only these two are read as escaped: servers also send Windows paths as they are.
        let is_escape = c == '\\' && chars.as_str().starts_with(['"', '\\']);
        value.extend(if is_escape { chars.next() } else { Some(c) });
    }
    let rest = chars.as_str().split_once(';').map_or("", |(_, rest)| rest);
    (value, rest)
}

/// Decodes `charset'language'percent-encoded` (RFC 8187), in UTF-8 or ISO-8859-1.
fn decode_extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes = percent_decode_str(encoded);
    if charset.eq_ignore_ascii_case("utf-8") {
        bytes.decode_utf8().ok().map(Into::into)
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        Some(bytes.map(char::from).collect())
    } else {
        None
    }
}

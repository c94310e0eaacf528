//! A CSV or XLS reply: bytes with a name and a type, not touched.

use crate::http::HttpResponse;

/// A file as the API made it. Its columns are the vendor's and are not documented.
#[derive(Clone, Default)]
pub struct SmsHistoryFile {
    name: Option<String>,
    content_type: String,
    bytes: Vec<u8>,
}

impl SmsHistoryFile {
    pub(super) fn new(reply: HttpResponse) -> Self {
        Self {
            name: reply.content_disposition.as_deref().and_then(file_name),
            content_type: reply
                .content_type
                .unwrap_or_else(|| "application/octet-stream".into()),
            bytes: reply.body.into_vec(),
        }
    }

    /// The name that the reply gives the file (`Content-Disposition`, RFC 6266), without any folder.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The reply's `Content-Type`, by default `application/octet-stream`.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The bytes, exactly as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, exactly as they came.
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

fn file_name(disposition: &str) -> Option<String> {
    let (_, value) = disposition
        .split(';')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("filename"))?;
    let value = value.trim().trim_matches('"');
    // A name that climbs out of the folder it is saved to is cut down to its last part.
    let name = value.rsplit(['/', '\\']).next()?.trim();
    (!name.is_empty() && name != "." && name != ".." && !name.chars().any(char::is_control))
        .then(|| name.to_owned())
}

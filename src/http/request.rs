//! Base URL + pairs + bearer -> a request value.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{base_url::BaseUrl, token::BearerToken};

/// The HTTP method of every request.
pub const METHOD: &str = "POST";
/// The path of the one API method, after the base URL.
pub const PATH: &str = "/GetSmsHistory";

/// All but the characters that mean the same everywhere in a URL (RFC 3986, "unreserved").
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request to be sent: an HTTP POST without a body. `Debug` shows neither the query nor the token.
pub struct HttpRequest {
    url: String,
    /// Where the query begins in `url`.
    query: usize,
    bearer: BearerToken,
    #[cfg(target_family = "wasm")]
    body_reader: Option<BodyReader>,
}

/// Reads the body of a reply, of which it gets the head and the JavaScript response; without a promise of an
/// `ArrayBuffer` from it, the body is read as ever.
#[cfg(target_family = "wasm")]
pub(crate) type BodyReader = std::rc::Rc<
    dyn Fn(&crate::http::HttpResponse, &wasm_bindgen::JsValue) -> Option<js_sys::Promise>,
>;

impl HttpRequest {
    /// Builds the request for name/value pairs, which are percent-encoded here (a space as `%20`).
    pub fn new(base: &BaseUrl, pairs: &[(Cow<'_, str>, String)], bearer: BearerToken) -> Self {
        let mut url = format!("{}{PATH}", base.as_str());
        let query = url.len();
        let mut mark = '?';
        for (name, value) in pairs {
            url.push(mark);
            url.extend(utf8_percent_encode(name, RESERVED));
            url.push('=');
            url.extend(utf8_percent_encode(value, RESERVED));
            mark = '&';
        }
        Self {
            url,
            query,
            bearer,
            #[cfg(target_family = "wasm")]
            body_reader: None,
        }
    }

    /// The whole URL. Its query may hold phone numbers: it is for sending, not for showing.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token for the `Authorization` header.
    pub fn bearer(&self) -> &BearerToken {
        &self.bearer
    }

    /// The same, with the body of its reply to be read by `reader`.
    #[cfg(target_family = "wasm")]
    pub(crate) fn read_by(mut self, reader: BodyReader) -> Self {
        self.body_reader = Some(reader);
        self
    }

    #[cfg(target_family = "wasm")]
    pub(crate) fn body_reader(&self) -> Option<BodyReader> {
        self.body_reader.clone()
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("url", &&self.url[..self.query])
            .finish_non_exhaustive()
    }
}

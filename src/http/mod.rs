//! HTTP: the request, the response, and the [`Transport`] that exchanges one for the other.

use std::{borrow::Cow, fmt, future::Future};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use voximplant_sms_history_rows::buffer_pool::PooledBuffer;

use crate::{
    base_url::BaseUrl, clock::EpochMillis, date, error::SmsHistoryError, token::BearerToken,
};

#[cfg(target_family = "wasm")]
mod fetch;
#[cfg(target_family = "wasm")]
pub use fetch::FetchTransport;
#[cfg(all(target_family = "wasm", feature = "bench"))]
pub(crate) use fetch::copy_to_pooled_buffer;

/// The HTTP method of every request.
pub const METHOD: &str = "POST";
/// The path of the one API method, after the base URL.
pub const PATH: &str = "/GetSmsHistory";

/// All characters except RFC 3986's "unreserved" ones, which need no encoding anywhere in a URL.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The `Content-Type` of a request to a relay.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// An HTTP POST request. `Debug` shows neither the query nor the token.
///
/// A request to the API has its query in the URL, a token and no body. A request to a relay has its query in the body, and no
/// token: the relay adds one.
pub struct HttpRequest {
    url: String,
    /// The position in `url` where the query begins.
    query_start: usize,
    body: Option<String>,
    bearer: Option<BearerToken>,
    #[cfg(target_family = "wasm")]
    body_reader: Option<BodyReader>,
}

/// Reads a response body in place of [`FetchTransport`].
///
/// It gets the response without its body, and the JavaScript `Response`. It returns a promise of an `ArrayBuffer`, or of
/// `undefined` if it passes the body on as a stream. It returns `None` to leave the body to the transport.
#[cfg(target_family = "wasm")]
pub(crate) type BodyReader =
    std::rc::Rc<dyn Fn(&HttpResponse, &wasm_bindgen::JsValue) -> Option<js_sys::Promise>>;

impl HttpRequest {
    /// Builds a request to the API from name/value pairs, which are percent-encoded here (a space as `%20`).
    pub fn new(base: &BaseUrl, pairs: &[(Cow<'_, str>, String)], bearer: BearerToken) -> Self {
        let mut request = Self::to_relay(base, pairs);
        if let Some(query) = request.body.take().filter(|query| !query.is_empty()) {
            request.url = request.url + "?" + &query;
        }
        request.bearer = Some(bearer);
        request
    }

    /// Builds a request to a relay. The pairs become a form, so that phone numbers do not get into the logs of URLs.
    pub fn to_relay(relay: &BaseUrl, pairs: &[(Cow<'_, str>, String)]) -> Self {
        let url = format!("{}{PATH}", relay.as_str());
        let mut form = String::new();
        for (name, value) in pairs {
            if !form.is_empty() {
                form.push('&');
            }
            form.extend(utf8_percent_encode(name, RESERVED));
            form.push('=');
            form.extend(utf8_percent_encode(value, RESERVED));
        }
        Self {
            query_start: url.len(),
            url,
            body: Some(form),
            bearer: None,
            #[cfg(target_family = "wasm")]
            body_reader: None,
        }
    }

    /// The URL with its query. Do not log it: the query may hold phone numbers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The host and port, for messages.
    #[cfg(target_family = "wasm")]
    pub(crate) fn host(&self) -> &str {
        self.url.split('/').nth(2).unwrap_or_default()
    }

    /// The token for the `Authorization` header. None in a request to a relay.
    pub fn bearer(&self) -> Option<&BearerToken> {
        self.bearer.as_ref()
    }

    /// The body of a request to a relay, of the type [`FORM`]. Do not log it: it may hold phone numbers.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// Sets the reader of the response body.
    #[cfg(target_family = "wasm")]
    pub(crate) fn with_body_reader(mut self, reader: BodyReader) -> Self {
        self.body_reader = Some(reader);
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("url", &self.url.get(..self.query_start).unwrap_or_default())
            .finish_non_exhaustive()
    }
}

/// An HTTP response: the status, the headers that the client uses, and the body. `Debug` shows the body's length only.
#[derive(Clone, Default)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Content-Disposition`, which may name a file.
    pub content_disposition: Option<String>,
    /// `Retry-After`, unparsed.
    pub retry_after: Option<String>,
    /// `Date`: the server's clock, unparsed. `None` in a response with `Age`, which comes from a cache.
    pub date: Option<String>,
    /// The time when the response arrived, by this machine's clock and the last known clock skew. The client sets it, for a date
    /// in `Retry-After` without a `Date`.
    pub received_at: Option<EpochMillis>,
    /// The whole body. A `Vec<u8>` converts into it.
    pub body: PooledBuffer,
    /// Whether the body passes on as a stream while it arrives. It is not in `body` then.
    pub is_streamed: bool,
}

impl HttpResponse {
    /// The server's time when it responded, from the `Date` header, in whole seconds.
    pub fn server_time(&self) -> Option<EpochMillis> {
        date::parse_http(self.date.as_deref()?)
    }
}

impl fmt::Debug for HttpResponse {
    // The body holds phone numbers and message texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Sends a request and returns its response.
///
/// An implementation must not follow redirects, because the bearer token would travel along. It must return
/// [`ErrorKind::Network`](crate::ErrorKind::Network) when a connection fails. It must stop its request when the future
/// is dropped: aborts and timeouts rely on that.
pub trait Transport {
    /// Sends the request.
    fn send(
        &self,
        request: &HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, SmsHistoryError>>;
}

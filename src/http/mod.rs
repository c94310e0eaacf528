//! How a request becomes a reply. The only place that knows a runtime's HTTP is an implementation of [`Transport`].

use std::future::Future;

use crate::{clock::EpochMillis, date, error::SmsHistoryError};

pub use voximplant_sms_history_rows::buffer_pool::PooledBuffer;

mod request;
#[cfg(target_family = "wasm")]
pub(crate) use request::BodyReader;
pub use request::{HttpRequest, METHOD, PATH};

#[cfg(target_family = "wasm")]
mod fetch;
#[cfg(target_family = "wasm")]
pub use fetch::FetchTransport;
#[cfg(all(target_family = "wasm", feature = "bench"))]
pub(crate) use fetch::copy_to_pooled_buffer;

/// What came back: the status, the few headers that mean something here, and the body as it came.
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
    /// `Date`: the server's clock.
    pub date: Option<String>,
    /// The whole body. A `Vec<u8>` converts into it.
    pub body: PooledBuffer,
}

impl HttpResponse {
    /// The server's time when it replied, by its header `Date`, to the second.
    pub fn server_time(&self) -> Option<EpochMillis> {
        date::parse_http(self.date.as_deref()?)
    }
}

impl std::fmt::Debug for HttpResponse {
    // The body holds phone numbers and message texts: its length alone is printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Sends one request and brings its reply.
///
/// An implementation must not follow redirects (the bearer token would travel along), must answer a failed connection
/// with [`ErrorKind::Network`](crate::ErrorKind::Network), and must stop its request when the future is dropped: that
/// is how aborts and timeouts reach it.
pub trait Transport {
    /// Sends the request.
    fn send(
        &self,
        request: &HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, SmsHistoryError>>;
}

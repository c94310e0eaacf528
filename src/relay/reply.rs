//! The responses of a relay.

use std::fmt;

use crate::{
    client::pipeline::rejects_token,
    error::{ErrorKind, SmsHistoryError},
    http::HttpResponse,
    query::Output,
    redact, response,
    token::BearerToken,
};

pub(super) const NO_RESPONSE: &str = "no response from the api";
const NO_TOKEN: &str = "no request to the api, because there is no token for it; the reason is in the log of the relay's server";
const INVALID_RELAY: &str =
    "an option of the relay is invalid; the reason is in the log of the relay's server";
pub(super) const ECHOED_TOKEN: &str = "the response of the api repeats the token of the relay";

/// Whether the API's response shows that the relay has a wrong account or address of the API.
pub(super) fn is_wrong_setting(error: &SmsHistoryError) -> bool {
    const ROLE_MISSING: i64 = 104;
    is_rejected_token(error) || error.code() == Some(ROLE_MISSING) || is_wrong_address(error)
}

fn is_rejected_token(error: &SmsHistoryError) -> bool {
    rejects_token(error) || matches!(error.code(), Some(447 | 454))
}

fn is_wrong_address(error: &SmsHistoryError) -> bool {
    let status = error.http_status();
    status.is_some_and(|status| response::is_unknown_address(status, error.code()))
}

/// Drops the headers that repeat the signature of a token.
pub(super) fn remove_token(received: &mut HttpResponse, bearer: &BearerToken) {
    for header in [
        &mut received.content_type,
        &mut received.content_disposition,
        &mut received.date,
        &mut received.retry_after,
    ] {
        header.take_if(|text| redact::repeats_token(text.as_bytes(), bearer.expose()));
    }
}

/// Whether a browser may run a body of this type: HTML, XML, SVG, XSLT, or parts of any type. Browsers take the last one of
/// several types in a header.
fn is_active(content_type: &str) -> bool {
    let content_type = content_type.to_ascii_lowercase();
    let mut words = content_type.split([';', ',', ' ', '\t']);
    words.any(|word| {
        let ends = ["html", "/xml", "+xml", "/xsl"];
        word.starts_with("multipart/") || ends.iter().any(|end| word.ends_with(end))
    })
}

/// A response of a relay: the API's page or file, or an error in the API's envelope. `Debug` shows the body's length only.
pub struct RelayResponse {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// An error that only whoever runs the relay can correct, for the log of its server: it has no token, the API rejects the token
    /// or its role, there is no response, `fetch` is invalid, or the address of the API is wrong.
    pub failure: Option<SmsHistoryError>,
}

impl RelayResponse {
    /// An error of the relay itself.
    pub(super) fn refusal(status: u16, message: &str) -> Self {
        Self::refusal_with_code(status, response::RELAY_CODE, message)
    }

    /// An error of the relay itself about a request, before anyone looks at the user.
    pub(super) fn rejected_request(status: u16, message: &str) -> Self {
        let code = match status {
            403 => response::RELAY_ORIGIN_CODE,
            _ => response::RELAY_CODE,
        };
        Self::refusal_with_code(status, code, message)
    }

    fn refusal_with_code(status: u16, code: &str, message: &str) -> Self {
        let envelope = response::write_envelope(None, Some(code), message);
        let mut response = Self::json(status, envelope);
        if status == 405 {
            response.set("Allow", Some("POST".into()));
        }
        response
    }

    /// The API's page or file, or what a reader has streamed of it.
    pub(super) fn passed(response: HttpResponse, output: Output) -> Self {
        let mut passed = Self::with_body(response.status, response.body.into_vec());
        // A browser must not run a page of the API as one of the relay's origin.
        let kind = response.content_type.filter(|kind| !is_active(kind));
        let default = match output {
            Output::Json => "application/json",
            Output::Csv | Output::Xls => "application/octet-stream",
        };
        passed.set("Content-Type", Some(kind.unwrap_or_else(|| default.into())));
        passed.set("Content-Disposition", response.content_disposition);
        passed.set("Date", response.date);
        passed.set("Retry-After", response.retry_after);
        passed
    }

    /// The API's error, or the error of a response that is neither a page nor a file. `envelope` has the code of the API.
    ///
    /// The API's rejection of the relay's token, redirects, and challenges of a proxy do not concern the page. They must not look
    /// like the page's own missing sign-in. A rate limit of the API is always HTTP 429 here. So a server in front
    /// of the relay recognizes it without the body.
    pub(super) fn failed(
        received: HttpResponse,
        error: &SmsHistoryError,
        envelope: Option<&str>,
    ) -> Self {
        let is_rejected_token = is_rejected_token(error);
        let looks_like_sign_in = match received.status {
            200..=299 => envelope.is_none(),
            0..=399 => true,
            401 | 403 => error.code().is_none(),
            407 => true,
            _ => false,
        };
        let is_wrong_address = is_wrong_address(error);
        let status = match error.kind() {
            // The page's client would take 404 and 405 for a wrong address of the relay.
            _ if is_wrong_address => 500,
            _ if is_rejected_token || looks_like_sign_in => 502,
            ErrorKind::RateLimited => 429,
            _ => received.status,
        };
        let unexpected = || {
            let (code, message) = match is_wrong_address {
                true => (response::RELAY_CODE, INVALID_RELAY),
                false => (
                    response::RELAY_UPSTREAM_CODE,
                    "an unexpected response of the api",
                ),
            };
            response::write_envelope(None, Some(code), message)
        };
        let envelope = envelope.filter(|_| !is_wrong_address);
        let envelope = envelope.map_or_else(unexpected, Into::into);
        let mut failed = Self::json(status, envelope);
        failed.set("Date", received.date);
        // The page does not get the message of the API, which may state the wait.
        let wait = error.retry_after().map(|wait| wait.as_secs().to_string());
        failed.set("Retry-After", received.retry_after.or(wait));
        failed
    }

    /// The error of a request without a response.
    pub(super) fn unavailable(error: SmsHistoryError) -> Self {
        let (status, message) = match error.kind() {
            ErrorKind::Timeout => (504, "no response from the api in time"),
            ErrorKind::Network => (502, NO_RESPONSE),
            // It stays so, and the page does not retry.
            ErrorKind::InvalidOptions => (500, INVALID_RELAY),
            _ => (502, NO_TOKEN),
        };
        Self {
            failure: Some(error),
            ..Self::refusal(status, message)
        }
    }

    fn json(status: u16, envelope: String) -> Self {
        let mut response = Self::with_body(status, envelope.into());
        response.set("Content-Type", Some("application/json".into()));
        response
    }

    fn with_body(status: u16, body: Vec<u8>) -> Self {
        let mut response = Self {
            status,
            headers: Vec::new(),
            body,
            failure: None,
        };
        response.set("Cache-Control", Some("no-store".into()));
        response.set("X-Content-Type-Options", Some("nosniff".into()));
        response
    }

    fn set(&mut self, name: &'static str, value: Option<String>) {
        self.headers.extend(value.map(|value| (name, value)));
    }
}

impl fmt::Debug for RelayResponse {
    // The body holds phone numbers and message texts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

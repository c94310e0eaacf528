//! The requests that a relay accepts.

use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::{FORM, METHOD, PATH},
    text::split_before,
};

/// A longer form is refused. The eight parameters have at most 500 bytes. `pkg/lib/relay.js` has the same limit, so that it
/// reads no more of a body.
pub(super) const MAX_FORM_BYTES: usize = 8 << 10;
pub(super) const FORM_TOO_LONG: &str = "body: expected the form of one query, got a longer one";

/// A request to a relay, except its body.
#[derive(Clone, Copy, Default)]
pub struct RelayRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The absolute URL. Behind a proxy, with the origin that the browser sees.
    pub url: &'a str,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
}

/// Why a request is not accepted: the HTTP status and a message.
type Refusal = (u16, &'static str);

/// Accepts `POST <any path>/GetSmsHistory` with a form, from the relay's own origin or one of `origins`.
///
/// Browsers send `Origin` with every POST request, so a request with neither `Origin` nor `Sec-Fetch-Site` comes from
/// another program.
pub(super) fn check(request: &RelayRequest<'_>, origins: &[String]) -> Result<(), Refusal> {
    if request.method != METHOD {
        return Err((405, "method: expected post, got another"));
    }
    let (own, path) = split_origin(request.url);
    let (path, query) = split_before(path, &['?', '#']);
    if !path.ends_with(PATH) {
        return Err((
            404,
            "path: expected one that ends in GetSmsHistory, got another",
        ));
    }
    if !query.is_empty() {
        return Err((
            400,
            "query: expected it in the body, got one in the address",
        ));
    }
    let is_listed = is_listed(request, origins);
    if request.origin.is_some_and(|origin| origin != own) && !is_listed {
        return Err((
            403,
            "origin: expected one that the relay allows, got another",
        ));
    }
    if request.fetch_site.is_some_and(|site| site != "same-origin") && !is_listed {
        return Err((
            403,
            "origin: expected a request of the same site, got another",
        ));
    }
    if request.origin.is_none() && request.fetch_site.is_none() {
        return Err((403, "origin: expected the header of a browser, got none"));
    }
    let kind = request.content_type.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or(kind).trim();
    if !kind.eq_ignore_ascii_case(FORM) {
        return Err((415, "body: expected a form, got another type"));
    }
    Ok(())
}

/// The headers that let a page of a listed origin read the response.
pub(super) fn cors_headers(
    request: &RelayRequest<'_>,
    origins: &[String],
) -> Vec<(&'static str, String)> {
    let mut headers = Vec::new();
    if !origins.is_empty() {
        headers.push(("Vary", "Origin".into()));
    }
    if is_listed(request, origins) {
        let origin = request.origin.unwrap_or_default().to_owned();
        headers.push(("Access-Control-Allow-Origin", origin));
        headers.push(("Access-Control-Allow-Credentials", "true".into()));
        let exposed = "Date, Retry-After, Content-Disposition";
        headers.push(("Access-Control-Expose-Headers", exposed.into()));
    }
    headers
}

fn is_listed(request: &RelayRequest<'_>, origins: &[String]) -> bool {
    let origin = request.origin;
    origin.is_some_and(|origin| origins.iter().any(|listed| listed == origin))
}

/// Splits a URL into its origin and the rest, which begins at the third slash.
fn split_origin(url: &str) -> (&str, &str) {
    let path = url.match_indices('/').nth(2);
    path.and_then(|(at, _)| url.split_at_checked(at))
        .unwrap_or((url, ""))
}

/// # Errors
/// [`ErrorKind::InvalidOptions`] for a text that browsers never send as `Origin`.
pub(super) fn check_origin(origin: &str) -> Result<(), SmsHistoryError> {
    let is_origin = [("https://", ":443"), ("http://", ":80")]
        .iter()
        .any(|(scheme, port)| {
            let host = origin.strip_prefix(scheme).unwrap_or_default();
            !host.is_empty()
                && !host.ends_with(port)
                && !host.ends_with(':')
                && host.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]_".contains(&byte)
                })
        });
    if is_origin {
        return Ok(());
    }
    Err(SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        "origins: expected origins such as https://dashboard.example, in lower case, without a path and without the default \
         port, got another text",
    ))
}

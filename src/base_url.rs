//! The base URL of the API, in a small strict grammar.
//!
//! It is not a URL parser. It accepts only URLs that every parser reads alike, so that the checks here and the runtime's
//! `fetch` cannot disagree on the host.
//!
//! The platform's `URL` could read no more than the host. It drops tabs, resolves dots and decodes hosts before anybody can
//! say what was wrong. It would save 1.0 KB of 132, and the native tests would run other code than the package.

use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::percent_decode_str;

use crate::{
    error::{ErrorKind, SmsHistoryError},
    http::PATH,
    option_names::{ALLOW_HTTP, BASE_URL, RELAY, make_absolute},
    text::split_before,
};

/// The base URL of the API, without a slash at its end.
///
/// `Debug` and [`BaseUrl::as_str`] are safe to show: user names, passwords and queries are rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The vendor's base URL.
    pub const DEFAULT: &str = "https://api.voximplant.com/platform_api";

    /// Checks a base URL: `https://`, a host, and optionally a port and a path. Slashes at its end are dropped.
    ///
    /// The host is a name of ASCII letters, digits and `-`, an IPv4 address of four decimal numbers, or an IPv6 address in
    /// brackets. An international name is in its `xn--` form. The path has no dot segments.
    ///
    /// The path ends before the method's name, which the client appends. The vendor's own host needs its path.
    ///
    /// `http://` is accepted for loopback hosts only (`localhost`, names under it, 127.0.0.0/8, `[::1]`), because every
    /// request carries a token. `allow_http` accepts it for all hosts.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for anything else. The message says what is wrong and never quotes the text.
    pub fn new(text: &str, allow_http: bool) -> Result<Self, SmsHistoryError> {
        if is_relative(text) {
            return Err(invalid(
                BASE_URL,
                &format!("an absolute URL, got a relative one; {}", make_absolute()),
            ));
        }
        parse(text, allow_http).map_err(|problem| invalid(BASE_URL, &problem))
    }

    /// Checks the address of a relay, without the method's name, in the grammar of [`Self::new`].
    ///
    /// `http://` is accepted for all hosts, because requests to a relay carry no token.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn relay(text: &str) -> Result<Self, SmsHistoryError> {
        if is_relative(text) {
            let problem = "an absolute URL where there is no page, got a relative one; write its scheme and host";
            return Err(invalid(RELAY, problem));
        }
        parse(text, true).map_err(|problem| invalid(RELAY, &problem))
    }

    /// The URL with host, port and path as they were given, and the scheme in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

fn invalid(option: &str, problem: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::InvalidOptions,
        format!("{option}: expected {problem}"),
    )
}

fn is_relative(text: &str) -> bool {
    text.starts_with(['/', '.'])
}

/// What was expected and what came instead.
type Problem = &'static str;

fn parse(text: &str, allow_http: bool) -> Result<BaseUrl, String> {
    if text.chars().any(char::is_control) {
        return Err("a URL, got one with a control character".into());
    }
    if text.chars().any(char::is_whitespace) {
        return Err("a URL, got one with white space".into());
    }
    if text.as_bytes().contains(&b'\\') {
        return Err("a URL with slashes, got one with a backslash".into());
    }
    let (scheme, rest) = text
        .split_once(':')
        .and_then(|(scheme, rest)| Some((scheme.to_ascii_lowercase(), rest.strip_prefix("//")?)))
        .ok_or("a URL, got a text that does not begin with https://")?;
    if scheme != "https" && scheme != "http" {
        return Err("a URL that begins with https://, got another scheme".into());
    }
    let (authority, path) = split_before(rest, &['/', '?', '#']);
    if authority.as_bytes().contains(&b'@') {
        return Err(
            "a host alone, got a user name or password; the token is an option of its own".into(),
        );
    }
    if path.as_bytes().contains(&b'#') {
        return Err("scheme, host, port and path, got a fragment (#...)".into());
    }
    if path.as_bytes().contains(&b'?') {
        return Err("scheme, host, port and path, got a query (?...)".into());
    }
    let is_loopback = check_authority(authority)?;
    check_path(path)?;
    if scheme == "http" && !is_loopback && !allow_http {
        return Err(format!(
            "https://, got http:// and a host that is not loopback; the token would be sent in the clear, use https:// \
             or set {ALLOW_HTTP}"
        ));
    }
    let rest = rest.trim_end_matches('/');
    if rest.eq_ignore_ascii_case("api.voximplant.com") {
        return Err("the path /platform_api, got the vendor's host alone".into());
    }
    let method = path.trim_end_matches('/').rsplit('/').next();
    if method.is_some_and(|name| name.eq_ignore_ascii_case(PATH.trim_start_matches('/'))) {
        return Err(format!(
            "the address without the method's name, got one that ends in {PATH}; remove that"
        ));
    }
    Ok(BaseUrl(format!("{scheme}://{rest}")))
}

/// Checks host and port. Returns whether the host is a loopback address.
fn check_authority(authority: &str) -> Result<bool, Problem> {
    let (is_loopback, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest
            .split_once(']')
            .ok_or("an IPv6 address in brackets, got no closing bracket")?;
        let address: Ipv6Addr = address
            .parse()
            .map_err(|_| "an IPv6 address between the brackets, got another text")?;
        (address.is_loopback(), port)
    } else {
        let (host, port) = split_before(authority, &[':']);
        (check_host(host)?, port)
    };
    if port.is_empty() {
        return Ok(is_loopback);
    }
    let digits = port
        .strip_prefix(':')
        .ok_or("a port, got something else that follows its IPv6 address")?;
    let is_decimal = digits.bytes().all(|b| b.is_ascii_digit());
    match digits.parse::<u16>() {
        Ok(1..) if is_decimal => Ok(is_loopback),
        _ => Err("a port from 1 to 65535, got another number or text"),
    }
}

fn check_host(host: &str) -> Result<bool, Problem> {
    if host.is_empty() {
        return Err("a host, got no host");
    }
    if !host.is_ascii() {
        return Err(
            "a host of ASCII characters, got others; write an international name in its xn-- form",
        );
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err(
            "labels of letters, digits and - with single dots between, got text that is not a host name",
        );
    }
    let last = host.rsplit('.').next().unwrap_or(host);
    if is_number(last) {
        // `127.1`, `0x7f.1` and `2130706433` are addresses to some parsers and names to others.
        let address: Ipv4Addr = host.parse().map_err(
            |_| "four decimal numbers from 0 to 255, got a host that ends in a number and is not an IPv4 address",
        )?;
        return Ok(address.is_loopback());
    }
    Ok(last.eq_ignore_ascii_case("localhost"))
}

/// Whether URL parsers read a host with this last label as an IPv4 address: digits, or `0x` and hexadecimal digits.
fn is_number(label: &str) -> bool {
    let hexadecimal = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => label.bytes().all(|b| b.is_ascii_digit()),
    }
}

fn check_path(path: &str) -> Result<(), Problem> {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=%".contains(&b);
    if !path.bytes().all(is_allowed) {
        return Err("a path of characters that URLs allow, got one that must be percent-encoded");
    }
    let is_escape = |text: &str| {
        let digits = text.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !path.split('%').skip(1).all(is_escape) {
        return Err("two hexadecimal digits after each % of the path, got something else");
    }
    // URL parsers resolve dot segments, also percent-encoded ones.
    let is_dot_segment = |segment: &str| {
        let decoded = percent_decode_str(segment);
        decoded.clone().eq(*b".") || decoded.eq(*b"..")
    };
    if path.split('/').any(is_dot_segment) {
        return Err(
            "a path without dot segments, got a segment of one or two dots; write the path as it is meant",
        );
    }
    Ok(())
}

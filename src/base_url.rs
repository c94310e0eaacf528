//! Where requests go: the API's base URL, in a small strict grammar.
//!
//! Not a URL parser on purpose. What can be written here is what every parser reads alike, so that the check below and
//! the runtime's `fetch` can't disagree on the host; and a full parser's Unicode tables would outweigh the rest of the
//! wasm.

use crate::error::{ErrorKind, SmsHistoryError};
use crate::ip;

/// The base URL of the API, with no slash at its end.
///
/// `Debug` and [`BaseUrl::as_str`] are safe to show: user names, passwords and queries are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The vendor's own.
    pub const DEFAULT: &str = "https://api.voximplant.com/platform_api";

    /// Checks a base URL: `https://`, a host, perhaps a port and a path. Slashes at its end are dropped.
    ///
    /// The host is a name of ASCII letters, digits and `-` (an international name in its `xn--` form), an IPv4 address of
    /// four decimal numbers, or an IPv6 address in brackets. The path has no dot segments. `http://` is for loopback
    /// hosts (`localhost`, names under it, 127.0.0.0/8, `[::1]`), because a token goes with every request; `allow_http`
    /// lifts that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for anything else, with what is wrong in the message, never the text itself.
    pub fn new(text: &str, allow_http: bool) -> Result<Self, SmsHistoryError> {
        let refuse = |problem| {
            Err(SmsHistoryError::new(
                ErrorKind::InvalidOptions,
                format!("baseUrl: {problem}"),
            ))
        };
        match check(text) {
            Ok(Checked {
                secure: false,
                loopback: false,
            }) if !allow_http => refuse(
                "http:// would send the token in the clear and is for loopback hosts only; use https://, or set allowHttp",
            ),
            Ok(_) => {
                let (scheme, rest) = split_scheme(text).unwrap_or_default();
                Ok(Self(format!(
                    "{}://{}",
                    scheme.to_ascii_lowercase(),
                    rest.trim_end_matches('/')
                )))
            }
            Err(problem) => refuse(problem),
        }
    }

    /// The URL: scheme, host, port and path as they were given, the scheme in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

struct Checked {
    secure: bool,
    loopback: bool,
}

type Problem = &'static str;

fn check(text: &str) -> Result<Checked, Problem> {
    for c in text.chars() {
        if c.is_control() {
            return Err("it has a control character");
        }
        if c.is_whitespace() {
            return Err("it has white space");
        }
        if c == '\\' {
            return Err("it has a backslash; slashes were expected");
        }
    }
    let (scheme, rest) = split_scheme(text).ok_or("it does not begin with https://")?;
    let secure = scheme.eq_ignore_ascii_case("https");
    if !secure && !scheme.eq_ignore_ascii_case("http") {
        return Err("its scheme is not https; a URL that begins with https:// was expected");
    }
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Err(
            "it has a user name or password; give the host alone, the token goes in the token option",
        );
    }
    if tail.contains('#') {
        return Err("it has a fragment (#...); only scheme, host, port and path were expected");
    }
    if tail.contains('?') {
        return Err("it has a query (?...); only scheme, host, port and path were expected");
    }
    let loopback = check_authority(authority)?;
    check_path(tail)?;
    Ok(Checked { secure, loopback })
}

fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Whether the host is a loopback address.
fn check_authority(authority: &str) -> Result<bool, Problem> {
    let (loopback, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (address, port) = rest
            .split_once(']')
            .ok_or("its IPv6 address has no closing bracket")?;
        let address = ip::v6(address).ok_or("it has no IPv6 address between the brackets")?;
        (address == [0, 0, 0, 0, 0, 0, 0, 1], port)
    } else {
        let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
        (check_host(host)?, port)
    };
    if !port.is_empty() {
        let digits = port
            .strip_prefix(':')
            .ok_or("something other than a port follows its IPv6 address")?;
        let port = Some(digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        if port
            .and_then(|port| port.parse::<u16>().ok())
            .is_none_or(|port| port == 0)
        {
            return Err("its port is not a number from 1 to 65535");
        }
    }
    Ok(loopback)
}

fn check_host(host: &str) -> Result<bool, Problem> {
    if host.is_empty() {
        return Err("it has no host");
    }
    if !host.is_ascii() {
        return Err("its host is not ASCII; write an international name in its xn-- form");
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
            "its host is not a host name; labels of letters, digits and - with single dots between were expected",
        );
    }
    let last = host.rsplit('.').next().unwrap_or(host);
    if is_number(last) {
        // `127.1`, `0x7f.1` and `2130706433` are addresses to some parsers and names to others.
        let address = ip::v4(host).ok_or(
            "its host ends in a number and is not an IPv4 address; four decimal numbers from 0 to 255 were expected",
        )?;
        return Ok(address[0] == 127);
    }
    Ok(last.eq_ignore_ascii_case("localhost"))
}

/// Whether a host's last label makes URL parsers take the host for an IPv4 address: digits, or `0x` and hex digits.
fn is_number(label: &str) -> bool {
    let hex = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"));
    hex.map_or_else(
        || label.bytes().all(|b| b.is_ascii_digit()),
        |digits| digits.bytes().all(|b| b.is_ascii_hexdigit()),
    )
}

fn check_path(path: &str) -> Result<(), Problem> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=%".contains(&b);
    if !path.bytes().all(allowed) {
        return Err("its path has a character that must be percent-encoded");
    }
    let is_escape = |escape: &str| {
        escape
            .as_bytes()
            .get(..2)
            .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    if !path.split('%').skip(1).all(is_escape) {
        return Err("its path has a % that two hexadecimal digits do not follow");
    }
    // Parsers resolve these, however the dots are written.
    if path.split('/').any(is_dots) {
        return Err("its path has a segment of one or two dots; write the path as it is meant");
    }
    Ok(())
}

/// Whether a path segment is one or two dots, each written as `.` or `%2e`.
fn is_dots(segment: &str) -> bool {
    let (mut rest, mut dots) = (segment, 0);
    loop {
        let escape = rest
            .get(..3)
            .filter(|three| three.eq_ignore_ascii_case("%2e"));
        rest = match rest.strip_prefix('.') {
            Some(after) => after,
            None if escape.is_some() => &rest[3..],
            None => return rest.is_empty() && (1..=2).contains(&dots),
        };
        dots += 1;
    }
}

#![cfg(not(target_family = "wasm"))]
//! The base URL, compared with the `url` crate.

use proptest::prelude::*;
use url::{Host, Url};
use voximplant_sms_history::{ErrorKind, base_url::BaseUrl};

fn accepted(text: &str) -> Option<String> {
    BaseUrl::new(text, false)
        .ok()
        .map(|base| base.as_str().to_owned())
}

#[test]
fn default_is_the_vendors_url() {
    assert_eq!(
        BaseUrl::default().as_str(),
        "https://api.voximplant.com/platform_api"
    );
    assert_eq!(
        BaseUrl::new(BaseUrl::DEFAULT, false).unwrap(),
        BaseUrl::default()
    );
}

#[test]
fn valid_urls_are_accepted() {
    for (text, expected) in [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        (
            "https://api.example.com/a/b///",
            "https://api.example.com/a/b",
        ),
        (
            "HTTPS://Api.Example.com:8443/a%20b",
            "https://Api.Example.com:8443/a%20b",
        ),
        (
            "https://xn--e1afmkfd.xn--p1ai/x",
            "https://xn--e1afmkfd.xn--p1ai/x",
        ),
        ("https://192.0.2.1/x", "https://192.0.2.1/x"),
        ("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444/x"),
        (
            "https://h/-._~:@!$&'()*+,;=x",
            "https://h/-._~:@!$&'()*+,;=x",
        ),
        (
            "http://localhost:8787/platform_api",
            "http://localhost:8787/platform_api",
        ),
        ("http://LocalHost", "http://LocalHost"),
        ("http://a.localhost", "http://a.localhost"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://127.255.0.9", "http://127.255.0.9"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ] {
        assert_eq!(accepted(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn http_needs_a_loopback_host_or_allow_http() {
    for text in [
        "http://example.com",
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://128.0.0.1",
        "http://10.0.0.1",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0",
        "http://[::]",
    ] {
        let error = BaseUrl::new(text, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions, "{text}");
        assert!(
            error.message().contains("base_url") && error.message().contains("allow_http"),
            "{error}"
        );
        assert_eq!(BaseUrl::new(text, true).unwrap().as_str(), text);
    }
}

#[test]
fn rejections_name_the_problem_without_quoting() {
    for (text, words) in [
        ("", "does not begin with https://"),
        ("api.example.com/sekret", "does not begin with https://"),
        ("https:/api.example.com", "does not begin with https://"),
        ("ftp://sekret.example.com", "scheme"),
        ("wss://sekret.example.com", "scheme"),
        ("https://", "no host"),
        ("https:///sekret", "no host"),
        ("https://:443", "no host"),
        ("https://user:sekret@example.com", "user name or password"),
        ("https://sekret@example.com", "user name or password"),
        (
            "http://localhost@sekret.example.com",
            "user name or password",
        ),
        ("https://example.com?sekret", "query"),
        ("https://example.com/x?api_key=sekret", "query"),
        ("https://example.com/x#sekret", "fragment"),
        ("https://example.com\\@sekret.example.com", "backslash"),
        ("https://example.com/se kret", "white space"),
        (" https://example.com", "white space"),
        ("https://example.com/\u{a0}sekret", "white space"),
        ("https://example.com/\nsekret", "control character"),
        ("https://exa\tmple.com", "control character"),
        ("https://пример.рф", "xn--"),
        ("https://exa_mple.com", "not a host name"),
        ("https://-example.com", "not a host name"),
        ("https://example-.com", "not a host name"),
        ("https://example..com", "not a host name"),
        ("https://example.com.", "not a host name"),
        ("https://ex%61mple.com", "not a host name"),
        ("http://127.1", "four decimal numbers"),
        ("http://127.0.0.01", "four decimal numbers"),
        ("http://127.0.0.1.2", "four decimal numbers"),
        ("http://2130706433", "four decimal numbers"),
        ("http://0x7f000001", "four decimal numbers"),
        ("http://127.0.0.0x1", "four decimal numbers"),
        ("http://127.0.0.0X", "four decimal numbers"),
        ("https://256.1.1.1", "four decimal numbers"),
        ("https://[::1", "closing bracket"),
        ("https://[sekret]", "IPv6"),
        ("https://[fe80::1%25eth0]", "IPv6"),
        ("https://[::1]x", "follows its IPv6"),
        ("https://example.com:", "port"),
        ("https://example.com:0", "port"),
        ("https://example.com:65536", "port"),
        ("https://example.com:+80", "port"),
        ("https://example.com:80:80", "port"),
        ("https://example.com/é", "percent-encoded"),
        ("https://example.com/<x>", "percent-encoded"),
        ("https://example.com/%", "two hexadecimal digits"),
        ("https://example.com/%2", "two hexadecimal digits"),
        ("https://example.com/%zz", "two hexadecimal digits"),
        ("https://example.com/../sekret", "dots"),
        ("https://example.com/./sekret", "dots"),
        ("https://example.com/sekret/%2E.", "dots"),
    ] {
        let error = BaseUrl::new(text, true).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions);
        assert!(
            error.message().starts_with("base_url: ") && error.message().contains(words),
            "{text}: {error}"
        );
        assert!(!format!("{error:?}").contains("kret"), "{error:?}");
    }
    let label = "a".repeat(64);
    assert!(BaseUrl::new(&format!("https://{label}.com"), false).is_err());
    assert!(BaseUrl::new(&format!("https://{}.com", &label[..63]), false).is_ok());
    let long = [&label[..60]; 4].join(".");
    assert!(
        BaseUrl::new(&format!("https://{long}.{}", "b".repeat(9)), false).is_ok(),
        "253 characters"
    );
    assert!(
        BaseUrl::new(&format!("https://{long}.{}", "b".repeat(10)), false).is_err(),
        "254 characters"
    );
}

/// Texts that are nearly valid.
fn near_url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![8 => "https?", 1 => "[hH][tT][tT][pP][sS]?", 1 => "[a-z]{1,5}"];
    let number = prop_oneof![
        "[0-9]{1,3}",
        "0[0-7]{1,3}",
        "0[xX][0-9a-f]{0,2}",
        Just("127".to_owned()),
        Just("0".to_owned())
    ];
    let host = prop_oneof![
        "[a-zA-Z0-9-]{1,6}(\\.[a-z0-9-]{1,6}){0,3}\\.?",
        "([a-z]{1,3}\\.)?[lL]ocalhost(\\.[a-z]{1,3})?",
        prop::collection::vec(number, 1..6).prop_map(|numbers| numbers.join(".")),
        "127\\.[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{1,3}",
        "\\[[0-9a-f:]{2,12}\\]",
        Just("[::1]".to_owned()),
        any::<[u16; 8]>().prop_map(|words| format!("[{}]", std::net::Ipv6Addr::from(words))),
        "[a-z%@\\[\\]:.\\\\?#/_éК-]{1,8}",
    ];
    let port = prop_oneof![2 => Just(String::new()), 1 => ":[0-9]{0,6}", 1 => Just(":443".into()), 1 => Just(":80".into())];
    let path = prop_oneof![
        "(/[a-z%.~:@!$&'()*+,;=-]{0,5}){0,4}",
        "(/(%2[eE]|\\.|%[0-9a-f]{2}|a){0,3}){0,3}",
        "/\\PC{0,6}"
    ];
    (scheme, host, port, path)
        .prop_map(|(scheme, host, port, path)| format!("{scheme}://{host}{port}{path}"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn accepted_urls_mean_the_same_to_a_url_parser(text in near_url(), allow_http: bool) {
        let Ok(base) = BaseUrl::new(&text, allow_http) else { return Ok(()) };
        let base = base.as_str();
        let (scheme, rest) = base.split_once("://").unwrap();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rfind(']').map_or(authority.find(':'), |at| authority[at..].find(':').map(|i| i + at)) {
            Some(at) => (&authority[..at], Some(authority[at + 1..].parse::<u16>().unwrap())),
            None => (authority, None),
        };
        let parsed = match Url::parse(base) {
            // The runtime's parser decides whether an xn-- label is valid.
            Err(_) if host.to_ascii_lowercase().contains("xn--") => return Ok(()),
            parsed => parsed.unwrap(),
        };
        prop_assert_eq!(parsed.scheme(), scheme);
        match parsed.host().unwrap() {
            Host::Domain(name) => prop_assert_eq!(name, host.to_ascii_lowercase()),
            Host::Ipv4(address) => prop_assert_eq!(address.to_string(), host),
            Host::Ipv6(address) => prop_assert_eq!(Ok(address), host.trim_matches(['[', ']']).parse()),
        }
        let default = if scheme == "https" { 443 } else { 80 };
        prop_assert_eq!(parsed.port_or_known_default(), Some(port.unwrap_or(default)));
        prop_assert_eq!(parsed.path(), if path.is_empty() { "/" } else { path });
        prop_assert_eq!((parsed.query(), parsed.fragment(), parsed.username(), parsed.password()), (None, None, "", None));
        prop_assert!(scheme == "https" || allow_http || is_loopback(&parsed), "{}", base);
        // Conversely, http to a loopback host is never rejected for being http.
        prop_assert_eq!(BaseUrl::new(base, false).is_ok(), scheme == "https" || is_loopback(&parsed));
    }

    #[test]
    fn random_texts_do_not_panic(text in "\\PC{0,30}") {
        if let Ok(base) = BaseUrl::new(&format!("https://{text}"), false) {
            prop_assert!(Url::parse(base.as_str()).is_ok() || base.as_str().contains("xn--"));
        }
    }
}

#[test]
fn url_with_the_methods_name_or_without_the_vendors_path_is_rejected() {
    for (text, says) in [
        (
            "https://api.voximplant.com/platform_api/GetSmsHistory",
            "without the method's name",
        ),
        (
            "https://api.voximplant.com/platform_api/GetSmsHistory/",
            "without the method's name",
        ),
        (
            "https://example.com/relay/getsmshistory",
            "without the method's name",
        ),
        (
            "https://example.com/GetSmsHistory",
            "without the method's name",
        ),
        ("https://api.voximplant.com", "/platform_api"),
        ("https://API.voximplant.com//", "/platform_api"),
    ] {
        let error = BaseUrl::new(text, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidOptions);
        assert!(error.message().contains(says), "{text}: {error}");
    }
    for text in [
        "https://getsmshistory",
        "https://example.com/GetSmsHistory/relay",
        "https://api.voximplant.com.example.com",
        "https://api.voximplant.com/other",
    ] {
        assert!(BaseUrl::new(text, false).is_ok(), "{text}");
    }
}

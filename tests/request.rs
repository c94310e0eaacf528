#![cfg(not(target_family = "wasm"))]
//! Requests: the URL holds the query, and debug output does not.

use std::borrow::Cow;

use proptest::prelude::*;
use url::Url;
use voximplant_sms_history::{base_url::BaseUrl, http::HttpRequest, token::BearerToken};

fn bearer() -> BearerToken {
    BearerToken::new("abc.def.ghi").unwrap_or_else(|error| unreachable!("{error}"))
}

proptest! {
    #[test]
    fn pairs_round_trip_through_the_url(pairs in prop::collection::vec((any::<String>(), any::<String>()), 0..6)) {
        let given: Vec<_> = pairs.into_iter().map(|(name, value)| (Cow::from(name), value)).collect();
        let request = HttpRequest::new(&BaseUrl::default(), &given, bearer());
        let url = Url::parse(request.url()).unwrap();
        prop_assert_eq!(url.as_str(), request.url(), "a URL parser changes nothing");
        prop_assert_eq!(url.path(), "/platform_api/GetSmsHistory");
        let back: Vec<_> = url.query_pairs().map(|(name, value)| (name, value.into_owned())).collect();
        prop_assert_eq!(back, given);
    }
}

#[test]
fn request_without_pairs_has_no_question_mark() {
    let request = HttpRequest::new(
        &BaseUrl::new("http://localhost:1/x/", false).unwrap(),
        &[],
        bearer(),
    );
    assert_eq!(request.url(), "http://localhost:1/x/GetSmsHistory");
    assert_eq!(request.bearer(), Some(&bearer()));
    assert_eq!(request.body(), None);
}

#[test]
fn request_to_relay_has_form_and_no_token() {
    let relay = BaseUrl::relay("http://dashboard.example/sms/").unwrap();
    let pairs = [
        ("source_number".into(), "14155550100".to_owned()),
        ("x".into(), "+A~é&=/".to_owned()),
    ];
    let request = HttpRequest::to_relay(&relay, &pairs);
    assert_eq!(request.url(), "http://dashboard.example/sms/GetSmsHistory");
    assert_eq!(
        request.body(),
        Some("source_number=14155550100&x=%2BA~%C3%A9%26%3D%2F")
    );
    assert_eq!(request.bearer(), None);
    assert!(!format!("{request:?}").contains("14155550100"));
    assert_eq!(HttpRequest::to_relay(&relay, &[]).body(), Some(""));
}

#[test]
fn query_is_percent_encoded() {
    let pairs = [
        ("from_date".into(), "2026-01-01 00:00:00".to_owned()),
        ("x".into(), "+A~é&=/".to_owned()),
    ];
    let request = HttpRequest::new(&BaseUrl::default(), &pairs, bearer());
    let (_, query) = request.url().split_once('?').unwrap();
    assert_eq!(
        query,
        "from_date=2026-01-01%2000%3A00%3A00&x=%2BA~%C3%A9%26%3D%2F"
    );
}

#[test]
fn debug_output_hides_query_and_token() {
    let request = HttpRequest::new(
        &BaseUrl::default(),
        &[("source_number".into(), "14155550100".to_owned())],
        bearer(),
    );
    let shown = format!("{request:?}");
    assert!(
        shown.contains("https://api.voximplant.com/platform_api/GetSmsHistory"),
        "{shown}"
    );
    for hidden in ["14155550100", "source_number", "abc", "?"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

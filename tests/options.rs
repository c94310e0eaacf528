//! Ten thousand random options: they are accepted exactly within their limits, and rejected with clean messages.
//!
//! Queries are tested in `query/properties.rs`, URLs in `base_url.rs`.
#![cfg(not(target_family = "wasm"))]

use proptest::prelude::*;
use std::time::Duration;
use voximplant_sms_history::{
    ErrorKind, HistoryOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryQuery,
    base_url::BaseUrl,
    client::rate_limiter::RateLimiter,
    client::retry::RetryPolicy,
    export::{Column, ExportOptions, Format},
    http::HttpRequest,
    http::{HttpResponse, Transport},
    summary::SummaryOptions,
    token::{BearerToken, StaticToken},
};

/// Panics when a request is sent: options are validated before.
struct Nowhere;

impl Transport for Nowhere {
    async fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        panic!("a request was sent");
    }
}

fn client() -> SmsHistoryClient<Nowhere, StaticToken> {
    let token = StaticToken::new(BearerToken::new("a.b.c").unwrap());
    SmsHistoryClient::new(BaseUrl::default(), Nowhere, token)
}

/// Whether options were accepted. If not, checks the kind and message of the error.
fn is_accepted<T>(outcome: Result<T, SmsHistoryError>, kind: ErrorKind) -> bool {
    let Err(error) = outcome else { return true };
    assert_eq!(error.kind(), kind);
    let message = error.message();
    assert!(!message.is_empty() && !message.chars().any(char::is_control));
    false
}

/// A number near a limit, or any other.
fn near(limits: &'static [f64]) -> impl Strategy<Value = f64> {
    let near = (prop::sample::select(limits), -1.0..1.0_f64).prop_map(|(limit, off)| limit + off);
    prop_oneof![near, prop::sample::select(limits), any::<f64>()]
}

/// A text that is similar to a cursor, or any other.
fn cursor() -> impl Strategy<Value = String> {
    let number = "0|[1-9][0-9]{0,11}|[1-9][0-9]{18,20}|-1|";
    let like =
        prop::collection::vec(number, 7).prop_map(|numbers| format!("1.n.{}", numbers.join(".")));
    prop_oneof![like, "[0-9.no-]{0,40}", any::<String>()]
}

fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9._~+/-]{1,60}=?",
        "ew[0o][A-Za-z0-9.]{0,9}",
        "\\PC{0,30}",
        any::<String>()
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn options_are_accepted_within_their_limits_and_rejected_with_clean_messages(
        (attempts, base, longest) in (0..200_u32, 0..100_000_000_u32, 0..100_000_000_u32),
        rate in prop::option::of(near(&[0.0, 0.1, 1000.0])),
        in_flight in prop::option::of(0..3_usize),
        top in prop_oneof![8180..8200_u32, any::<u32>()],
        columns in prop::collection::vec(prop::sample::select(Column::ALL.to_vec()), 0..5),
        (ndjson, byte_order_mark) in any::<(bool, bool)>(),
        (concurrency, limit) in (0..9_usize, any::<Option<u64>>()),
        cursor in prop::option::of(cursor()),
        token in token(),
    ) {
        let options = ErrorKind::InvalidOptions;
        let [base, longest] = [base, longest].map(|ms| Duration::from_millis(ms.into()));
        let policy = RetryPolicy::new(attempts, base, longest);
        let in_limits = (1..=100).contains(&attempts) && longest <= Duration::from_secs(86_400);
        prop_assert_eq!(is_accepted(policy, options), in_limits && base <= longest);

        let limiter = RateLimiter::new(rate, in_flight);
        let in_limits = rate.is_none_or(|rate| (0.1..=1000.0).contains(&rate));
        prop_assert_eq!(is_accepted(limiter, options), in_limits && in_flight != Some(0));

        let summary = SummaryOptions { top, ..SummaryOptions::default() };
        prop_assert_eq!(is_accepted(summary.check().map_err(Into::into), options), top <= 8192);

        let mut different = columns.clone();
        different.sort_by_key(|column| column.as_str());
        different.dedup();
        let is_right = !columns.is_empty() && different.len() == columns.len() && !(ndjson && byte_order_mark);
        let format = if ndjson { Format::Ndjson } else { Format::Csv };
        let export = ExportOptions { format, byte_order_mark, columns, ..ExportOptions::default() };
        prop_assert_eq!(is_accepted(export.check(), options), is_right);

        let in_limits = (1..=6).contains(&concurrency);
        let has_cursor = cursor.is_some();
        let history = client().history(&SmsHistoryQuery::new(), HistoryOptions { concurrency, limit, cursor, on_progress: None });
        let was_accepted = is_accepted(history, options);
        prop_assert!(was_accepted == in_limits || has_cursor && !was_accepted);

        let is_base64_of_json = ["eyJ", "ewo", "ew0"].iter().any(|begin| token.starts_with(begin)) && !token.contains('.');
        let is_right = !token.is_empty()
            && !is_base64_of_json
            && token.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
            && !token.starts_with('=');
        prop_assert_eq!(is_accepted(BearerToken::new(token), ErrorKind::Token), is_right);
    }
}

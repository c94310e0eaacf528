//! Random values: a request that a URL parser reads back, or a clean error.

use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind, SmsHistoryQuery, base_url::BaseUrl, http::HttpRequest, query::Value,
    token::BearerToken,
};

use super::sent;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::Text),
        "[+0-9 ().-]{0,24}".prop_map(Value::Text),
        any::<f64>().prop_map(Value::Number),
        (-5..1200i32).prop_map(|number| Value::Number(f64::from(number))),
        any::<f64>().prop_map(Value::Instant),
        (0..253_402_300_800_000i64).prop_map(|at| Value::Instant(at as f64)),
        Just(Value::Other("a symbol")),
    ]
}

const NAMES: [&str; 8] = [
    "sourceNumber",
    "destinationNumber",
    "direction",
    "count",
    "offset",
    "fromDate",
    "toDate",
    "output",
];

/// What may be between any two digits of a phone number, more than once.
const GAPS: &[char] = &[' ', '\u{2011}', '\u{a0}', '-'];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn random_values_give_a_readable_request_or_a_clean_error(
        given in prop::collection::vec((prop::sample::select(&NAMES), any_value()), 0..8),
        extra in prop::collection::vec(("[a-z_]{0,8}", any::<String>()), 0..3),
    ) {
        let mut query = SmsHistoryQuery::new();
        for (name, value) in given {
            if let Err(error) = query.set(name, value.clone()) {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidQuery);
                prop_assert!(error.message().starts_with(name) && !error.message().chars().any(char::is_control));
                if let Value::Text(text) = value && text.len() > 7 && !name.ends_with("Date") {
                    prop_assert!(!error.message().contains(&text), "{}", error);
                }
            }
        }
        for (name, value) in extra {
            let _ = query.set_extra(&name, &value);
        }
        let Ok(pairs) = query.to_pairs() else {
            prop_assert!(query.from_date() > query.to_date(), "everything else was validated before");
            return Ok(());
        };
        let request = HttpRequest::new(&BaseUrl::default(), &pairs, BearerToken::new("a.b.c").unwrap());
        let url = url::Url::parse(request.url()).unwrap();
        let back: Vec<_> = url.query_pairs().map(|(name, value)| (name, value.into_owned())).collect();
        prop_assert!(back.iter().all(|(_, value)| !value.chars().any(char::is_control)));
        prop_assert_eq!(back, pairs);
    }

    // A regular expression for each of the 14 gaps would take as long as all other tests of this file.
    #[test]
    fn phone_numbers_are_normalized_to_their_digits(
        digits in "[1-9][0-9]{2,14}",
        plus: bool,
        gaps in prop::collection::vec(prop::collection::vec(prop::sample::select(GAPS), 0..=2), 14),
    ) {
        let mut given = if plus { "+".to_owned() } else { String::new() };
        for (index, digit) in digits.chars().enumerate() {
            if let Some(before) = index.checked_sub(1) {
                given.extend(&gaps[before]);
            }
            given.push(digit);
        }
        let once = sent("sourceNumber", Value::Text(given)).unwrap().1;
        prop_assert_eq!(&once, &digits);
        prop_assert_eq!(sent("sourceNumber", Value::Text(once)).unwrap().1, digits);
    }

    #[test]
    fn typed_and_dynamic_limits_agree(count: u32, small in 0u32..1100, offset: u64) {
        for count in [count, small] {
            let typed = SmsHistoryQuery::new().with_count(count).to_pairs();
            prop_assert_eq!(typed.is_ok(), sent("count", Value::Number(f64::from(count))).is_ok());
        }
        // Above 2^53 the cast may round, but not across the limit.
        let typed = SmsHistoryQuery::new().with_offset(offset).to_pairs();
        prop_assert_eq!(typed.is_ok(), sent("offset", Value::Number(offset as f64)).is_ok());
    }
}

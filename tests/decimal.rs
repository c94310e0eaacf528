//! Compares exact decimals with integers and with the standard library's conversion.
#![cfg(not(target_family = "wasm"))]

use proptest::prelude::*;
use voximplant_sms_history::decimal::Decimal;

fn decimal(text: &str) -> String {
    Decimal::parse(text).map_or("none".into(), |number| number.to_string())
}

#[test]
fn json_numbers_are_formatted_as_plain_digits() {
    for (text, plain) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("12.50", "12.5"),
        ("-0.5", "-0.5"),
        ("4.3437", "4.3437"),
        ("1e-4", "0.0001"),
        ("1.5E+3", "1500"),
        ("0e999", "0"),
        ("9999999999999999999", "9999999999999999999"),
        ("10000000000000000000", "10000000000000000000"),
        ("-100000000000000000001", "-100000000000000000001"),
        (
            "1000000000000000000.00000000000000000001",
            "1000000000000000000.00000000000000000001",
        ),
        (
            "170141183460469231731687303715884105727",
            "170141183460469231731687303715884105727",
        ),
        ("1e-31", "none"),
        ("1e39", "none"),
        ("", "none"),
        ("-", "none"),
        ("1.", "none"),
        (".5", "none"),
        ("1e", "none"),
        ("12,5", "none"),
        ("999999999999999999999999999999999999999", "none"),
    ] {
        assert_eq!(decimal(text), plain, "{text}");
    }
}

#[test]
fn the_sum_of_a_million_cents_is_exact() {
    let cent = Decimal::parse("0.01").unwrap();
    let sum = (0..1_000_000).try_fold(Decimal::ZERO, |sum, _| sum.checked_add(cent));
    assert_eq!(sum.unwrap().to_string(), "10000");
}

#[test]
fn a_sum_with_too_many_digits_is_none() {
    let large = Decimal::parse(&"9".repeat(38)).unwrap();
    assert_eq!(large.checked_add(Decimal::parse("0.001").unwrap()), None);
}

proptest! {
    #[test]
    fn sums_match_integer_sums(costs in prop::collection::vec(-10_000_000i64..10_000_000, 0..50)) {
        let text = |units: i64| format!("{}{}.{:04}", if units < 0 { "-" } else { "" }, units.abs() / 10_000, units.abs() % 10_000);
        let sum = costs.iter().try_fold(Decimal::ZERO, |sum, &cost| sum.checked_add(Decimal::parse(&text(cost)).unwrap()));
        prop_assert_eq!(sum.unwrap().normalized(), Decimal::parse(&text(costs.iter().sum())).unwrap());
    }

    #[test]
    fn conversion_to_f64_matches_the_standard_library(text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,12})?(e-?[0-9])?") {
        let number = Decimal::parse(&text).unwrap();
        prop_assert_eq!(number.to_f64(), text.parse::<f64>().unwrap());
        prop_assert_eq!(Decimal::parse(&number.to_string()).unwrap(), number.normalized());
    }
}

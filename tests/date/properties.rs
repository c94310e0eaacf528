//! Random dates, and mutated valid ones.

use jiff::{Timestamp, civil::DateTime};
use proptest::prelude::*;
use voximplant_sms_history::date::{ParseDateError, format, parse, parse_timestamp};

use super::{LAST, millis};

/// Two days earlier, so that jiff can represent it in any zone.
const LAST_OF_JIFF: i64 = LAST - 2 * 86_400_000;

/// Parses a date with a zone by jiff, rounded down to the millisecond. jiff reads at most nine digits of a fraction.
fn zoned_by_jiff(text: &str) -> Option<i64> {
    let digits = text.find(['.', ',']).map(|at| {
        let length = text[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        (at + 1 + length.min(9))..(at + 1 + length)
    });
    let mut text = text.to_owned();
    if let Some(surplus) = digits {
        text.replace_range(surplus, "");
    }
    let at: Timestamp = text.parse().ok()?;
    i64::try_from(at.as_nanosecond().div_euclid(1_000_000)).ok()
}

/// A valid date in one of the accepted forms.
fn valid_date() -> impl Strategy<Value = String> {
    let zone = prop_oneof![
        "Z",
        "z",
        "[+-](0[0-9]|1[0-9]|2[0-3]):?[0-5][0-9]",
        "[+-](0[0-9]|1[0-9]|2[0-3])"
    ];
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{1,9}"];
    (0..=LAST_OF_JIFF, "[Tt ]", fraction, zone, any::<bool>()).prop_map(
        |(at, separator, fraction, zone, api)| {
            let text = format(at).unwrap_or_default();
            if api {
                text
            } else {
                format!("{}{separator}{}{fraction}{zone}", &text[..10], &text[11..])
            }
        },
    )
}

fn mutated() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..3,
        prop::char::ranges(vec![' '..='~', '\0'..='\u{ff}', '０'..='９'].into()),
    );
    let digits_too = prop_oneof![
        edit.clone(),
        (edit, prop::char::range('0', '9')).prop_map(|((at, how, _), c)| (at, how, c))
    ];
    (valid_date(), prop::collection::vec(digits_too, 1..4)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, how, c) in edits {
            let at = at.index(chars.len());
            match how {
                0 => chars[at] = c,
                1 => chars.insert(at, c),
                _ if chars.len() > 1 => {
                    chars.remove(at);
                }
                _ => {}
            }
        }
        chars.into_iter().collect()
    })
}

/// Parses the API's form by jiff. Unlike the API's form, jiff accepts the second 60.
fn strict_by_jiff(text: &str) -> Option<i64> {
    let shaped = text.len() == 19
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            10 => b == b' ',
            13 | 16 => b == b':',
            _ => b.is_ascii_digit(),
        });
    let in_range = shaped && !text.ends_with(":60") && !text.starts_with("0000");
    if in_range {
        DateTime::strptime("%Y-%m-%d %H:%M:%S", text)
            .ok()
            .map(millis)
    } else {
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn instants_round_trip(at in 0..=LAST) {
        let text = format(at).unwrap();
        prop_assert_eq!(parse(text.as_bytes()), Some(at / 1000 * 1000));
        prop_assert_eq!(parse_timestamp(&text), Ok(at / 1000 * 1000));
        let iso = format!("{}.{:03}Z", text.replace(' ', "T"), at % 1000);
        prop_assert_eq!(parse_timestamp(&iso), Ok(at));
    }

    #[test]
    fn valid_dates_agree_with_jiff(text in valid_date()) {
        let expected = strict_by_jiff(&text).or_else(|| zoned_by_jiff(&text));
        prop_assert!(expected.is_some());
        prop_assert_eq!(parse_timestamp(&text).ok(), expected);
    }

    #[test]
    fn mutated_dates_agree_with_jiff(text in mutated()) {
        prop_assert_eq!(parse(text.as_bytes()), strict_by_jiff(&text));
        match parse_timestamp(&text) {
            // jiff reads a few forms more (basic ones, hours alone, offsets above a day), but none differently.
            Ok(at) => prop_assert_eq!(Some(at), strict_by_jiff(&text).or_else(|| zoned_by_jiff(&text))),
            Err(ParseDateError::Impossible) => {
                let second_60 = text.contains(":60");
                let day_or_more = text.rfind(['+', '-']).is_some_and(|i| i > 10 && text[i + 1..].starts_with("2"));
                let year_0 = text.starts_with("0000");
                prop_assert!(second_60 || day_or_more || year_0 || zoned_by_jiff(&text).is_none(), "{}", text);
            }
            Err(ParseDateError::NoZone) => prop_assert!(zoned_by_jiff(&text).is_none()),
            Err(ParseDateError::Form) => {}
        }
    }

    #[test]
    fn random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(parse(&bytes), std::str::from_utf8(&bytes).ok().and_then(strict_by_jiff));
        let _ = parse_timestamp(&String::from_utf8_lossy(&bytes));
    }
}

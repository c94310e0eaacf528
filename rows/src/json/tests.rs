//! Compares the cursor with `serde_json`: both must accept and reject the same texts.

use proptest::prelude::*;

use super::{Cursor, ParseError, ParseErrorKind};

fn check(text: &str) -> Result<(), ParseError> {
    let mut cursor = Cursor::new(text);
    cursor.skip()?;
    cursor.end()
}

fn read_string(text: &str) -> String {
    Cursor::new(text).string().unwrap().to_text()
}

#[test]
fn valid_json_is_accepted_and_invalid_json_rejected() {
    for good in [
        "0",
        "-0.5e+10",
        " [ ] ",
        "{\"a\":{\"b\":[1,2,null,true,false]}}",
        "\"\\u00e9\\\\\\/\"",
        "\"\u{7f}\"",
        "1E5",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        " ",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "nul",
        "nulll",
        "tru",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"",
        "[",
        "{\"a\":1",
        "1 2",
        "'a'",
        "NaN",
        "\u{feff}1",
        "\"\u{1f}\"",
        "[1 2]",
        "\u{a0}1",
    ] {
        assert!(check(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn truncated_json_is_distinguished_from_malformed_json() {
    assert_eq!(
        check("{\"a\": [1, 2").unwrap_err().kind,
        ParseErrorKind::End
    );
    assert_eq!(
        check("{\"a\": <").unwrap_err(),
        ParseError {
            at: 6,
            kind: ParseErrorKind::Expected("a value")
        }
    );
}

#[test]
fn nesting_beyond_128_levels_is_rejected() {
    assert_eq!(check(&("[".repeat(128) + &"]".repeat(128))), Ok(()));
    assert_eq!(
        check(&"[".repeat(100_000)).unwrap_err().kind,
        ParseErrorKind::TooDeep
    );
}

#[test]
fn escapes_and_surrogates_are_decoded() {
    assert_eq!(
        read_string(r#""a\"\\\/\b\f\n\r\tz""#),
        "a\"\\/\u{8}\u{c}\n\r\tz"
    );
    assert_eq!(read_string(r#""\ud83d\ude00""#), "\u{1f600}");
    assert_eq!(read_string(r#""\ud83d!""#), "\u{fffd}!");
    assert_eq!(read_string(r#""\ude00\ud83d""#), "\u{fffd}\u{fffd}");
    assert_eq!(read_string(r#""\ud83d\u0041""#), "\u{fffd}A");
}

#[test]
fn utf16_length_matches_encode_utf16() {
    let text = "a\u{e9}\u{4f60}\u{1f600}bcdefghijklmnopqrstuvwxyz\u{1f44d}\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}!";
    let indices: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    for (from, &start) in indices.iter().enumerate() {
        for &end in &indices[from..] {
            let units = text[start..end].encode_utf16().count() as u32;
            assert_eq!(
                super::utf16_length(text.as_bytes(), start, end),
                units,
                "{start}..{end}"
            );
        }
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn strings_are_decoded_as_by_serde_json(text in any::<String>()) {
        prop_assert_eq!(read_string(&serde_json::to_string(&text).unwrap()), text);
    }

    #[test]
    fn mutated_json_is_accepted_exactly_when_serde_json_accepts_it(value in json(), at in any::<prop::sample::Index>(), put in "[ -~\\n\u{e9}]{0,2}") {
        let good = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(check(&good), Ok(()));
        // Replaces one character, which mostly makes the text invalid.
        let cuts: Vec<usize> = good.char_indices().map(|(at, _)| at).collect();
        let cut = cuts[at.index(cuts.len())];
        let next = good[cut..].chars().next().map_or(cut, |gone| cut + gone.len_utf8());
        let mutated = format!("{}{put}{}", &good[..cut], &good[next..]);
        // As a raw value, because otherwise serde_json rejects large numbers and lone surrogates.
        let oracle = serde_json::from_str::<&serde_json::value::RawValue>(&mutated).is_ok();
        prop_assert_eq!(check(&mutated).is_ok(), oracle, "{:?}", mutated);
    }
}

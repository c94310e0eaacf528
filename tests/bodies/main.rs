//! Reads 10,000 random bodies, intact and corrupted pages of all shapes, and compares the results with `serde_json`.
#![cfg(not(target_family = "wasm"))]

mod oracle;

use oracle::{Verdict, judge};
use proptest::{
    prelude::*,
    strategy::{Union, ValueTree},
};
use serde_json::{Value, json};

const FIELDS: [&str; 13] = [
    "message_id",
    "source_number",
    "destination_number",
    "direction",
    "fragments",
    "cost",
    "status_id",
    "error_message",
    "processed_date",
    "transaction_id",
    "text",
    "sms_id",
    "new_field",
];

/// A value of the type of a field, in one of the forms that an API may send.
fn valid_value(field: &'static str) -> BoxedStrategy<Value> {
    let integer = prop_oneof![
        (0..1_u64 << 53).prop_map(Value::from),
        (0..100_u64).prop_map(|number| Value::from(number.to_string())),
    ];
    let value = match field {
        "message_id" | "fragments" | "transaction_id" | "sms_id" => integer.boxed(),
        "cost" => prop_oneof![
            "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?".prop_map(Value::from),
            (-1e6..1e6_f64).prop_map(|cost| json!((cost * 1e4).round() / 1e4)),
        ]
        .boxed(),
        "processed_date" => prop_oneof![
            "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
                .prop_map(Value::from),
            "20[0-9]{2}-0[1-9]-1[0-9][ T]1[0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,7})?(Z|\\+0[0-9]:[0-5]0)?"
                .prop_map(Value::from),
            Just(json!("")),
            Just(json!("0000-00-00 00:00:00")),
        ]
        .boxed(),
        "direction" => prop::sample::select(vec!["IN", "OUT", "in", "MO", ""])
            .prop_map(Value::from)
            .boxed(),
        "status_id" => prop::sample::select(vec![json!("1"), json!(2), json!("3"), json!(1.0), json!(" 2 "), json!(""), json!("x")]).boxed(),
        _ => prop_oneof![any::<String>(), "\\+?[0-9]{0,15}"].prop_map(Value::from).boxed(),
    };
    prop_oneof![8 => value, 1 => Just(Value::Null)].boxed()
}

/// Any JSON value.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{0,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn row() -> impl Strategy<Value = Value> {
    let any_json = any_json().boxed();
    let fields = FIELDS.map(|name| {
        let value = prop_oneof![200 => valid_value(name), 1 => any_json.clone()];
        (Just(name), value).boxed()
    });
    prop::collection::vec(Union::new(fields), 0..9).prop_map(|fields| {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(fields.collect())
    })
}

fn body() -> impl Strategy<Value = Value> {
    let page = (prop::collection::vec(row(), 0..4), any::<u16>());
    let page = page.prop_map(|(rows, total)| json!({"result": rows, "total_count": total}));
    let error = (any::<i32>(), any::<String>());
    let error = error.prop_map(|(code, msg)| json!({"error": {"code": code, "msg": msg}}));
    prop_oneof![8 => page, 1 => error, 1 => any_json()]
}

/// The bytes that a corruption writes, mostly those of JSON's syntax.
const CORRUPT_BYTES: &[u8] = b"\"\\{}[],:0-1e.tn \n\x00\x1f\xff\xc3u";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn random_bodies_match_serde_json(
        value in body(),
        pretty: bool,
        corruption in prop::option::of((0..4, any::<prop::sample::Index>(), prop::sample::select(CORRUPT_BYTES.to_vec()))),
    ) {
        let write = if pretty { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let mut bytes = write(&value).unwrap();
        if let Some((how, at, byte)) = corruption {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
            if how == 3 {
                prop_assert_eq!(judge(&bytes), Verdict::Error, "a truncated body is not JSON");
            }
        }
        judge(&bytes);
    }
}

/// Found by fuzzing: the last value of a repeated key counts, but every value is checked.
#[test]
fn an_invalid_value_is_rejected_even_if_its_key_is_repeated() {
    for (fields, verdict) in [
        (r#""fragments":1,"fragments":2"#, Verdict::Page),
        (r#""fragments":"OUT","fragments":2"#, Verdict::Error),
    ] {
        let body = format!(r#"{{"result":[{{{fields}}}],"total_count":1}}"#);
        assert_eq!(judge(body.as_bytes()), verdict, "{fields}");
    }
}

#[test]
fn most_random_bodies_are_pages() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let judged = (0..500).map(|_| body().new_tree(&mut runner).unwrap().current());
    let pages = judged.filter(|value| judge(value.to_string().as_bytes()) == Verdict::Page);
    assert!(pages.count() > 300, "the properties would test errors only");
}

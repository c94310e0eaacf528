//! Ten thousand random bodies: pages of all shapes, whole and damaged, judged by serde_json.
#![cfg(not(target_family = "wasm"))]

mod oracle;

use oracle::{Verdict, judge};
use proptest::{
    prelude::*,
    strategy::{Union, ValueTree},
};
use serde_json::{Value, json};

const FIELDS: [&str; 12] = [
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
    "new_field",
];

/// A value of the kind that the field has, in one of the forms that an API may give it.
fn fitting(field: &'static str) -> BoxedStrategy<Value> {
    let whole = prop_oneof![
        (0..1_u64 << 53).prop_map(Value::from),
        (0..100_u64).prop_map(|number| Value::from(number.to_string())),
    ];
    let value = match field {
        "message_id" | "fragments" | "transaction_id" => whole.boxed(),
        "cost" => prop_oneof![
            "-?(0|[1-9][0-9]{0,8})(\\.[0-9]{1,6})?".prop_map(Value::from),
            (-1e6..1e6_f64).prop_map(|cost| json!((cost * 1e4).round() / 1e4)),
        ]
        .boxed(),
        "processed_date" => prop_oneof![
            "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
                .prop_map(Value::from),
            Just(json!("")),
        ]
        .boxed(),
        "direction" => prop::sample::select(vec!["IN", "OUT", "in", "MO", ""])
            .prop_map(Value::from)
            .boxed(),
        "status_id" => prop::sample::select(vec![json!("1"), json!(2), json!("3"), json!("x")]).boxed(),
        _ => prop_oneof![any::<String>(), "\\+?[0-9]{0,15}"].prop_map(Value::from).boxed(),
    };
    prop_oneof![8 => value, 1 => Just(Value::Null)].boxed()
}

/// Any JSON at all.
fn anything() -> impl Strategy<Value = Value> {
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
    let anything = anything().boxed();
    let fields = FIELDS.map(|name| {
        let value = prop_oneof![200 => fitting(name), 1 => anything.clone()];
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
    prop_oneof![8 => page, 1 => error, 1 => anything()]
}

/// Bytes that are put in, mostly of JSON's own.
const PUT_IN: &[u8] = b"\"\\{}[],:0-1e.tn \n\x00\x1f\xff\xc3u";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn bodies_are_read_as_serde_json_reads_them(
        value in body(),
        pretty: bool,
        damage in prop::option::of((0..4, any::<prop::sample::Index>(), prop::sample::select(PUT_IN.to_vec()))),
    ) {
        let write = if pretty { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let mut bytes = write(&value).unwrap();
        if let Some((how, at, byte)) = damage {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
            if how == 3 {
                prop_assert_eq!(judge(&bytes), Verdict::Refused, "a part of a body is none");
            }
        }
        judge(&bytes);
    }
}

/// Found by fuzzing: of a key that comes twice the last value counts, but all of them are looked at.
#[test]
fn a_wrong_value_is_refused_also_where_its_key_comes_again() {
    for (fields, verdict) in [
        (r#""fragments":1,"fragments":2"#, Verdict::Page),
        (r#""fragments":"OUT","fragments":2"#, Verdict::Refused),
    ] {
        let body = format!(r#"{{"result":[{{{fields}}}],"total_count":1}}"#);
        assert_eq!(judge(body.as_bytes()), verdict, "{fields}");
    }
}

#[test]
fn most_of_these_bodies_are_pages() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let judged = (0..500).map(|_| body().new_tree(&mut runner).unwrap().current());
    let pages = judged.filter(|value| judge(value.to_string().as_bytes()) == Verdict::Page);
    assert!(
        pages.count() > 300,
        "the properties would be about errors alone"
    );
}

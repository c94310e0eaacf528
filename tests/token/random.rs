//! Ten thousand random credentials: JSON of any shape, and texts that resemble a PEM. None is a key.

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    token::{Credentials, PrivateKey},
};

fn assert_clean(error: &SmsHistoryError) {
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let message = error.message();
    assert!(!message.is_empty() && !message.chars().any(char::is_control));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[0-9]{0,20}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        pem().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let name = "account_id|key_id|private_key|account_email|result|[a-z]{0,8}";
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            4 => prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A text with all or some of the marks of a PEM around possible base64 of possible DER.
fn pem() -> impl Strategy<Value = String> {
    let label = "PRIVATE KEY|RSA PRIVATE KEY|ENCRYPTED PRIVATE KEY|CERTIFICATE|[A-Z ]{0,12}";
    // Some bodies begin with a sequence that contains an integer, so that they reach the DER parser.
    let body = "(MII[A-P]|MIIBVQIBADANBgkqhkiG9w0BAQEFAASCA|MC4CAQA)?[A-Za-z0-9+/]{0,400}={0,2}";
    let line_end = prop::sample::select(vec!["\n", "\r\n", "\\n", " ", ""]);
    let marks = prop::sample::select(vec!["-----", "----", "-----", "-----"]);
    (label, label, body, line_end, marks, "\\PC{0,10}", any::<bool>()).prop_map(
        |(begin, end, body, line_end, marks, around, matches)| {
            let end = if matches { &begin } else { &end };
            format!(
                "{around}{marks}BEGIN {begin}{marks}{line_end}{body}{line_end}{marks}END {end}{marks}{around}"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn random_json_is_rejected(value in value(), child: Option<u64>) {
        assert_clean(&Credentials::from_json(&value.to_string(), child).unwrap_err());
        let inner = json!({"account_id": 1, "key_id": "k", "private_key": value});
        assert_clean(&Credentials::from_json(&inner.to_string(), None).unwrap_err());
    }

    #[test]
    fn random_pem_is_rejected_without_quoting_it(text in pem()) {
        let error = PrivateKey::from_pem(&text).unwrap_err();
        assert_clean(&error);
        let body = text.split("-----").nth(2).unwrap_or_default().trim();
        if body.len() > 16 {
            prop_assert!(!error.message().contains(&body[..16]), "{}", error);
        }
    }
}

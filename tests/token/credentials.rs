//! Credentials: each accepted form, the error message of each fault, and no part of the key in any message.

use std::{collections::HashSet, sync::OnceLock};

use base64ct::{Base64, Encoding};
use proptest::prelude::*;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use voximplant_sms_history::{error::ErrorKind, token::Credentials};

use super::keys;

pub(super) fn pem() -> String {
    static PEM: OnceLock<String> = OnceLock::new();
    PEM.get_or_init(|| keys::pkcs8(LineEnding::LF)).clone()
}

pub(super) fn with_key(pem: &str) -> String {
    json!({"account_email": "a@b.c", "account_id": 12345, "key_id": "k1", "private_key": pem})
        .to_string()
}

/// Returns the message of the error, which must not contain a part of the key.
pub(super) fn rejection(json: &str) -> String {
    let error = Credentials::from_json(json, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_no_key(&format!("{error} {error:?}"));
    error.message().to_owned()
}

fn assert_no_key(text: &str) {
    static PARTS: OnceLock<HashSet<Vec<u8>>> = OnceLock::new();
    let parts = PARTS.get_or_init(|| {
        let key: String = pem()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        key.as_bytes().windows(16).map(<[u8]>::to_vec).collect()
    });
    assert!(
        !text.as_bytes().windows(16).any(|part| parts.contains(part)),
        "a part of the key is in: {text}"
    );
}

#[test]
fn both_forms_of_the_file_are_accepted() {
    for json in [
        with_key(&pem()),
        format!("{{\"result\": {}}}", with_key(&pem())),
        format!("\u{feff}{}", with_key(&pem())),
        with_key(&pem()).replace("12345", "\"12345\""),
        with_key(&pem()).replace("12345", "12345.0"),
        with_key(&pem()).replace("12345", "1.2345e4"),
        with_key(&pem()).replace("\"k1\"", "\"\\u006b1\""),
    ] {
        let credentials = Credentials::from_json(&json, None).unwrap();
        assert_eq!(
            (credentials.account_id(), credentials.key_id()),
            (12345, "k1")
        );
        assert_eq!(
            credentials.private_key().pkcs8_der(),
            keys::key().to_pkcs8_der().unwrap().as_bytes()
        );
        assert_no_key(&format!("{credentials:?} {:?}", credentials.private_key()));
    }
}

#[test]
fn a_child_account_replaces_the_account_of_the_file() {
    let json = with_key(&pem());
    assert_eq!(
        Credentials::from_json(&json, Some(7)).unwrap().account_id(),
        7
    );
    let without = json!({"key_id": "k1", "private_key": pem()}).to_string();
    assert_eq!(
        Credentials::from_json(&without, Some(7))
            .unwrap()
            .account_id(),
        7
    );
    for wrong in [0, 1 << 53] {
        assert!(Credentials::from_json(&json, Some(wrong)).is_err());
    }
}

#[test]
fn missing_members_and_wrong_types_are_named() {
    let whole: Value = serde_json::from_str(&with_key(&pem())).unwrap();
    for (change, says) in [
        (
            json!({"account_id": 12345}),
            "got one without key_id and private_key",
        ),
        (
            json!({}),
            "got one without account_id and key_id and private_key",
        ),
        (
            json!({"result": {}}),
            "got one without account_id and key_id and private_key",
        ),
        (json!([]), "got an array"),
        (json!("text"), "got text without a JSON object"),
    ] {
        let message = rejection(&change.to_string());
        assert!(message.contains(says), "{change}: {message}");
    }
    for (field, value, says) in [
        ("account_id", json!(true), "digits, got a boolean"),
        ("account_id", json!(null), "digits, got null"),
        (
            "account_id",
            json!(-1),
            "digits, got a number that is negative",
        ),
        (
            "account_id",
            json!(1.5),
            "account_id: expected an integer from 1 to 2^53-1 or a string of its digits, got a number that is negative, too large or not an integer",
        ),
        ("account_id", json!(0), "got an integer out of range"),
        (
            "account_id",
            json!(9_007_199_254_740_992_u64),
            "got an integer out of range",
        ),
        (
            "account_id",
            json!("99999999999999999999"),
            "got an integer out of range",
        ),
        (
            "account_id",
            json!("+1"),
            "digits, got a string that is not all digits",
        ),
        (
            "account_id",
            json!(""),
            "digits, got a string that is not all digits",
        ),
        (
            "key_id",
            json!(5),
            "key_id: expected a string, got a number",
        ),
        (
            "key_id",
            json!(" "),
            "key_id: expected a string, got an empty string",
        ),
        (
            "key_id",
            json!(pem()),
            "letters, digits and -._~:@/+=, got a PEM; it belongs into private_key",
        ),
        (
            "key_id",
            json!("-----BEGIN PRIVATE KEY-----"),
            "got a PEM; it belongs into private_key",
        ),
        (
            "key_id",
            json!(pem().replace(['\n', ' '], "+")),
            "got a PEM; it belongs into private_key",
        ),
        (
            "key_id",
            json!(Base64::encode_string(pem().as_bytes())),
            "got a longer string",
        ),
        (
            "key_id",
            json!("undefined"),
            "got the text \"undefined\"; set the variable",
        ),
        (
            "key_id",
            json!("<your key id>"),
            "got a placeholder that was not replaced",
        ),
        (
            "key_id",
            json!("kid\0x"),
            "got a string with other characters",
        ),
        (
            "key_id",
            json!("\u{200b}kid"),
            "got a string with other characters",
        ),
        (
            "key_id",
            json!("\"kid\""),
            "got a string with other characters",
        ),
        (
            "private_key",
            json!({}),
            "private_key: expected a string, got an object",
        ),
        (
            "private_key",
            json!([pem()]),
            "private_key: expected a string, got an array",
        ),
    ] {
        let mut json = whole.clone();
        json[field] = value.clone();
        let message = rejection(&json.to_string());
        assert!(
            message.contains(says) && message.starts_with(&format!("{field}: expected ")),
            "{field} {value}: {message}"
        );
    }
}

#[test]
fn the_error_names_the_byte_at_which_the_text_stops_being_json() {
    for (text, says) in [
        ("", "got an empty text"),
        ("  \n", "got an empty text"),
        (
            "/home/me/credentials.json",
            "got a file's path; pass its text",
        ),
        (
            "{\"account_id\": 1,\n \"key_id\": k}",
            "not a JSON object (wrong at byte 29)",
        ),
        ("\u{feff}{,", "not a JSON object (wrong at byte 4)"),
        ("{} {}", "not a JSON object (wrong at byte 3)"),
        (
            "{\"account_id\": 1",
            "JSON that ends at byte 16; the text is cut off",
        ),
    ] {
        let message = rejection(text);
        assert!(message.contains(says), "{text:?}: {message}");
    }
    assert!(rejection(&pem()).contains("got a PEM alone"));
}

/// Damages a text: replaces, removes, doubles or inserts bytes, or truncates it.
fn mutate(text: &str, changes: &[(u8, prop::sample::Index, u8)]) -> String {
    const PIECES: [&str; 8] = [
        "-----",
        "-----BEGIN ",
        "\\",
        "\"",
        "\\n",
        "ENCRYPTED",
        "{",
        "é",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for (what, at, value) in changes {
        let at = at.index(bytes.len().max(1)).min(bytes.len());
        let end = (at + usize::from(*value)).min(bytes.len());
        match what % 5 {
            0 if at < bytes.len() => bytes[at] = *value,
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            3 => drop(bytes.splice(at..at, PIECES[usize::from(value % 8)].bytes())),
            _ => bytes.truncate(at),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn changes() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, u8)>> {
    prop::collection::vec(any::<(u8, prop::sample::Index, u8)>(), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn damaged_credentials_never_panic_and_never_show_the_key(json in changes(), key in changes(), both in any::<u8>()) {
        let pem = if both % 3 == 0 { pem() } else { mutate(&pem(), &key) };
        let text = if both % 3 == 1 { with_key(&pem) } else { mutate(&with_key(&pem), &json) };
        match Credentials::from_json(&text, None) {
            Ok(credentials) => assert_no_key(&format!("{credentials:?}")),
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Credentials);
                assert_no_key(&format!("{error} {error:?}"));
            }
        }
    }
}

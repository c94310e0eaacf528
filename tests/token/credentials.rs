//! Credentials: the forms that are read, the error of each thing that can be wrong, and no word of the key in any.

use std::{collections::HashSet, sync::OnceLock};

use proptest::prelude::*;
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding},
    rand_core::OsRng,
};
use serde_json::{Value, json};
use voximplant_sms_history::{error::ErrorKind, token::Credentials};

use super::keys;

fn pem() -> String {
    static PEM: OnceLock<String> = OnceLock::new();
    PEM.get_or_init(|| keys::pkcs8(LineEnding::LF)).clone()
}

fn with_key(pem: &str) -> String {
    json!({"account_email": "a@b.c", "account_id": 12345, "key_id": "k1", "private_key": pem})
        .to_string()
}

/// The bytes of a PEM, in another PEM.
fn relabel(pem: &str, label: &str, head: &str) -> String {
    let body: Vec<&str> = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    format!(
        "-----BEGIN {label}-----\n{head}{}\n-----END {label}-----\n",
        body.join("\n")
    )
}

/// What is refused, and in which words; the key is not among them.
fn refused(json: &str) -> String {
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
fn both_forms_of_the_file_are_read() {
    for json in [
        with_key(&pem()),
        format!("{{\"result\": {}}}", with_key(&pem())),
        format!("\u{feff}{}", with_key(&pem())),
        with_key(&pem()).replace("12345", "\"12345\""),
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
fn a_child_account_takes_the_place_of_the_files_account() {
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
fn what_is_missing_or_of_a_wrong_type_is_named() {
    let whole: Value = serde_json::from_str(&with_key(&pem())).unwrap();
    for (change, says) in [
        (json!({"account_id": 12345}), "lack key_id and private_key;"),
        (json!({}), "lack account_id and key_id and private_key;"),
        (
            json!({"result": {}}),
            "lack account_id and key_id and private_key;",
        ),
        (json!([]), "are not a JSON object"),
        (json!("text"), "are not a JSON object"),
    ] {
        let message = refused(&change.to_string());
        assert!(message.contains(says), "{change}: {message}");
    }
    for (field, value, says) in [
        ("account_id", json!(true), "account_id is a boolean"),
        ("account_id", json!(null), "account_id is null"),
        (
            "account_id",
            json!(-1),
            "account_id is a number that is negative",
        ),
        (
            "account_id",
            json!(1.5),
            "account_id is a number that is negative, too large or not whole",
        ),
        ("account_id", json!(0), "account_id is out of range"),
        (
            "account_id",
            json!(9_007_199_254_740_992_u64),
            "account_id is out of range",
        ),
        (
            "account_id",
            json!("99999999999999999999"),
            "account_id is out of range",
        ),
        (
            "account_id",
            json!("+1"),
            "account_id is a string that is not all digits",
        ),
        (
            "account_id",
            json!(""),
            "account_id is a string that is not all digits",
        ),
        ("key_id", json!(5), "key_id is a number"),
        ("key_id", json!(" "), "key_id is an empty string"),
        ("private_key", json!({}), "private_key is an object"),
        ("private_key", json!([pem()]), "private_key is an array"),
    ] {
        let mut json = whole.clone();
        json[field] = value.clone();
        let message = refused(&json.to_string());
        assert!(
            message.contains(says) && message.contains("was expected"),
            "{field} {value}: {message}"
        );
    }
}

#[test]
fn a_text_that_is_not_json_says_where_it_stops_being_it() {
    for (text, says) in [
        ("", "are an empty text"),
        ("  \n", "are an empty text"),
        (
            "/home/me/credentials.json",
            "not a JSON object (wrong at byte 0)",
        ),
        (
            "{\"account_id\": 1,\n \"key_id\": k}",
            "not a JSON object (wrong at byte 29)",
        ),
        ("\u{feff}{,", "not a JSON object (wrong at byte 4)"),
        ("{} {}", "not a JSON object (wrong at byte 3)"),
        ("{\"account_id\": 1", "cut off: the JSON ends at byte 16"),
    ] {
        let message = refused(text);
        assert!(message.contains(says), "{text:?}: {message}");
    }
    assert!(refused(&pem()).contains("are a PEM alone"));
}

#[test]
fn a_key_is_read_however_its_lines_end() {
    let lf = pem();
    let one_line = lf.replace('\n', "");
    let forms = [
        keys::pkcs8(LineEnding::CRLF),
        keys::pkcs8(LineEnding::CR),
        lf.replace('\n', "\\n"),
        lf.replace('\n', "\\r\\n"),
        lf.replace('\n', " "),
        one_line,
        format!("  \n\t{lf}\n\n"),
        format!("Bag Attributes\n    friendlyName: x\n{lf}"),
        keys::pkcs1(),
        keys::pkcs1().replace('\n', "\\n"),
    ];
    for form in forms {
        let credentials = Credentials::from_json(&with_key(&form), None).unwrap();
        // A PKCS#1 key was wrapped into what the RSA library makes itself.
        assert_eq!(
            credentials.private_key().pkcs8_der(),
            keys::key().to_pkcs8_der().unwrap().as_bytes()
        );
    }
}

#[test]
fn each_wrong_key_has_its_own_error() {
    let good = pem();
    let lines: Vec<&str> = good.lines().collect();
    let public = keys::public_key()
        .to_public_key_pem(LineEnding::LF)
        .unwrap();
    let small = RsaPrivateKey::new(&mut OsRng, 1024)
        .unwrap()
        .to_pkcs8_pem(LineEnding::LF)
        .unwrap();
    let bare: String = lines[1..lines.len() - 1].concat();
    for (key, says) in [
        (String::from("secret"), "is not a PEM"),
        (bare, "is not a PEM"),
        (public, "the label \"PUBLIC KEY\""),
        (
            relabel(&good, "CERTIFICATE", ""),
            "the label \"CERTIFICATE\"",
        ),
        (
            relabel(&good, "EC PRIVATE KEY", ""),
            "the label \"EC PRIVATE KEY\"",
        ),
        (
            relabel(&good, "OPENSSH PRIVATE KEY", ""),
            "the label \"OPENSSH PRIVATE KEY\"",
        ),
        (relabel(&good, "SOMETHING", ""), "an unknown label"),
        (
            relabel(&good, "ENCRYPTED PRIVATE KEY", ""),
            "encrypted; decrypt it: openssl pkcs8",
        ),
        (
            relabel(
                &keys::pkcs1(),
                "RSA PRIVATE KEY",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
            ),
            "encrypted; decrypt it: openssl pkcs8",
        ),
        (
            good.replace("-----END PRIVATE KEY-----", ""),
            "its END line is missing",
        ),
        (
            good.replace("END PRIVATE", "END PUBLIC"),
            "an END line that does not match",
        ),
        (
            "-----BEGIN PRIVATE KEY".into(),
            "a BEGIN line that does not end",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----".into(),
            "nothing in it",
        ),
        (
            good.replacen(lines[3], &lines[3].replacen(&lines[3][5..6], "*", 1), 1),
            "a character that is not base64",
        ),
        (
            good.replacen(lines[3], &lines[3].replacen(&lines[3][5..6], "é", 1), 1),
            "a character that is not base64",
        ),
        (
            good.replacen(lines[3], &lines[3][1..], 1),
            "not a multiple of 4",
        ),
        (good.replacen(lines[3], "====", 1), "not valid base64"),
        (
            good.replacen(lines[lines.len() - 2], "", 1),
            "its DER ends too early",
        ),
        (
            good.replacen(lines[1], &format!("AAAA{}", lines[1]), 1),
            "its DER is not that of a private key",
        ),
        (
            relabel(&good, "RSA PRIVATE KEY", ""),
            "its DER is not that of a private key",
        ),
        (small.to_string(), "an RSA key of 1024 bits; at least 2048"),
        (
            der_pem(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
            "not an RSA key but an EC key",
        ),
        (
            der_pem(&[0x2b, 0x65, 0x70]),
            "not an RSA key but an Ed25519 key",
        ),
        (
            der_pem(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]),
            "not an RSA key but an RSA-PSS key",
        ),
        (der_pem(&[0x2a, 0x03]), "a key of another algorithm"),
    ] {
        let message = refused(&with_key(&key));
        assert!(
            message.starts_with("the private_key ") && message.contains(says),
            "wanted {says:?}: {message}"
        );
    }
}

/// A PKCS#8 of version 0 with this algorithm and a key of four zero bytes.
fn der_pem(oid: &[u8]) -> String {
    use base64ct::{Base64, Encoding};
    let mut algorithm = vec![0x06, oid.len() as u8];
    algorithm.extend(oid);
    let mut info = vec![0x02, 1, 0, 0x30, algorithm.len() as u8];
    info.extend(algorithm);
    info.extend([0x04, 4, 0, 0, 0, 0]);
    let mut der = vec![0x30, info.len() as u8];
    der.extend(info);
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        Base64::encode_string(&der)
    )
}

#[test]
fn every_cut_of_a_key_is_refused() {
    use base64ct::{Base64, Encoding};
    let der = keys::key().to_pkcs8_der().unwrap();
    for end in 0..der.as_bytes().len() {
        let body = Base64::encode_string(&der.as_bytes()[..end]);
        let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
        let message = refused(&with_key(&key));
        assert!(
            message.contains("ends too early") || end == 0,
            "{end}: {message}"
        );
    }
    let mut longer = der.as_bytes().to_vec();
    longer.push(0);
    let key = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        Base64::encode_string(&longer)
    );
    assert!(refused(&with_key(&key)).contains("more bytes than its DER structure"));
}

/// What happens to a text on its way: bytes replaced, cut out, doubled or put in.
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

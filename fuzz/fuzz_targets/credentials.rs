//! Credentials: the file, its PEM and the DER inside. The first byte selects which of them the other bytes are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    token::{BearerToken, Credentials, PrivateKey},
};

fuzz_target!(|data: &[u8]| {
    let Some((&target, data)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(data);
    match target {
        b'f' => {
            let file = Credentials::from_json(&text, None);
            let child = Credentials::from_json(&text, Some(7));
            assert!(file.is_err() || child.is_ok());
            file.map(|_| ()).or_else(check_error).unwrap_or_default();
        }
        b'k' => key(&text),
        b't' => drop(BearerToken::new(text)),
        b'1' => key(&pem("RSA PRIVATE KEY", data)),
        _ => key(&pem("PRIVATE KEY", data)),
    }
});

fn key(text: &str) {
    let file = json!({"account_id": 1, "key_id": "k", "private_key": text}).to_string();
    let in_file = Credentials::from_json(&file, None);
    match PrivateKey::from_pem(text) {
        Ok(key) => {
            let again = PrivateKey::from_pem(&pem("PRIVATE KEY", key.pkcs8_der()));
            assert_eq!(again.unwrap().pkcs8_der(), key.pkcs8_der());
            assert_eq!(in_file.unwrap().private_key().pkcs8_der(), key.pkcs8_der());
        }
        Err(error) => {
            assert!(in_file.is_err());
            check_error(error).unwrap_or_default();
        }
    }
}

fn check_error(error: SmsHistoryError) -> Result<(), ()> {
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(!error.message().chars().any(char::is_control));
    Err(())
}

/// Encodes bytes as a PEM with this label, so that the fuzzer does not have to find base64 by itself.
fn pem(label: &str, der: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut body = String::new();
    for bytes in der.chunks(3) {
        let three = [0, 1, 2].map(|index| u32::from(bytes.get(index).copied().unwrap_or(0)));
        let bits = three[0] << 16 | three[1] << 8 | three[2];
        for index in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * index)) as usize & 63];
            body.push(if index <= bytes.len() {
                letter.into()
            } else {
                '='
            });
        }
    }
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

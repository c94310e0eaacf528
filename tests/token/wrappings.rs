//! Credentials in the wrappings that secret stores, shells and env files put around them.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use serde_json::json;
use voximplant_sms_history::token::{Credentials, PrivateKey};

use super::{
    credentials::{pem, rejection, with_key},
    keys,
};

use rsa::pkcs8::EncodePrivateKey;

fn assert_read(name: &str, text: &str) {
    let credentials = Credentials::from_json(text, None)
        .unwrap_or_else(|error| panic!("{name}: {}", error.message()));
    assert_eq!(
        (credentials.account_id(), credentials.key_id()),
        (12345, "k1"),
        "{name}"
    );
    assert_eq!(
        credentials.private_key().pkcs8_der(),
        keys::key().to_pkcs8_der().unwrap().as_bytes(),
        "{name}"
    );
}

/// The file as an editor or `jq` writes it.
fn pretty() -> String {
    let value: serde_json::Value = serde_json::from_str(&with_key(&pem())).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

/// The content of a JSON string literal: quotes, backslashes and line breaks are escaped.
fn escaped(text: &str) -> String {
    let literal = json!(text).to_string();
    literal[1..literal.len() - 1].to_owned()
}

fn wrapped_at(text: &str, width: usize, line_break: &str) -> String {
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(width)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join(line_break)
}

#[test]
fn base64_is_read_in_both_alphabets_with_and_without_padding_and_line_breaks() {
    for file in [with_key(&pem()), pretty(), format!("{}\n", pretty())] {
        let bytes = file.as_bytes();
        let base64 = Base64::encode_string(bytes);
        for (name, text) in [
            ("standard", base64.clone()),
            ("unpadded", Base64Unpadded::encode_string(bytes)),
            ("url", Base64Url::encode_string(bytes)),
            ("url, unpadded", Base64UrlUnpadded::encode_string(bytes)),
            ("LF", format!("{}\n", wrapped_at(&base64, 76, "\n"))),
            ("CRLF", wrapped_at(&base64, 64, "\r\n")),
            ("written line breaks", wrapped_at(&base64, 76, "\\n")),
            ("spaces", wrapped_at(&base64, 76, " ")),
            ("twice", Base64::encode_string(base64.as_bytes())),
            ("in quotes", format!("\"{base64}\"")),
            ("data URL", format!("data:application/json;base64,{base64}")),
        ] {
            assert_read(name, &text);
        }
    }
}

#[test]
fn real_line_breaks_in_the_key_are_read() {
    for line_break in ["\n", "\r\n", "\r", "\n\t"] {
        for file in [with_key(&pem()), pretty()] {
            assert_read("expanded", &file.replace("\\n", line_break));
        }
    }
    let expanded = with_key(&pem()).replace("\\n", "\n");
    assert_read("in base64", &Base64::encode_string(expanded.as_bytes()));
    assert_read("in quotes", &format!("'{expanded}'"));
}

#[test]
fn quotes_around_the_file_are_removed() {
    for file in [with_key(&pem()), pretty()] {
        for (name, text) in [
            ("a JSON string", json!(file).to_string()),
            (
                "a JSON string twice",
                json!(json!(file).to_string()).to_string(),
            ),
            ("single quotes", format!("'{file}'")),
            ("double quotes", format!("\"{file}\"")),
            ("backticks", format!("`{file}`\n")),
            (
                "escaped quotes",
                format!("\\\"{}\\\"", escaped(&escaped(&file))),
            ),
        ] {
            assert_read(name, &text);
        }
    }
}

#[test]
fn escaped_files_are_read() {
    for file in [with_key(&pem()), pretty()] {
        for (name, text) in [
            ("escaped", escaped(&file)),
            ("escaped twice", escaped(&escaped(&file))),
            ("escaped quotes alone", file.replace('"', "\\\"")),
            (
                "written line breaks between members",
                file.replace('\n', "\\n"),
            ),
            ("key escaped twice", file.replace("\\n", "\\\\n")),
            ("key escaped three times", file.replace("\\n", "\\\\\\\\n")),
            ("CRLF", file.replace('\n', "\r\n").replace("\\n", "\\r\\n")),
        ] {
            assert_read(name, &text);
        }
    }
}

#[test]
fn percent_encoding_is_read() {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    /// What `encodeURI` leaves as it is.
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'+').remove(b'/').remove(b'=');
    for file in [with_key(&pem()), pretty()] {
        let encoded = utf8_percent_encode(&file, NON_ALPHANUMERIC).to_string();
        assert_read("encodeURIComponent", &encoded);
        assert_read("lower case", &encoded.replace("%7B", "%7b"));
        assert_read("form", &encoded.replace("%20", "+"));
        assert_read(
            "encodeURI",
            &utf8_percent_encode(&file, RESERVED).to_string(),
        );
        assert_read("data URL", &format!("data:application/json,{encoded}"));
    }
}

#[test]
fn byte_order_marks_and_utf_16_are_read() {
    for file in [with_key(&pem()), pretty()] {
        assert_read("BOM", &format!("\u{feff}{file}"));
        assert_read("BOM twice", &format!("\u{feff}\u{feff} {file}"));
        let le: Vec<u8> = file.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = file.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [
            le.clone(),
            be.clone(),
            [&[0xff, 0xfe][..], &le].concat(),
            [&[0xfe, 0xff][..], &be].concat(),
        ] {
            // A reader that expects UTF-8.
            assert_read("UTF-16", &String::from_utf8_lossy(&bytes));
            assert_read("UTF-16 in base64", &Base64::encode_string(&bytes));
        }
        let marked = [&[0xef, 0xbb, 0xbf], file.as_bytes()].concat();
        assert_read("BOM in base64", &Base64::encode_string(&marked));
    }
}

#[test]
fn invisible_characters_around_the_file_are_removed() {
    let file = with_key(&pem());
    for (name, before, after) in [
        ("zeros of a C buffer", "", "\0\0\0"),
        ("characters without width", "\u{200b}\u{2060}", "\u{200e}"),
        ("a byte order mark as Latin-1", "ï»¿", "\n"),
    ] {
        let text = format!("{before}{file}{after}");
        assert_read(name, &text);
        assert_read(name, &Base64::encode_string(text.as_bytes()));
    }
}

#[test]
fn a_key_in_base64_is_read() {
    for key in [pem(), keys::pkcs1(), pem().replace('\n', "\\n")] {
        let base64 = Base64::encode_string(key.as_bytes());
        for text in [
            base64.clone(),
            wrapped_at(&base64, 76, "\n"),
            Base64UrlUnpadded::encode_string(key.as_bytes()),
            Base64::encode_string(base64.as_bytes()),
        ] {
            let read = PrivateKey::from_pem(&text).unwrap();
            assert_eq!(
                read.pkcs8_der(),
                keys::key().to_pkcs8_der().unwrap().as_bytes()
            );
        }
    }
}

#[test]
fn white_space_around_the_ids_is_removed() {
    let file = json!({"account_id": " 12345\r\n", "key_id": "\tk1\n", "private_key": pem()});
    assert_read("ids", &file.to_string());
}

const REFERENCE: &str = "a reference to a secret that was not resolved; pass the secret itself";

#[test]
fn other_texts_are_described_by_what_they_look_like() {
    let base64 = |text: &str| Base64::encode_string(text.as_bytes());
    for (text, says) in [
        (
            "/home/me/credentials.json".to_owned(),
            "a file's path; pass its text",
        ),
        (
            "C:\\keys\\credentials.json".into(),
            "a file's path; pass its text",
        ),
        ("@credentials.json".into(), "a file's path; pass its text"),
        (pem(), "a PEM alone; pass the whole file"),
        (base64(&pem()), "a PEM alone; pass the whole file"),
        (format!("'{}'", pem()), "a PEM alone; pass the whole file"),
        (
            "<!doctype html><title>Sign in</title>".into(),
            "HTML or XML",
        ),
        (
            "[object Object]".into(),
            "an object that was converted to a string; use JSON.stringify()",
        ),
        (
            "[object Promise]".into(),
            "an object that was converted to a string",
        ),
        (
            "undefined".into(),
            "the text \"undefined\"; set the variable",
        ),
        ("null".into(), "the text \"null\""),
        ("NaN".into(), "the text \"NaN\""),
        ("\"null\"".into(), "the text \"null\""),
        (format!("[{}]", with_key(&pem())), "an array"),
        ("[]".into(), "an array"),
        ("12345".into(), "a number"),
        (
            format!("VOXIMPLANT_CREDENTIALS={}", with_key(&pem())),
            "a line of an env file; pass the value alone",
        ),
        (
            format!("export CREDENTIALS='{}'", with_key(&pem())),
            "a line of an env file; pass the value alone",
        ),
        (
            "${VOXIMPLANT_CREDENTIALS}".into(),
            "a placeholder that was not replaced",
        ),
        (
            "$VOXIMPLANT_CREDENTIALS".into(),
            "a placeholder that was not replaced",
        ),
        (
            "{{ secrets.CREDENTIALS }}".into(),
            "a placeholder that was not replaced",
        ),
        ("<redacted>".into(), "a placeholder that was not replaced"),
        (
            "<your credentials>".into(),
            "a placeholder that was not replaced",
        ),
        (
            format!("<<EOF\n{}\nEOF", with_key(&pem())),
            "a here-document that no shell has read; pass its content",
        ),
        (
            "@Microsoft.KeyVault(SecretUri=https://a.vault.azure.net/secrets/b)".into(),
            REFERENCE,
        ),
        ("op://vault/item/credentials".into(), REFERENCE),
        (
            "arn:aws:secretsmanager:eu-west-1:1:secret:a".into(),
            REFERENCE,
        ),
        ("vault:secret/data/a#b".into(), REFERENCE),
        ("projects/1/secrets/a/versions/latest".into(), REFERENCE),
        ("***".into(), "a masked secret"),
        (
            format!(
                "{}.{}.c2ln",
                base64("{\"alg\":\"RS256\"}").replace('=', ""),
                base64("{\"iss\":1}").replace('=', "")
            ),
            "a token; pass the credentials that sign it",
        ),
        (
            with_key(&pem()).replace('"', "'"),
            "an object in single quotes; write it as JSON",
        ),
        (
            with_key(&pem()).replace('"', ""),
            "an object whose names have no quotes; a shell may have removed them",
        ),
        (
            with_key(&pem()).replace('"', "&quot;"),
            "JSON in HTML entities",
        ),
        (
            with_key(&pem()).replace('"', "\u{201d}"),
            "JSON in typographic quotes",
        ),
        (
            "account_id: 12345\nkey_id: k1\n".into(),
            "YAML; pass it as JSON",
        ),
        (
            base64(&with_key(&pem()))[..400].to_owned(),
            "the text is cut off",
        ),
        (
            base64("something else that is long"),
            "text without a JSON object",
        ),
        ("Zugangsdaten".into(), "text without a JSON object"),
    ] {
        let message = rejection(&text);
        assert!(
            message.starts_with("credentials: expected the text of credentials.json, got ")
                && message.contains(says),
            "wanted {says:?}: {message}"
        );
        assert!(!message.contains("byte 0"), "{message}");
    }
}

#[test]
fn encrypted_files_are_named_with_their_tool() {
    let sops = r#""ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]""#;
    let armor = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----";
    for (text, tool) in [
        ("\0GITCRYPT\0\u{fffd}\u{fffd}x".to_owned(), "git-crypt"),
        ("age-encryption.org/v1\n-> X25519 x\n".into(), "age"),
        (armor.into(), "age"),
        (Base64::encode_string(armor.as_bytes()), "age"),
        (
            format!(
                r#"{{"account_id":{sops},"key_id":{sops},"private_key":{sops},"sops":{{"version":"3.9.0"}}}}"#
            ),
            "SOPS",
        ),
        (
            format!(r#"{{"account_id":1,"private_key":{sops}}}"#),
            "SOPS",
        ),
        (format!("account_id: {sops}\nsops:\n"), "SOPS"),
        ("$ANSIBLE_VAULT;1.1;AES256\n3631\n".into(), "Ansible Vault"),
        ("-----BEGIN PGP MESSAGE-----\n\nhQ==\n".into(), "GPG"),
    ] {
        assert_eq!(
            rejection(&text),
            format!(
                "credentials: expected the text of credentials.json, got a file encrypted by {tool}; decrypt it first"
            )
        );
    }
}

#[test]
fn numbers_that_json_does_not_have_are_named() {
    for (value, says) in [
        ("NaN", "got NaN"),
        ("nan", "got nan"),
        ("Infinity", "got Infinity"),
        ("-Infinity", "got -Infinity"),
        ("undefined", "got undefined"),
        ("None", "got None"),
    ] {
        let file = with_key(&pem()).replace("12345", value);
        let message = rejection(&file);
        assert!(
            message.starts_with("account_id: expected an integer") && message.ends_with(says),
            "{value}: {message}"
        );
        let file = with_key(&pem()).replace("\"k1\"", value);
        let message = rejection(&file);
        assert!(
            message.starts_with("key_id: expected a string") && message.ends_with(says),
            "{value}: {message}"
        );
    }
}

//! Private keys: each accepted form, and the error message of each fault.

use base64ct::{Base64, Encoding};
use rsa::{
    RsaPrivateKey,
    pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding},
    rand_core::OsRng,
};
use voximplant_sms_history::token::{Credentials, PrivateKey};

use super::{
    credentials::{pem, rejection, with_key},
    keys,
};

/// Puts the bytes of a PEM under another label and header.
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

#[test]
fn all_forms_of_line_breaks_are_accepted() {
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
        // The RSA library encodes a PKCS#1 key as PKCS#8 in the same bytes.
        assert_eq!(
            credentials.private_key().pkcs8_der(),
            keys::key().to_pkcs8_der().unwrap().as_bytes()
        );
    }
}

#[test]
fn plus_signs_that_form_decoding_turned_into_spaces_are_restored() {
    for pem in [pem(), keys::pkcs1(), keys::pkcs8(LineEnding::CRLF)] {
        assert!(pem.contains('+'));
        let expected = PrivateKey::from_pem(&pem).unwrap();
        for decoded in [
            pem.replace('+', " "),
            pem.replace('+', " ").replace('\n', "\\n"),
        ] {
            let key = PrivateKey::from_pem(&decoded).unwrap();
            assert_eq!(key.pkcs8_der(), expected.pkcs8_der());
        }
        // One that is cut off, too, is not repaired.
        let cut_off = pem.replacen('+', "", 1).replace('+', " ");
        assert!(PrivateKey::from_pem(&cut_off).is_err());
    }
}

#[test]
fn the_label_of_the_other_structure_is_accepted() {
    let (pkcs1, pkcs8) = (keys::pkcs1(), keys::pkcs8(LineEnding::LF));
    let relabelled = [
        relabel(&pkcs8, "RSA PRIVATE KEY", ""),
        pkcs1.replace("RSA PRIVATE KEY", "PRIVATE KEY"),
    ];
    let expected = PrivateKey::from_pem(&pkcs8).unwrap();
    for pem in relabelled {
        let key = PrivateKey::from_pem(&pem).unwrap();
        assert_eq!(key.pkcs8_der(), expected.pkcs8_der());
    }
}

#[test]
fn each_fault_of_a_key_has_its_own_message() {
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
        (String::from("secret"), "text without a -----BEGIN line"),
        (bare, "text without a -----BEGIN line"),
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
            "an encrypted key; decrypt it: openssl pkcs8",
        ),
        (
            relabel(
                &keys::pkcs1(),
                "RSA PRIVATE KEY",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
            ),
            "an encrypted key; decrypt it: openssl pkcs8",
        ),
        (
            good.replace("-----END PRIVATE KEY-----", ""),
            "without its END line; the key is cut off",
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
            "an empty PEM",
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
        (good.replacen(lines[3], "====", 1), "invalid base64"),
        (
            good.replacen(lines[lines.len() - 2], "", 1),
            "DER that ends too early",
        ),
        (
            good.replacen(lines[1], &format!("AAAA{}", lines[1]), 1),
            "DER that is not a private key",
        ),
        (
            multi_prime(),
            "got an RSA key with more than two primes; create one with two",
        ),
        (
            small.to_string(),
            "an RSA key of at least 2048 bits in PEM (PKCS#8 or PKCS#1), got an RSA key of 1024 bits",
        ),
        (
            der_pem(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
            "got an EC key",
        ),
        (der_pem(&[0x2b, 0x65, 0x70]), "got an Ed25519 key"),
        (
            der_pem(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a]),
            "got an RSA-PSS key",
        ),
        (der_pem(&[0x2a, 0x03]), "a key of another algorithm"),
    ] {
        let message = rejection(&with_key(&key));
        assert!(
            message.starts_with("private_key: expected ") && message.contains(says),
            "wanted {says:?}: {message}"
        );
    }
}

/// A PKCS#1 key whose version, 1, says that it has more than two primes.
fn multi_prime() -> String {
    let pem = keys::pkcs1();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut der = Base64::decode_vec(&body).unwrap();
    assert_eq!(der[4..7], [2, 1, 0]);
    der[6] = 1;
    format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
        Base64::encode_string(&der)
    )
}

/// A PKCS#8 of version 0 with this algorithm and a key of four zero bytes.
fn der_pem(oid: &[u8]) -> String {
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
fn every_truncation_of_a_key_is_rejected() {
    let der = keys::key().to_pkcs8_der().unwrap();
    for end in 0..der.as_bytes().len() {
        let body = Base64::encode_string(&der.as_bytes()[..end]);
        let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
        let message = rejection(&with_key(&key));
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
    assert!(rejection(&with_key(&key)).contains("more bytes than its DER structure"));
}

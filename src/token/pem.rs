//! The private key: PEM text to PKCS#8 bytes, with an error for each way in which a key is commonly wrong.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::der;
use crate::error::{ErrorKind, SmsHistoryError};

/// An RSA private key of at least 2048 bits, as PKCS#8 DER. Wiped from memory when dropped; `Debug` shows nothing.
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Reads a PEM with the label `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1).
    ///
    /// Line breaks may be of any kind, missing, or written as the two characters `\n`. Text around the PEM is ignored.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`], which says what is wrong (no PEM, another label, encrypted, damaged, not RSA, under
    /// 2048 bits) and never quotes the key.
    pub fn from_pem(text: &str) -> Result<Self, SmsHistoryError> {
        let (label, body) = split(text).map_err(refuse)?;
        // Before PKCS#8, OpenSSL marked an encrypted key by a header inside of the PEM.
        if label == "ENCRYPTED PRIVATE KEY" || cut(body, ",ENCRYPTED").is_some() {
            return Err(refuse(
                "is encrypted; decrypt it: openssl pkcs8 -topk8 -nocrypt -in encrypted.pem -out private_key.pem",
            ));
        }
        let bytes = decode(body).map_err(refuse)?;
        match label {
            "PRIVATE KEY" => {
                der::check_pkcs8(&bytes).map_err(refuse)?;
                Ok(Self(bytes))
            }
            "RSA PRIVATE KEY" => {
                der::check_pkcs1(&bytes).map_err(refuse)?;
                Ok(Self(der::pkcs8_from_pkcs1(&bytes)))
            }
            other => Err(refuse(format!(
                "is a PEM with the label \"{other}\"; \"PRIVATE KEY\" (PKCS#8) or \"RSA PRIVATE KEY\" (PKCS#1) was expected"
            ))),
        }
    }

    /// The key as PKCS#8 DER, for a signer to import.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

fn refuse(what: impl fmt::Display) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::Credentials, format!("the private_key {what}"))
}

/// Labels that turn up where a private key was meant. Others are not named: in a damaged PEM the place of the label may
/// hold a part of the key.
const LABELS: [&str; 12] = [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "EC PRIVATE KEY",
    "EC PARAMETERS",
    "DSA PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "CERTIFICATE",
    "CERTIFICATE REQUEST",
    "PGP PRIVATE KEY BLOCK",
];

/// The label and what stands between the BEGIN and END lines.
fn split(text: &str) -> Result<(&'static str, &str), &'static str> {
    const DASHES: &str = "-----";
    let (_, from_label) = cut(text, "-----BEGIN ")
        .ok_or("is not a PEM; a text that starts with -----BEGIN PRIVATE KEY----- was expected")?;
    let (label, rest) =
        cut(from_label, DASHES).ok_or("has a BEGIN line that does not end in -----")?;
    let label = LABELS
        .into_iter()
        .find(|known| *known == label)
        .ok_or("is a PEM with an unknown label; \"PRIVATE KEY\" (PKCS#8) or \"RSA PRIVATE KEY\" (PKCS#1) was expected")?;
    let (body, end) = cut(rest, "-----END ").ok_or("is cut off: its END line is missing")?;
    if !end
        .strip_prefix(label)
        .is_some_and(|end| end.starts_with(DASHES))
    {
        return Err("has an END line that does not match its BEGIN line");
    }
    Ok((label, body))
}

/// What stands before and after a mark: `split_once`, whose search for texts would be a kilobyte of what ships.
fn cut<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let mut windows = text.as_bytes().windows(mark.len());
    let at = windows.position(|window| window == mark.as_bytes())?;
    let (before, from) = text.split_at_checked(at)?;
    Some((before, from.strip_prefix(mark)?))
}

/// The bytes of a PEM's body.
fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let mut base64 = Zeroizing::new(String::with_capacity(body.len()));
    let mut rest = body.chars().filter(|c| !c.is_ascii_whitespace()).peekable();
    while let Some(c) = rest.next() {
        // An environment variable or a second JSON.stringify leaves line breaks as a backslash and an `n`. Base64 has no
        // backslash, so this can't be anything else.
        if c == '\\' {
            rest.next_if(|escaped| matches!(escaped, 'n' | 'r'));
        } else if c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=') {
            base64.push(c);
        } else {
            return Err("has a character that is not base64");
        }
    }
    if base64.is_empty() {
        return Err("is a PEM with nothing in it");
    }
    if !base64.len().is_multiple_of(4) {
        return Err("is cut off or damaged: the length of its base64 is not a multiple of 4");
    }
    // Decoded in constant time: key bytes don't choose table entries.
    Base64::decode_vec(&base64)
        .map(Zeroizing::new)
        .map_err(|_| "is damaged: it is not valid base64")
}

//! The private key: PEM text to PKCS#8 DER, with one error message for each common fault of a key.
//!
//! The DER is read by own code, because the check covers eleven elements. The crates `pkcs8` and `pkcs1` add 6.7 KB to
//! the WebAssembly of `edge` (brotli). Their errors do not name the algorithm or the size of an unsuitable key.

use std::{borrow::Cow, fmt, iter};

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::unwrap::{self, PEM_BEGIN};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    text,
};

/// An RSA private key of at least 2048 bits, as PKCS#8 DER. Dropping it wipes its memory. `Debug` shows none of it.
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Reads a PEM with the label `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1).
    ///
    /// Line breaks may have any form, be missing, or be the two characters `\n`. Text around the PEM is ignored. The PEM may
    /// be encoded as base64 or percent-encoded. Plus signs may have become spaces.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] for text without a PEM, another label, an encrypted or damaged key, another algorithm,
    /// and fewer than 2048 bits. The message never quotes the key.
    pub fn from_pem(text: &str) -> Result<Self, SmsHistoryError> {
        Self::parse(text).map_err(|got| {
            SmsHistoryError::new(
                ErrorKind::Credentials,
                format!(
                    "private_key: expected an RSA key of at least {MIN_BITS} bits in PEM (PKCS#8 or PKCS#1), got {got}"
                ),
            )
        })
    }

    fn parse(text: &str) -> Result<Self, Shape> {
        let unwrapped = if text::contains(text, PEM_BEGIN) {
            None
        } else {
            unwrap::unwrap(text)
        };
        let (label, body) = split_pem(unwrapped.as_deref().map_or(text, String::as_str))?;
        // OpenSSL marks an encrypted PKCS#1 key by a header inside of the PEM.
        if label == "ENCRYPTED PRIVATE KEY" || text::contains(body, ",ENCRYPTED") {
            return Err(
                "an encrypted key; decrypt it: openssl pkcs8 -topk8 -nocrypt -in encrypted.pem -out private_key.pem"
                    .into(),
            );
        }
        let key = Self::from_body(label, body);
        if key.is_ok() {
            return key;
        }
        // Form decoding turns each plus sign into a space. A whole key inside proves it.
        Self::from_body(label, &unwrap::replace(body, ' ', '+')).or(key)
    }

    fn from_body(label: &str, body: &str) -> Result<Self, Shape> {
        let der = decode_body(body)?;
        // The label of a PEM that was made by hand may be that of the other structure.
        let is_pkcs8 = match label {
            "PRIVATE KEY" => check_pkcs1(&der).is_err(),
            "RSA PRIVATE KEY" => check_pkcs8(&der).is_ok(),
            other => return Err(format!("a PEM with the label \"{other}\"").into()),
        };
        if is_pkcs8 {
            check_pkcs8(&der)?;
            Ok(Self(der))
        } else {
            check_pkcs1(&der)?;
            Ok(Self(pkcs8_from_pkcs1(&der)))
        }
    }

    /// The key as PKCS#8 DER, for a signer to import.
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.0
    }

    /// The modulus and the public exponent, as big-endian integers without leading zeros.
    #[cfg(target_family = "wasm")]
    pub(crate) fn public_parts(&self) -> [&[u8]; 2] {
        check_pkcs8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// The part of an error message after `got`: a description of the unsuitable key, with its fix.
type Shape = Cow<'static, str>;

/// The labels that an error message may name. A damaged PEM may have a part of the key in the label's position.
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

/// Returns the label and the text between the BEGIN and END lines.
fn split_pem(text: &str) -> Result<(&'static str, &str), &'static str> {
    const DASHES: &str = "-----";
    let (_, rest) = text::split_around(text, PEM_BEGIN)
        .ok_or("text without a -----BEGIN line; pass the whole PEM")?;
    let (label, rest) =
        text::split_around(rest, DASHES).ok_or("a BEGIN line that does not end in -----")?;
    let label = LABELS
        .into_iter()
        .find(|known| *known == label)
        .ok_or("a PEM with an unknown label")?;
    let (body, end) = text::split_around(rest, "-----END ")
        .ok_or("a PEM without its END line; the key is cut off")?;
    let end = end.strip_prefix(label).unwrap_or_default();
    if !end.starts_with(DASHES) {
        return Err("an END line that does not match the BEGIN line");
    }
    Ok((label, body))
}

/// Decodes the text between the BEGIN and END lines.
fn decode_body(body: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let base64 = unwrap::strip_base64(body)
        .ok_or("a character that is not base64 in the PEM; the key is damaged")?;
    if base64.is_empty() {
        return Err("an empty PEM");
    }
    if !base64.len().is_multiple_of(4) {
        return Err("base64 whose length is not a multiple of 4; the key is cut off or damaged");
    }
    // base64ct decodes in constant time: the bytes of the key select no entries of a table.
    Base64::decode_vec(&base64)
        .map(Zeroizing::new)
        .map_err(|_| "invalid base64 in the PEM; the key is damaged")
}

/// The smallest key that RFC 7518 §3.3 allows for RS256.
const MIN_BITS: usize = 2048;

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// The number of integers after the public exponent of an RSA private key (RFC 8017 §A.1.2). They are the private exponent, two
/// primes, and three for the Chinese remainder theorem.
const PRIVATE_INTEGERS: usize = 6;

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.113549.1.1.10: a key for RSASSA-PSS only.
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
/// 1.2.840.10045.2.1.
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.3.101.112.
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

const CUT_OFF: Shape = Cow::Borrowed("DER that ends too early; the key is cut off");
const DAMAGED: Shape = Cow::Borrowed("DER that is not a private key; the key is damaged");

/// Checks that a PKCS#8 structure (RFC 5208 §5) holds a whole RSA key of sufficient size. Returns the key's public parts.
fn check_pkcs8(der: &[u8]) -> Result<[&[u8]; 2], Shape> {
    let mut info = only_element(der)?;
    element(&mut info, INTEGER)?;
    let mut algorithm = element(&mut info, SEQUENCE)?;
    Err(match element(&mut algorithm, OBJECT_ID)? {
        RSA => return check_pkcs1(element(&mut info, OCTET_STRING)?),
        RSA_PSS => "an RSA-PSS key".into(),
        EC => "an EC key".into(),
        ED25519 => "an Ed25519 key".into(),
        _ => "a key of another algorithm".into(),
    })
}

/// Checks that a PKCS#1 structure holds a whole RSA key of sufficient size. Returns its modulus and public exponent.
fn check_pkcs1(der: &[u8]) -> Result<[&[u8]; 2], Shape> {
    let mut key = only_element(der)?;
    // Version 1 (RFC 8017 §A.1.2), which WebCrypto does not import.
    if element(&mut key, INTEGER)? == [1] {
        return Err("an RSA key with more than two primes; create one with two".into());
    }
    let modulus = unsigned(&mut key)?;
    let unused_bits = modulus.first().map_or(0, |first| first.leading_zeros());
    let bits = modulus.len() * 8 - unused_bits as usize;
    if bits < MIN_BITS {
        return Err(format!("an RSA key of {bits} bits; create a larger one").into());
    }
    let exponent = unsigned(&mut key)?;
    for _ in 0..PRIVATE_INTEGERS {
        element(&mut key, INTEGER)?;
    }
    if key.is_empty() {
        Ok([modulus, exponent])
    } else {
        Err(DAMAGED)
    }
}

/// Removes the first element, an integer, and returns it without the zero byte that DER puts before a set first bit.
fn unsigned<'a>(der: &mut &'a [u8]) -> Result<&'a [u8], Shape> {
    let mut integer = element(der, INTEGER)?;
    while let [0, rest @ ..] = integer {
        integer = rest;
    }
    Ok(integer)
}

/// Wraps a PKCS#1 key, the form of older OpenSSL, as PKCS#8, the only form that WebCrypto imports.
fn pkcs8_from_pkcs1(der: &[u8]) -> Zeroizing<Vec<u8>> {
    // Version 0, and rsaEncryption with the parameter NULL.
    let mut head = vec![INTEGER, 1, 0, SEQUENCE, 0x0d, OBJECT_ID, 0x09];
    head.extend_from_slice(RSA);
    head.extend_from_slice(&[0x05, 0x00, OCTET_STRING]);
    head.extend(der_length(der.len()));
    let mut info = Zeroizing::new(Vec::with_capacity(head.len() + der.len() + 9));
    info.push(SEQUENCE);
    info.extend(der_length(head.len() + der.len()));
    info.extend_from_slice(&head);
    info.extend_from_slice(der);
    info
}

/// Encodes a length of at least 128, which every checked key has, as DER: the count of its bytes, then the bytes.
fn der_length(value: usize) -> impl Iterator<Item = u8> {
    let bytes = value
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0);
    iter::once(0x80 | bytes.clone().count() as u8).chain(bytes)
}

/// Returns the content of a sequence that nothing follows.
fn only_element(mut der: &[u8]) -> Result<&[u8], Shape> {
    let content = element(&mut der, SEQUENCE)?;
    if der.is_empty() {
        Ok(content)
    } else {
        Err("more bytes than its DER structure; the key is damaged".into())
    }
}

/// Removes the first element, which must have this tag, and returns its content.
fn element<'a>(der: &mut &'a [u8], tag: u8) -> Result<&'a [u8], Shape> {
    let (found, rest) = der.split_first().ok_or(CUT_OFF)?;
    if *found != tag {
        return Err(DAMAGED);
    }
    let (first, rest) = rest.split_first().ok_or(CUT_OFF)?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // Three bytes describe up to 16 MB, more than any key.
        0x81..=0x83 => {
            let (bytes, rest) = rest
                .split_at_checked(usize::from(first & 0x7f))
                .ok_or(CUT_OFF)?;
            let length = bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return Err(DAMAGED),
    };
    let (content, rest) = rest.split_at_checked(length).ok_or(CUT_OFF)?;
    *der = rest;
    Ok(content)
}

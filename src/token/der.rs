//! What is inside a private key's DER: the algorithm, the size, and nothing missing.
//!
//! Own code instead of the crates `pkcs1` and `pkcs8`: a check of eleven elements needs none of what these bring
//! along, and they made the wasm larger by 5 KB (brotli).

use std::borrow::Cow;

use zeroize::Zeroizing;

/// The smallest key that is accepted, as RFC 7518 §3.3 demands of RS256.
const MIN_BITS: usize = 2048;

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// What an RSA private key has after its version and its modulus: two exponents, two primes, and three numbers for the
/// Chinese remainder theorem (RFC 8017 §A.1.2).
const NUMBERS_AFTER_MODULUS: usize = 7;

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// 1.2.840.113549.1.1.10: a key that may sign by another scheme only.
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
/// 1.2.840.10045.2.1.
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.3.101.112.
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

type What = Cow<'static, str>;

const CUT_OFF: What = Cow::Borrowed("is cut off: its DER ends too early");
const DAMAGED: What = Cow::Borrowed("is damaged: its DER is not that of a private key");

/// Checks that a PKCS#8 structure (RFC 5208 §5) holds a whole RSA key of sufficient size.
pub(super) fn check_pkcs8(der: &[u8]) -> Result<(), What> {
    let mut info = only_element(der)?;
    element(&mut info, INTEGER)?;
    let mut algorithm = element(&mut info, SEQUENCE)?;
    let kind = match element(&mut algorithm, OBJECT_ID)? {
        RSA => return check_pkcs1(element(&mut info, OCTET_STRING)?),
        RSA_PSS => "an RSA-PSS key",
        EC => "an EC key",
        ED25519 => "an Ed25519 key",
        _ => "a key of another algorithm",
    };
    Err(format!("is not an RSA key but {kind}; RS256 needs an RSA key").into())
}

/// Checks the same of a PKCS#1 structure, which has nothing but an RSA key.
pub(super) fn check_pkcs1(der: &[u8]) -> Result<(), What> {
    let mut key = only_element(der)?;
    element(&mut key, INTEGER)?;
    let mut modulus = element(&mut key, INTEGER)?;
    // A positive number whose first bit is set has a zero byte before it.
    while let [0, rest @ ..] = modulus {
        modulus = rest;
    }
    let bits = modulus.len() * 8
        - modulus
            .first()
            .map_or(0, |first| first.leading_zeros() as usize);
    if bits < MIN_BITS {
        return Err(format!("is an RSA key of {bits} bits; at least {MIN_BITS} are needed").into());
    }
    for _ in 0..NUMBERS_AFTER_MODULUS {
        element(&mut key, INTEGER)?;
    }
    if key.is_empty() { Ok(()) } else { Err(DAMAGED) }
}

/// Wraps a PKCS#1 key, the form of older OpenSSL, as PKCS#8, the only one that WebCrypto imports.
pub(super) fn pkcs8_from_pkcs1(der: &[u8]) -> Zeroizing<Vec<u8>> {
    // Version 0, and rsaEncryption with its parameter NULL.
    let mut head = vec![INTEGER, 1, 0, SEQUENCE, 0x0d, OBJECT_ID, 0x09];
    head.extend_from_slice(RSA);
    head.extend_from_slice(&[0x05, 0x00, OCTET_STRING]);
    head.extend(length(der.len()));
    let mut info = Zeroizing::new(Vec::with_capacity(head.len() + der.len() + 9));
    info.push(SEQUENCE);
    info.extend(length(head.len() + der.len()));
    info.extend_from_slice(&head);
    info.extend_from_slice(der);
    info
}

/// A length of 256 bytes or more (a checked key is longer) in DER: how many bytes it takes, then these.
fn length(value: usize) -> impl Iterator<Item = u8> {
    let bytes = value
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0);
    std::iter::once(0x80 | bytes.clone().count() as u8).chain(bytes)
}

/// The content of a sequence that is all there is.
fn only_element(mut der: &[u8]) -> Result<&[u8], What> {
    let content = element(&mut der, SEQUENCE)?;
    if der.is_empty() {
        Ok(content)
    } else {
        Err("has more bytes than its DER structure".into())
    }
}

/// Takes the first element off, which must have this tag, and gives its content.
fn element<'a>(der: &mut &'a [u8], tag: u8) -> Result<&'a [u8], What> {
    let (found, rest) = der.split_first().ok_or(CUT_OFF)?;
    if *found != tag {
        return Err(DAMAGED);
    }
    let (first, rest) = rest.split_first().ok_or(CUT_OFF)?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        // No key needs a length of more than three bytes (16 MB).
        0x81..=0x83 => {
            let (bytes, rest) = rest
                .split_at_checked(usize::from(first & 0x7f))
                .ok_or(CUT_OFF)?;
            (
                bytes
                    .iter()
                    .fold(0, |length, byte| length << 8 | usize::from(*byte)),
                rest,
            )
        }
        _ => return Err(DAMAGED),
    };
    let (content, rest) = rest.split_at_checked(length).ok_or(CUT_OFF)?;
    *der = rest;
    Ok(content)
}

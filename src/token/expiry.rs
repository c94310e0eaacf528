//! When a token ends, as the token itself says. It is read for caching alone: nothing here trusts or verifies a token.

use crate::clock::EpochMillis;

/// The moment in a JWT's `exp` claim, or `None` when the token is not a JWT, or has no `exp` that is a plain number.
pub(super) fn expires_at(token: &str) -> Option<EpochMillis> {
    let payload = token.split('.').nth(1)?;
    let claims = decoded(payload)?;
    top_level_exp(&claims)?.checked_mul(1000)
}

/// The bytes of base64url without padding (RFC 7515 §2). Bits that are left over are not looked at. Not by base64ct, which
/// reads keys in constant time: claims are no secret, and it would be a kilobyte of the compressed wasm.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in text.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    Some(bytes)
}

/// Finds `"exp": <digits>` in the outermost object. The claims are not validated as JSON: a token that is damaged is
/// refused by the API, and all that is at stake here is whether it is asked for again.
fn top_level_exp(json: &[u8]) -> Option<i64> {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let start = at + 1;
                at = end_of_string(json, start)?;
                if depth == 1 && json.get(start..at)? == b"exp" {
                    let after = json.get(at + 1..)?.trim_ascii_start();
                    if let Some(value) = after.strip_prefix(b":") {
                        return whole_seconds(value.trim_ascii_start());
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The index of the closing quote.
fn end_of_string(json: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match json.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A `NumericDate` (RFC 7519 §2) without its fraction. One with an exponent is not read: nobody writes it.
fn whole_seconds(value: &[u8]) -> Option<i64> {
    let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
    let (seconds, rest) = value.split_at_checked(digits)?;
    if matches!(rest.first(), Some(b'e' | b'E')) {
        return None;
    }
    std::str::from_utf8(seconds).ok()?.parse().ok()
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes: Vec<u8>) {
            prop_assert_eq!(decoded(&Base64UrlUnpadded::encode_string(&bytes)), Some(bytes));
        }

        #[test]
        fn other_characters_are_refused(before in "[A-Za-z0-9_-]{0,9}", other in "[^A-Za-z0-9_-]") {
            prop_assert_eq!(decoded(&(before + &other)), None);
        }
    }
}

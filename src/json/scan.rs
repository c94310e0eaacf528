//! Finds the end of a run of plain string bytes.

/// The first byte from `at` on that ends a run of plain string bytes (a quote, a backslash, or a control character), or
/// the length of `text`.
#[inline]
pub(super) fn plain_run_end(text: &[u8], mut at: usize) -> usize {
    #[cfg(target_feature = "simd128")]
    {
        use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u64x2, v128_or};
        while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
            let [low, high] = halves(chunk);
            let bytes = u64x2(low, high);
            let quote = u8x16_eq(bytes, u8x16_splat(b'"'));
            let backslash = u8x16_eq(bytes, u8x16_splat(b'\\'));
            let control = u8x16_lt(bytes, u8x16_splat(0x20));
            let found = u8x16_bitmask(v128_or(v128_or(quote, backslash), control));
            if found != 0 {
                return at + found.trailing_zeros() as usize;
            }
            at += 16;
        }
    }
    #[cfg(not(target_feature = "simd128"))]
    while let Some(chunk) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let found = special_bytes(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&byte) = text.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(target_feature = "simd128")]
#[inline]
fn halves(chunk: &[u8; 16]) -> [u64; 2] {
    let mut low = [0; 8];
    let mut high = [0; 8];
    low.copy_from_slice(&chunk[..8]);
    high.copy_from_slice(&chunk[8..]);
    [u64::from_le_bytes(low), u64::from_le_bytes(high)]
}

/// The high bit of every byte that ends a run. Only the lowest one is exact: a borrow may set further ones above it.
#[cfg(not(target_feature = "simd128"))]
#[inline]
fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    control | zero_in(word ^ (ONES * b'"' as u64)) | zero_in(word ^ (ONES * b'\\' as u64))
}

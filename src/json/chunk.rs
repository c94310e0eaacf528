//! Sixteen bytes of a text, looked at all at once.

/// How many bytes are looked at.
pub(super) const LANES: usize = 16;

/// Sixteen bytes. Each question is answered by a number with one bit a byte, the first byte's lowest.
#[derive(Clone, Copy)]
pub(super) struct Chunk(pub(super) [u8; LANES]);

impl Chunk {
    /// The bytes from `at` on, if there are as many.
    #[inline(always)]
    pub(super) fn at(text: &[u8], at: usize) -> Option<Self> {
        Some(Self(*text.get(at..)?.first_chunk()?))
    }

    /// The bytes from `at` on, of which there are too few, and zeros.
    #[cfg(any(target_family = "wasm", test))]
    #[cold]
    fn last(text: &[u8], at: usize) -> Self {
        let mut bytes = text.get(at..).unwrap_or_default().iter().copied();
        Self(std::array::from_fn(|_| bytes.next().unwrap_or(0)))
    }
}

#[cfg(target_feature = "simd128")]
impl Chunk {
    /// The bytes that end a run of plain string bytes: a quote, a backslash, a control character.
    #[inline(always)]
    pub(super) fn ends_of_plain(self) -> u32 {
        use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128_or};
        let bytes = bytemuck::must_cast(self.0);
        let quote = u8x16_eq(bytes, u8x16_splat(b'"'));
        let backslash = u8x16_eq(bytes, u8x16_splat(b'\\'));
        let control = u8x16_lt(bytes, u8x16_splat(0x20));
        u32::from(u8x16_bitmask(v128_or(v128_or(quote, backslash), control)))
    }

    /// The bytes that go on with a character; and those that begin one of four bytes.
    #[inline(always)]
    fn of_characters(self) -> (u32, u32) {
        use std::arch::wasm32::{i8x16_lt, i8x16_splat, u8x16_bitmask, u8x16_ge, u8x16_splat};
        let bytes = bytemuck::must_cast(self.0);
        // As signed numbers, 0x80 to 0xbf are the least.
        let goes_on = u8x16_bitmask(i8x16_lt(bytes, i8x16_splat(-0x40)));
        let of_four = u8x16_bitmask(u8x16_ge(bytes, u8x16_splat(0xf0)));
        (u32::from(goes_on), u32::from(of_four))
    }

    /// The bytes that are no digits.
    #[inline(always)]
    pub(super) fn no_digits(self) -> u32 {
        use std::arch::wasm32::{u8x16_bitmask, u8x16_gt, u8x16_splat, u8x16_sub};
        let bytes = u8x16_sub(bytemuck::must_cast(self.0), u8x16_splat(b'0'));
        u32::from(u8x16_bitmask(u8x16_gt(bytes, u8x16_splat(9))))
    }
}

#[cfg(not(target_feature = "simd128"))]
impl Chunk {
    /// The bytes that end a run of plain string bytes: a quote, a backslash, a control character.
    #[inline(always)]
    pub(super) fn ends_of_plain(self) -> u32 {
        self.which(|byte| (byte == b'"') | (byte == b'\\') | (byte < 0x20))
    }

    /// The bytes that go on with a character; and those that begin one of four bytes.
    #[cfg(test)]
    fn of_characters(self) -> (u32, u32) {
        let goes_on = self.which(|byte| byte & 0xc0 == 0x80);
        (goes_on, self.which(|byte| byte >= 0xf0))
    }

    /// The bytes that are no digits.
    #[inline(always)]
    pub(super) fn no_digits(self) -> u32 {
        self.which(|byte| byte.wrapping_sub(b'0') > 9)
    }

    #[inline(always)]
    fn which(self, is: impl Fn(u8) -> bool) -> u32 {
        let bits = self.0.iter().enumerate();
        bits.fold(0, |bits, (at, &byte)| bits | u32::from(is(byte)) << at)
    }
}

/// The first byte from `at` on that ends a run of plain string bytes, or the length of `text`.
#[inline]
pub(super) fn plain_run_end(text: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = Chunk::at(text, at) {
        let found = chunk.ends_of_plain();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += LANES;
    }
    while let Some(&byte) = text.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// How many UTF-16 code units a part of a text has: one for every character, and two for those of four bytes.
#[cfg(any(target_family = "wasm", test))]
pub(crate) fn utf16_length(text: &[u8], mut from: usize, to: usize) -> u32 {
    let mut units = 0;
    while from < to {
        let chunk = Chunk::at(text, from).unwrap_or_else(|| Chunk::last(text, from));
        let (goes_on, of_four) = chunk.of_characters();
        let length = LANES.min(to - from);
        let counted = u32::MAX >> (32 - length);
        units += length as u32 - (goes_on & counted).count_ones();
        units += (of_four & counted).count_ones();
        from += length;
    }
    units
}

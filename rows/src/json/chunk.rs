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
        use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_splat, v128_or};
        let bytes = bytemuck::must_cast(self.0);
        let quote = u8x16_eq(bytes, u8x16_splat(b'"'));
        let backslash = u8x16_eq(bytes, u8x16_splat(b'\\'));
        // Engines have fewer instructions for "at most" than for "below".
        let control = u8x16_le(bytes, u8x16_splat(0x1f));
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
        use std::arch::wasm32::{u8x16_bitmask, u8x16_ge, u8x16_splat, u8x16_sub};
        let bytes = u8x16_sub(bytemuck::must_cast(self.0), u8x16_splat(b'0'));
        u32::from(u8x16_bitmask(u8x16_ge(bytes, u8x16_splat(10))))
    }
}

/// By words of 64 bits. Each answer has the lowest bit that it should have, and no other: nobody asks for more.
#[cfg(not(target_feature = "simd128"))]
impl Chunk {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

    /// The first byte that ends a run of plain string bytes: a quote, a backslash, a control character.
    #[inline(always)]
    pub(super) fn ends_of_plain(self) -> u32 {
        // A borrow may mark further bytes, behind the first.
        self.first(|word| {
            let below = |word: u64, limit: u64| word.wrapping_sub(Self::ONES * limit) & !word;
            let is = |byte: u8| below(word ^ (Self::ONES * u64::from(byte)), 1);
            below(word, 0x20) | is(b'"') | is(b'\\')
        })
    }

    /// The first byte that is no digit.
    #[inline(always)]
    pub(super) fn no_digits(self) -> u32 {
        self.first(|word| {
            let word = word ^ (Self::ONES * 0x30);
            word.wrapping_add(Self::ONES * 0x76) | word
        })
    }

    /// The bytes that go on with a character; and those that begin one of four bytes.
    fn of_characters(self) -> (u32, u32) {
        let which = |is: fn(u8) -> bool| {
            let bytes = self.0.into_iter().rev();
            bytes.fold(0, |bits, byte| bits << 1 | u32::from(is(byte)))
        };
        (
            which(|byte| byte & 0xc0 == 0x80),
            which(|byte| byte >= 0xf0),
        )
    }

    #[inline(always)]
    fn first(self, mark: impl Fn(u64) -> u64) -> u32 {
        let halves = u128::from_le_bytes(self.0);
        let (low, high) = (halves as u64, (halves >> 64) as u64);
        match (mark(low) & Self::HIGHS, mark(high) & Self::HIGHS) {
            (0, 0) => 0,
            (0, high) => 1 << (8 + high.trailing_zeros() / 8),
            (low, _) => 1 << (low.trailing_zeros() / 8),
        }
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

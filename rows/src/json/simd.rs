//! Classifies sixteen bytes of a text at once, by SIMD in WebAssembly and by 64-bit words elsewhere.

/// The bytes of a block.
pub(super) const LANES: usize = 16;

/// Sixteen bytes. A mask has one bit for each byte, the lowest bit for the first byte.
#[derive(Clone, Copy)]
pub(super) struct Block16(pub(super) [u8; LANES]);

impl Block16 {
    /// The sixteen bytes from `at` on. `None` when the text ends before.
    #[inline(always)]
    pub(super) fn at(text: &[u8], at: usize) -> Option<Self> {
        Some(Self(*text.get(at..)?.first_chunk()?))
    }

    /// The rest of the text from `at` on, padded with zeros.
    #[cold]
    fn padded(text: &[u8], at: usize) -> Self {
        let mut bytes = text.get(at..).unwrap_or_default().iter().copied();
        Self(std::array::from_fn(|_| bytes.next().unwrap_or(0)))
    }
}

#[cfg(target_feature = "simd128")]
impl Block16 {
    /// Marks the bytes that end a run of plain string bytes: quotes, backslashes and control characters.
    #[inline(always)]
    pub(super) fn string_end_mask(self) -> u32 {
        use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_splat, v128_or};
        let bytes = bytemuck::must_cast(self.0);
        let quote = u8x16_eq(bytes, u8x16_splat(b'"'));
        let backslash = u8x16_eq(bytes, u8x16_splat(b'\\'));
        // Engines have fewer instructions for "at most" than for "below".
        let control = u8x16_le(bytes, u8x16_splat(0x1f));
        u32::from(u8x16_bitmask(v128_or(v128_or(quote, backslash), control)))
    }

    /// Marks the continuation bytes of UTF-8, and the first bytes of four-byte characters.
    #[inline(always)]
    fn utf8_masks(self) -> (u32, u32) {
        use std::arch::wasm32::{i8x16_lt, i8x16_splat, u8x16_bitmask, u8x16_ge, u8x16_splat};
        let bytes = bytemuck::must_cast(self.0);
        // As signed numbers, 0x80 to 0xbf are the lowest.
        let continuation = u8x16_bitmask(i8x16_lt(bytes, i8x16_splat(-0x40)));
        let four_byte = u8x16_bitmask(u8x16_ge(bytes, u8x16_splat(0xf0)));
        (u32::from(continuation), u32::from(four_byte))
    }

    /// Marks the bytes that are not digits.
    #[inline(always)]
    pub(super) fn non_digit_mask(self) -> u32 {
        use std::arch::wasm32::{u8x16_bitmask, u8x16_ge, u8x16_splat, u8x16_sub};
        let bytes = u8x16_sub(bytemuck::must_cast(self.0), u8x16_splat(b'0'));
        u32::from(u8x16_bitmask(u8x16_ge(bytes, u8x16_splat(10))))
    }
}

/// By 64-bit words. The masks of the two searches have the lowest bit only, because no caller needs more.
#[cfg(not(target_feature = "simd128"))]
impl Block16 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

    /// Marks the first byte that ends a run of plain string bytes: a quote, a backslash or a control character.
    #[inline(always)]
    pub(super) fn string_end_mask(self) -> u32 {
        // A borrow may mark more bytes after the first.
        self.first_marked(|word| {
            let below = |word: u64, limit: u64| word.wrapping_sub(Self::ONES * limit) & !word;
            let is = |byte: u8| below(word ^ (Self::ONES * u64::from(byte)), 1);
            below(word, 0x20) | is(b'"') | is(b'\\')
        })
    }

    /// Marks the first byte that is not a digit.
    #[inline(always)]
    pub(super) fn non_digit_mask(self) -> u32 {
        self.first_marked(|word| {
            let word = word ^ (Self::ONES * 0x30);
            word.wrapping_add(Self::ONES * 0x76) | word
        })
    }

    /// Marks the continuation bytes of UTF-8, and the first bytes of four-byte characters.
    fn utf8_masks(self) -> (u32, u32) {
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
    fn first_marked(self, mark: impl Fn(u64) -> u64) -> u32 {
        let halves = u128::from_le_bytes(self.0);
        let (low, high) = (halves as u64, (halves >> 64) as u64);
        match (mark(low) & Self::HIGHS, mark(high) & Self::HIGHS) {
            (0, 0) => 0,
            (0, high) => 1 << (8 + high.trailing_zeros() / 8),
            (low, _) => 1 << (low.trailing_zeros() / 8),
        }
    }
}

/// Returns the index of the first byte from `at` on that ends a run of plain string bytes, or the length of `text`.
#[inline]
pub(super) fn plain_run_end(text: &[u8], mut at: usize) -> usize {
    while let Some(block) = Block16::at(text, at) {
        let found = block.string_end_mask();
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

/// Counts the UTF-16 code units of `text[from..to]`: two for a four-byte character, one for any other.
pub(crate) fn utf16_length(text: &[u8], mut from: usize, to: usize) -> u32 {
    let mut units = 0;
    while from < to {
        let block = Block16::at(text, from).unwrap_or_else(|| Block16::padded(text, from));
        let (continuation, four_byte) = block.utf8_masks();
        let length = LANES.min(to - from);
        let counted = u32::MAX >> (32 - length);
        units += length as u32 - (continuation & counted).count_ones();
        units += (four_byte & counted).count_ones();
        from += length;
    }
    units
}

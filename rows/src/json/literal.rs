//! Something that is expected next, compared by few wide loads.

/// A key or a word as servers write it, of at most 8 bytes for each of `WORDS`.
pub(crate) struct Literal<const WORDS: usize> {
    words: [u64; WORDS],
    masks: [u64; WORDS],
    pub(super) length: usize,
}

impl<const WORDS: usize> Literal<WORDS> {
    /// A string: a name of plain ASCII characters in quotes.
    pub(crate) const fn string(name: &str) -> Self {
        Self::EMPTY.and(b"\"").and(name.as_bytes()).and(b"\"")
    }

    /// What stands between a member's value and the next one's: a comma, the key, and a colon.
    pub(crate) const fn next_key(name: &str) -> Self {
        let key = Self::EMPTY.and(b",\"").and(name.as_bytes());
        key.and(b"\":")
    }

    const EMPTY: Self = Self {
        words: [0; WORDS],
        masks: [0; WORDS],
        length: 0,
    };

    const fn and(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            let (word, bit) = (self.length / 8, self.length % 8 * 8);
            self.words[word] |= (bytes[at] as u64) << bit;
            self.masks[word] |= 0xff << bit;
            self.length += 1;
            at += 1;
        }
        self
    }

    /// Whether a text has this at its beginning. False may also say that the text is about to end, or that the same is
    /// written in another way.
    #[inline(always)]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        let Some(ahead) = text.as_chunks().0.first_chunk::<WORDS>() else {
            return false;
        };
        !differ(ahead, &self.words, &self.masks)
    }
}

/// Whether bytes are others than the words, as far as the masks go. All three are as long.
#[cfg(target_feature = "simd128")]
#[inline(always)]
fn differ(bytes: &[[u8; 8]], words: &[u64], masks: &[u64]) -> bool {
    use bytemuck::must_cast;
    use std::arch::wasm32::{u64x2_splat, v128_and, v128_any_true, v128_or, v128_xor};
    let (pairs, last) = bytes.as_chunks::<2>();
    let (pairs_of_words, last_word) = words.as_chunks::<2>();
    let (pairs_of_masks, last_mask) = masks.as_chunks::<2>();
    let mut differing = u64x2_splat(0);
    for ((&bytes, &words), &masks) in pairs.iter().zip(pairs_of_words).zip(pairs_of_masks) {
        let of_pair = v128_xor(must_cast(bytes), must_cast(words));
        differing = v128_or(differing, v128_and(of_pair, must_cast(masks)));
    }
    (!pairs.is_empty() && v128_any_true(differing)) || differ_in_words(last, last_word, last_mask)
}

#[cfg(not(target_feature = "simd128"))]
use differ_in_words as differ;

#[inline(always)]
fn differ_in_words(bytes: &[[u8; 8]], words: &[u64], masks: &[u64]) -> bool {
    let each = bytes.iter().zip(words).zip(masks);
    let differing = each.map(|((bytes, word), mask)| (u64::from_le_bytes(*bytes) ^ word) & mask);
    differing.fold(0, |all, one| all | one) != 0
}

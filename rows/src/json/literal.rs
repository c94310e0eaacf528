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
        let mut differs = 0;
        for ((ahead, word), mask) in ahead.iter().zip(&self.words).zip(&self.masks) {
            differs |= (u64::from_le_bytes(*ahead) ^ word) & mask;
        }
        differs == 0
    }
}

//! The generator behind the data: SplitMix64, whose sequence never changes between releases of anything.

/// A sequence of numbers that depends on its seed alone.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5A4D_5342_4F58_0001))
    }

    /// The sequence that belongs to one message, whatever order the messages are asked for in.
    pub(crate) fn for_message(seed: u64, message_id: u64, purpose: u64) -> Self {
        Self(mix(
            mix(seed.rotate_left(17) ^ message_id).wrapping_add(purpose)
        ))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number in `0..limit`. The bias of the modulo is far below what test data could show.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let index = self.below(from.len() as u64) as usize;
        from[index]
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

//! Totals by key: the one map of a summary.
//!
//! Own code, because it wins over the standard map in both respects that count here: a summary is faster by a third, and
//! there is less of it to ship. Keys are bytes, so that texts and times share it.

use std::collections::BinaryHeap;

use crate::page::Totals;

/// Longer keys are cut, so that a bounded number of them takes bounded memory.
const MAX_KEY_BYTES: usize = 512;
/// Slots of an empty map. A power of two, as it is ever after.
const SLOTS: usize = 16;

/// Totals by key, each at the position at which its key was inserted.
pub(super) struct Tally {
    /// A hash's place, or the next free one after it: a position and one more, or 0. Half of them are free.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    /// All keys, one after another.
    keys: Vec<u8>,
}

/// What is known of a key.
pub(super) struct Entry {
    /// What its rows add up to.
    pub(super) totals: Totals,
    /// How many more messages the key may have had before it was inserted.
    pub(super) missed: u64,
    hash: u32,
    /// Where the key ends; it begins where the one before it ends.
    end: u32,
}

impl Entry {
    /// The highest number of messages that the key can have.
    pub(super) fn at_most(&self) -> u64 {
        self.totals.count + self.missed
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            slots: vec![0; SLOTS],
            entries: Vec::new(),
            keys: Vec::new(),
        }
    }
}

impl Tally {
    /// All keys, in the order of their positions.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The position of a key.
    pub(super) fn find(&self, key: &[u8]) -> Option<usize> {
        self.slot(key, hash(key)).ok()
    }

    /// Inserts a key that is not there.
    pub(super) fn insert(&mut self, key: &[u8], missed: u64) -> usize {
        if self.slots.len() <= self.entries.len() * 2 {
            self.grow();
        }
        let hash = hash(key);
        if let Err(slot) = self.slot(key, hash) {
            self.slots[slot] = self.entries.len() as u32 + 1;
        }
        self.keys.extend_from_slice(key);
        self.entries.push(Entry {
            totals: Totals::default(),
            missed,
            hash,
            // A hundred thousand short keys or ten thousand of 512 bytes are far from 2^32.
            end: self.keys.len() as u32,
        });
        self.entries.len() - 1
    }

    /// The totals of the key at a position.
    pub(super) fn totals(&mut self, position: usize) -> &mut Totals {
        &mut self.entries[position].totals
    }

    /// Forgets the keys that can't have more messages than this. Takes no further memory.
    pub(super) fn forget(&mut self, most: u64) {
        let (mut kept, mut start, mut end) = (0, 0, 0);
        for position in 0..self.entries.len() {
            let key = start..self.entries[position].end as usize;
            start = key.end;
            if self.entries[position].at_most() > most {
                let length = key.len();
                self.keys.copy_within(key, end);
                end += length;
                self.entries.swap(kept, position);
                self.entries[kept].end = end as u32;
                kept += 1;
            }
        }
        self.entries.truncate(kept);
        self.keys.truncate(end);
        self.slots.fill(0);
        self.place();
    }

    /// The key at a position, of which the caller knows that it is a text.
    pub(super) fn text(&self, position: usize) -> String {
        str::from_utf8(self.key(position))
            .unwrap_or_default()
            .to_owned()
    }

    /// All positions in the order of two numbers that belong to each; among equals the lower key comes first.
    pub(super) fn sorted(&self, rank: &dyn Fn(usize) -> (u64, u64)) -> Vec<usize> {
        let positions = 0..self.entries.len();
        let ranked = positions.map(|position| (rank(position), self.key(position), position));
        // Lists are sorted once: the standard sort would be faster, but is ten times the code.
        let sorted = ranked.collect::<BinaryHeap<_>>().into_sorted_vec();
        sorted.into_iter().map(|ranked| ranked.2).collect()
    }

    /// All positions, from the most messages to the fewest; among equals the more certain first, then the lower key.
    pub(super) fn ranked(&self) -> Vec<usize> {
        self.sorted(&|position| {
            let entry = &self.entries[position];
            (u64::MAX - entry.at_most(), entry.missed)
        })
    }

    fn key(&self, position: usize) -> &[u8] {
        let start = match position.checked_sub(1) {
            Some(before) => self.entries[before].end as usize,
            None => 0,
        };
        &self.keys[start..self.entries[position].end as usize]
    }

    /// The position of a key, or else the free slot that it would get.
    fn slot(&self, key: &[u8], hash: u32) -> Result<usize, usize> {
        let mut slot = hash as usize & (self.slots.len() - 1);
        while let Some(position) = self.slots[slot].checked_sub(1) {
            let position = position as usize;
            if self.entries[position].hash == hash && self.key(position) == key {
                return Ok(position);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        Err(slot)
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        self.place();
    }

    /// Puts all entries into slots that are free.
    fn place(&mut self) {
        let mask = self.slots.len() - 1;
        for (position, entry) in self.entries.iter().enumerate() {
            let mut slot = entry.hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = position as u32 + 1;
        }
    }
}

/// Eight bytes at a time. Nothing is done against keys chosen to collide: lists have too little room for them.
fn hash(key: &[u8]) -> u32 {
    let mut hash = key.len() as u64;
    let mut mix = |word: u64| {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    };
    let (words, rest) = key.as_chunks::<8>();
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    mix(rest
        .iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte)));
    (hash >> 32) as u32
}

/// A text as a key.
pub(super) fn key(text: &str) -> &[u8] {
    let mut end = text.len();
    if end > MAX_KEY_BYTES {
        end = text.floor_char_boundary(MAX_KEY_BYTES);
    }
    &text.as_bytes()[..end]
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Tally, hash};

    #[test]
    fn keys_of_one_hash_are_told_apart() {
        // Of a quarter of a million keys several pairs meet in a hash of 32 bits.
        let mut seen = HashMap::new();
        let mut pairs = Vec::new();
        for number in 0..250_000u64 {
            let key = (number * number * 7919).to_string();
            if let Some(other) = seen.remove(&hash(key.as_bytes())) {
                pairs.push([other, key]);
            } else {
                seen.insert(hash(key.as_bytes()), key);
            }
        }
        assert!(!pairs.is_empty());
        let mut tally = Tally::default();
        for key in pairs.as_flattened() {
            assert_eq!(tally.find(key.as_bytes()), None);
            tally.insert(key.as_bytes(), 0);
        }
        for (position, key) in pairs.as_flattened().iter().enumerate() {
            assert_eq!(tally.find(key.as_bytes()), Some(position));
            assert_eq!(tally.text(position), *key);
        }
    }
}

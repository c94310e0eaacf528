//! Totals by key, in the order of insertion.
//!
//! Keys are bytes, so that texts and times share the compiled code of the map and of the sort.
//!
//! The hash has no seed, so a sender can choose texts that collide. The bounded number of keys limits the damage.

use std::collections::BinaryHeap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::options::SummaryError;
use crate::page::Totals;

/// Longer keys are truncated, so that a bounded number of keys takes bounded memory.
const MAX_KEY_BYTES: usize = 512;

/// Totals by key. Each key has an index, which is valid until the next eviction.
#[derive(Default)]
pub(super) struct TotalsMap(IndexMap<Box<[u8]>, Entry, FxBuildHasher>);

/// The totals of a key.
pub(super) struct Entry {
    pub(super) totals: Totals,
    /// How many more messages the key may have had before it was inserted.
    pub(super) max_missed: u64,
}

impl Entry {
    /// The most messages that the key can have.
    pub(super) fn upper_bound(&self) -> u64 {
        self.totals.count + self.max_missed
    }
}

impl TotalsMap {
    /// The entries in the order of their indices.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.values()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The index of a key.
    pub(super) fn index_of(&self, key: &[u8]) -> Option<usize> {
        self.0.get_index_of(key)
    }

    /// Inserts a key that is absent, and returns its index.
    pub(super) fn insert(&mut self, key: &[u8], max_missed: u64) -> usize {
        let totals = Totals::default();
        let entry = Entry { totals, max_missed };
        self.0.insert_full(key.into(), entry).0
    }

    /// The index of a key, which is inserted if it is absent. `None` when the map has `capacity` keys.
    ///
    /// Not inlined: several rare callers share the code.
    #[inline(never)]
    pub(super) fn index_within(&mut self, key: &[u8], capacity: usize) -> Option<usize> {
        self.index_of(key)
            .or_else(|| (self.len() < capacity).then(|| self.insert(key, 0)))
    }

    /// The totals of the key at an index.
    pub(super) fn totals_mut(&mut self, index: usize) -> &mut Totals {
        &mut self.0[index].totals
    }

    /// Removes the keys that cannot have more than `count` messages. Allocates no memory.
    pub(super) fn evict_up_to(&mut self, count: u64) {
        self.0.retain(|_, entry| entry.upper_bound() > count);
    }

    /// The entry at an index.
    pub(super) fn entry(&self, index: usize) -> &Entry {
        &self.0[index]
    }

    /// The indices by rank. Among equals the lower keys come first.
    #[inline(never)]
    pub(super) fn sorted(&self, rank: &dyn Fn(usize, &Entry) -> (u64, u64)) -> Vec<usize> {
        let entries = self.0.iter().enumerate();
        let ranked = entries.map(|(index, (key, entry))| (rank(index, entry), key, index));
        // `sort_unstable` is 1.8 KB more of WebAssembly by brotli. A summary sorts a few short lists.
        let sorted = ranked.collect::<BinaryHeap<_>>().into_sorted_vec();
        sorted.into_iter().map(|(_, _, index)| index).collect()
    }

    /// The indices from the most messages to the fewest. Among equals the more certain come first, then the lower keys.
    #[inline(never)]
    pub(super) fn ranked(&self) -> Vec<usize> {
        self.sorted(&|_, entry| (u64::MAX - entry.upper_bound(), entry.max_missed))
    }

    /// The text of the key at an index.
    #[inline(never)]
    pub(super) fn text(&self, index: usize) -> String {
        let key = self.0.get_index(index).map_or(&[][..], |(key, _)| key);
        str::from_utf8(key).unwrap_or_default().to_owned()
    }
}

/// The key of a text, truncated between characters.
pub(super) fn text_key(text: &str) -> &[u8] {
    &text.as_bytes()[..text.floor_char_boundary(MAX_KEY_BYTES)]
}

/// Adds a row, or the totals of many, to others.
#[inline(always)]
pub(super) fn add(totals: &mut Totals, row: &Totals) -> Result<(), SummaryError> {
    if totals.accumulate(row) {
        Ok(())
    } else {
        Err(SummaryError::SumOverflow)
    }
}

/// As [`add`], for callers that are not called once per row.
#[inline(never)]
pub(super) fn add_rarely(totals: &mut Totals, row: &Totals) -> Result<(), SummaryError> {
    add(totals, row)
}

#[cfg(test)]
mod tests {
    use super::TotalsMap;

    #[test]
    fn every_key_is_found_at_its_index() {
        let keys = (0..250_000u64).map(|number| (number * number * 7919).to_string());
        let keys: Vec<String> = keys.collect();
        let mut map = TotalsMap::default();
        for key in &keys {
            assert_eq!(map.index_of(key.as_bytes()), None);
            map.insert(key.as_bytes(), 0);
        }
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(map.index_of(key.as_bytes()), Some(index));
        }
        let ranked: Vec<_> = map
            .ranked()
            .into_iter()
            .map(|index| map.text(index))
            .collect();
        assert!(ranked.is_sorted() && ranked.len() == keys.len());
    }
}

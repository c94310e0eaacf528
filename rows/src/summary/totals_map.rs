//! Totals by text, in the order of insertion.
//!
//! The hash has no seed, so a sender can choose texts that collide. The bounded number of keys limits the damage.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::options::SummaryError;
use crate::page::Totals;

/// Longer keys are truncated, so that a bounded number of keys takes bounded memory.
const MAX_KEY_BYTES: usize = 512;

/// Totals by key. Each key has an index, which is valid until the next eviction.
#[derive(Default)]
pub(super) struct TotalsMap(IndexMap<Box<str>, Entry, FxBuildHasher>);

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

    /// The index of a truncated key. Inserts the key if it is absent and the map has fewer than `capacity` keys.
    #[inline]
    pub(super) fn get_or_insert(
        &mut self,
        key: &str,
        capacity: usize,
        max_missed: u64,
    ) -> Option<usize> {
        match self.0.get_index_of(key) {
            None if self.0.len() < capacity => {
                let totals = Totals::default();
                let entry = Entry { totals, max_missed };
                Some(self.0.insert_full(key.into(), entry).0)
            }
            index => index,
        }
    }

    /// The totals of the key at an index.
    pub(super) fn totals_mut(&mut self, index: usize) -> &mut Totals {
        &mut self.0[index].totals
    }

    /// Removes the keys that cannot have more than `count` messages. Allocates no memory.
    pub(super) fn evict_up_to(&mut self, count: u64) {
        self.0.retain(|_, entry| entry.upper_bound() > count);
    }

    /// The entries from the most messages to the fewest. Among equals the more certain come first, then the lower keys.
    pub(super) fn into_ranked(mut self) -> impl Iterator<Item = (Box<str>, Entry)> {
        self.0.sort_unstable_by(|key, entry, other_key, other| {
            let by_count = other.upper_bound().cmp(&entry.upper_bound());
            let by_certainty = entry.max_missed.cmp(&other.max_missed);
            by_count.then(by_certainty).then(key.cmp(other_key))
        });
        self.0.into_iter()
    }
}

/// Truncates a text to the length of a key, between characters.
pub(super) fn truncate_key(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_KEY_BYTES)]
}

/// Adds a row, or the totals of many, to others.
pub(super) fn add(totals: &mut Totals, row: &Totals) -> Result<(), SummaryError> {
    if totals.accumulate(row) {
        Ok(())
    } else {
        Err(SummaryError::CostOverflow)
    }
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
            assert_eq!(map.get_or_insert(key, 0, 0), None);
            map.get_or_insert(key, keys.len(), 0);
        }
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(map.get_or_insert(key, 0, 0), Some(index));
        }
        let ranked: Vec<_> = map.into_ranked().map(|(key, _)| key).collect();
        assert!(ranked.is_sorted() && ranked.len() == keys.len());
    }
}

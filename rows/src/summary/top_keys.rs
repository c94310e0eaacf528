//! The most frequent keys of a stream, in bounded memory.
//!
//! A variant of Space-Saving (Metwally, Agrawal, El Abbadi 2005) that evicts many keys at once instead of one. When the
//! map is full, the rarest keys are evicted. `evicted_max` is the most messages that any evicted key can have had, and so
//! the most that a new key may have missed.
//!
//! The error is bounded. Let the surplus of a key be its upper bound minus `evicted_max`. Every row adds one to the sum of
//! all surpluses. Every increase of `evicted_max` by one subtracts one from each of more than [`EVICT_TO`] keys. The sum is
//! never negative, so `evicted_max` is at most the number of rows divided by `EVICT_TO`.

use std::fmt;

use super::{
    options::SummaryError,
    totals_map::{TotalsMap, add, text_key},
};
use crate::{decimal::Decimal, page::Totals};

/// The keys with the most messages, from the most to the fewest. Among equals the more certain come first, then those that
/// are lower in byte order. Messages without the field are in no list.
///
/// Memory is bounded: 8,192 keys are counted at a time. The list is exact until more keys have appeared. Then the rarest
/// keys are evicted. A key that reappears is counted from the most messages that it may have had, at most 1/4,096 of the
/// history. A key with more messages than that is never missing. Keys are truncated to 512 bytes: longer keys with the same
/// beginning are one.
#[derive(Clone, Debug)]
pub struct TopList {
    /// The keys and their totals.
    pub entries: Vec<TopEntry>,
    /// Whether every figure is exact and no key is missing.
    pub exact: bool,
}

/// A phone number, a sender id or an error message.
#[derive(Clone, PartialEq, Eq)]
pub struct TopEntry {
    /// The number or the message, truncated to 512 bytes.
    pub value: String,
    /// The number of its messages, or up to `count_error` more.
    pub count: u64,
    /// The most by which `count` may be too high.
    pub count_error: u64,
    /// The fragments of the `count - count_error` messages that were counted.
    pub fragments: u64,
    /// The exact cost of the `count - count_error` messages that were counted.
    pub cost: Decimal,
}

impl fmt::Debug for TopEntry {
    // Omits the value, which is personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopEntry")
            .field("count", &self.count)
            .field("count_error", &self.count_error)
            .finish_non_exhaustive()
    }
}

/// The most keys that are counted at a time.
const CAPACITY: usize = 8192;
/// The most keys that an eviction leaves.
const EVICT_TO: usize = 4096;

/// Counts keys.
#[derive(Default)]
pub(super) struct TopKeys {
    map: TotalsMap,
    evicted_max: u64,
}

impl TopKeys {
    pub(super) fn add(&mut self, text: &str, row: &Totals) -> Result<(), SummaryError> {
        let key = text_key(text);
        let index = match self.map.index_of(key) {
            Some(index) => index,
            None => {
                if self.map.len() == CAPACITY {
                    self.evicted_max = self.threshold(EVICT_TO);
                    self.map.evict_up_to(self.evicted_max);
                }
                self.map.insert(key, self.evicted_max)
            }
        };
        add(self.map.totals_mut(index), row)
    }

    /// The lowest count that at most so many keys exceed. Found by bisection, without sorting.
    fn threshold(&self, keys: usize) -> u64 {
        let is_too_low = |count: u64| {
            let above = self
                .map
                .entries()
                .filter(|entry| entry.upper_bound() > count);
            above.count() > keys
        };
        let mut high = 1;
        while is_too_low(high) {
            high *= 2;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if is_too_low(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    #[inline]
    pub(super) fn finish(mut self, top: usize) -> TopList {
        // Keys without a chance are not sorted.
        self.map.evict_up_to(self.threshold(top) - 1);
        let best = self.map.ranked().into_iter().take(top);
        let entries = best.map(|index| {
            let entry = self.map.entry(index);
            TopEntry {
                value: self.map.text(index),
                count: entry.upper_bound(),
                count_error: entry.max_missed,
                fragments: entry.totals.fragments,
                cost: entry.totals.cost.normalized(),
            }
        });
        TopList {
            entries: entries.collect(),
            exact: self.evicted_max == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, TopKeys};
    use crate::page::Totals;

    #[test]
    fn distinct_keys_beyond_capacity_are_evicted() {
        let row = Totals {
            count: 1,
            ..Totals::default()
        };
        let mut top = TopKeys::default();
        for key in 0..50_000 {
            top.add(&format!("key {key}"), &row).unwrap();
            assert!(top.map.len() <= CAPACITY);
        }
    }
}

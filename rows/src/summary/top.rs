//! The most frequent keys of a stream, in bounded memory.
//!
//! A variant of Space-Saving (Metwally, Agrawal, El Abbadi 2005) that makes room for many keys at once, not for one. When
//! all room is used up, the rarest keys are forgotten; `floor` is the most that any forgotten key can have had, and what
//! a new key may have missed.
//!
//! How far off a count can be: let the surplus of a key be its highest possible count less the floor. Every row adds one
//! to the sum of all surpluses, and every rise of the floor by one takes one from each of more than [`KEPT`] keys. The sum
//! is never negative, so that the floor never exceeds the number of rows divided by `KEPT`.

use super::{
    SummaryError, add,
    figures::{TopEntry, TopList},
    tally::{Tally, key},
};
use crate::page::Totals;

/// How many keys are counted at a time.
const ROOM: usize = 8192;
/// How many of them are kept at most when room is made.
const KEPT: usize = 4096;

/// Counts keys.
pub(super) struct Top {
    tally: Tally,
    floor: u64,
}

impl Top {
    pub(super) fn new() -> Self {
        Self {
            tally: Tally::default(),
            floor: 0,
        }
    }

    pub(super) fn add(&mut self, text: &str, row: &Totals) -> Result<(), SummaryError> {
        let key = key(text);
        let position = match self.tally.find(key) {
            Some(position) => position,
            None => {
                if self.tally.entries().len() == ROOM {
                    self.floor = self.lowest(KEPT);
                    self.tally.forget(self.floor);
                }
                self.tally.insert(key, self.floor)
            }
        };
        add(self.tally.totals(position), row)
    }

    /// The lowest count above which there are no more keys than this. Found by halving, with no sorting.
    fn lowest(&self, keys: usize) -> u64 {
        let too_low = |count: u64| {
            let entries = self.tally.entries().iter();
            entries.filter(|entry| entry.at_most() > count).count() > keys
        };
        let mut high = 1;
        while too_low(high) {
            high *= 2;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if too_low(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    pub(super) fn finish(mut self, top: usize) -> TopList {
        // What stands no chance need not be sorted.
        self.tally.forget(self.lowest(top) - 1);
        let best = self.tally.ranked().into_iter().take(top);
        let entries = best.map(|position| {
            let entry = &self.tally.entries()[position];
            TopEntry {
                value: self.tally.text(position),
                count: entry.at_most(),
                count_error: entry.missed,
                fragments: entry.totals.fragments,
                cost: entry.totals.cost.normalized(),
            }
        });
        TopList {
            entries: entries.collect(),
            exact: self.floor == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ROOM, Top};
    use crate::page::Totals;

    #[test]
    fn a_flood_of_keys_takes_no_more_than_the_room() {
        let row = Totals {
            count: 1,
            ..Totals::default()
        };
        let mut top = Top::new();
        for key in 0..50_000 {
            top.add(&format!("key {key}"), &row).unwrap();
            assert!(top.tally.entries().len() <= ROOM);
        }
    }
}

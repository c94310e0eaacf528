//! A few thousand messages as columns, so that a filter is a short loop over numbers of one kind, which compilers
//! turn into vector instructions. 22 bytes a message.

use super::record::Record;
use super::{Direction, Wanted};

/// The most messages of one block. Small enough that an insertion moves little, large enough that blocks are few.
pub(super) const MOST_ROWS: usize = 4_096;

/// Messages in the order of the table.
pub(super) struct Block {
    ids: Vec<u64>,
    times: Vec<u32>,
    costs: Vec<u32>,
    sources: Vec<u16>,
    destinations: Vec<u16>,
    fragments: Vec<u8>,
    /// The status in the lower bits, the direction above them.
    kinds: Vec<u8>,
    oldest: u32,
    newest: u32,
}

const DIRECTION: u8 = 4;

impl Block {
    pub(super) fn new(records: &[Record]) -> Self {
        let mut block = Self {
            ids: Vec::with_capacity(MOST_ROWS),
            times: Vec::with_capacity(MOST_ROWS),
            costs: Vec::with_capacity(MOST_ROWS),
            sources: Vec::with_capacity(MOST_ROWS),
            destinations: Vec::with_capacity(MOST_ROWS),
            fragments: Vec::with_capacity(MOST_ROWS),
            kinds: Vec::with_capacity(MOST_ROWS),
            oldest: u32::MAX,
            newest: 0,
        };
        for (place, record) in records.iter().enumerate() {
            block.insert(place, record);
        }
        block
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The ids, in the order of the table.
    pub(super) fn ids(&self) -> &[u64] {
        &self.ids
    }

    pub(super) fn record(&self, place: usize) -> Record {
        let kind = self.kinds[place];
        Record {
            message_id: self.ids[place],
            time: self.times[place],
            cost: self.costs[place],
            source: self.sources[place],
            destination: self.destinations[place],
            fragments: self.fragments[place],
            direction: if kind & DIRECTION == 0 {
                Direction::In
            } else {
                Direction::Out
            },
            status: kind & !DIRECTION,
        }
    }

    pub(super) fn insert(&mut self, place: usize, record: &Record) {
        self.ids.insert(place, record.message_id);
        self.times.insert(place, record.time);
        self.costs.insert(place, record.cost);
        self.sources.insert(place, record.source);
        self.destinations.insert(place, record.destination);
        self.fragments.insert(place, record.fragments);
        self.kinds
            .insert(place, kind(record.direction, record.status));
        self.oldest = self.oldest.min(record.time);
        self.newest = self.newest.max(record.time);
    }

    /// Keeps the first half, hands out the other.
    pub(super) fn split(&mut self) -> Self {
        let records: Vec<Record> = (0..self.len()).map(|place| self.record(place)).collect();
        let (first, second) = records.split_at(records.len() / 2);
        *self = Self::new(first);
        Self::new(second)
    }

    /// How many messages match, and which of them: `mask` holds a 1 for each, or is empty if it is all or none.
    pub(super) fn count(&self, wanted: &Wanted, mask: &mut Vec<u8>) -> usize {
        mask.clear();
        if self.newest < wanted.from || self.oldest > wanted.to {
            return 0;
        }
        let within = wanted.from <= self.oldest && self.newest <= wanted.to;
        if within && wanted.is_about_time_alone() {
            return self.len();
        }
        mask.resize(self.len(), 1);
        if !within {
            let (from, to) = (wanted.from, wanted.to);
            keep(mask, &self.times, |time| (from <= time) & (time <= to));
        }
        if let Some(source) = wanted.source {
            keep(mask, &self.sources, |party| party == source);
        }
        if let Some(destination) = wanted.destination {
            keep(mask, &self.destinations, |party| party == destination);
        }
        if let Some(direction) = wanted.direction {
            let bits = kind(direction, 0);
            keep(mask, &self.kinds, |kind| kind & DIRECTION == bits);
        }
        mask.iter().map(|&matches| usize::from(matches)).sum()
    }
}

fn kind(direction: Direction, status: u8) -> u8 {
    match direction {
        Direction::In => status,
        Direction::Out => status | DIRECTION,
    }
}

fn keep<T: Copy>(mask: &mut [u8], column: &[T], matches: impl Fn(T) -> bool) {
    for (kept, &value) in mask.iter_mut().zip(column) {
        *kept &= u8::from(matches(value));
    }
}

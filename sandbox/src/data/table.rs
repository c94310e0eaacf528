//! The messages in the order of the API, in blocks of columns. The time range of a block lets queries count most blocks
//! without reading their rows. An insertion moves the rows of one block only.

use super::message::{Direction, Record};
use crate::random::mix;

/// Maximum number of messages in a block: small enough that an insertion moves little, large enough that there are few
/// blocks.
const MAX_BLOCK_ROWS: usize = 4_096;

/// The order in which the API returns messages. The vendor documents none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// By `message_id`, oldest first.
    Asc,
    /// By `message_id`, newest first.
    #[default]
    Desc,
    /// By a hash of the `message_id`. Clients cannot rely on this order, but it is the same for every request, and
    /// later messages do not swap the positions of others.
    Shuffled,
}

/// A filter with the table's own values. It matches nothing if `from` is after `to`.
#[derive(Clone, Debug)]
pub(super) struct TableFilter {
    pub(super) source: Option<u16>,
    pub(super) destination: Option<u16>,
    pub(super) direction: Option<Direction>,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl TableFilter {
    fn is_time_only(&self) -> bool {
        self.source.is_none() && self.destination.is_none() && self.direction.is_none()
    }
}

/// The records of one page, and the number of records that match.
pub(crate) struct PageRecords {
    pub(crate) records: Vec<Record>,
    pub(crate) total_count: u64,
}

/// All messages, sorted.
pub(super) struct Table {
    order: Order,
    /// Sorted by [`key`], ascending. No block is empty.
    blocks: Vec<Block>,
    len: usize,
}

impl Table {
    pub(super) fn new(mut records: Vec<Record>, order: Order) -> Self {
        records.sort_unstable_by_key(|record| key(order, record.message_id));
        Self {
            order,
            blocks: records.chunks(MAX_BLOCK_ROWS).map(Block::new).collect(),
            len: records.len(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn insert(&mut self, record: &Record) {
        let key = |id: u64| key(self.order, id);
        let new_key = key(record.message_id);
        let last = |block: &Block| block.ids().last().map(|&id| key(id));
        let index = self
            .blocks
            .partition_point(|block| last(block) < Some(new_key));
        self.len += 1;
        match self.blocks.get_mut(index) {
            Some(block) => {
                let row = block.ids().partition_point(|&id| key(id) < new_key);
                block.insert(row, record);
            }
            // After all blocks.
            None => match self.blocks.last_mut() {
                Some(block) if block.len() < MAX_BLOCK_ROWS => block.insert(block.len(), record),
                _ => self.blocks.push(Block::new(std::slice::from_ref(record))),
            },
        }
        // Appending fills blocks. Only an insertion between rows makes a block overflow.
        if let Some(block) = self.blocks.get_mut(index)
            && block.len() > MAX_BLOCK_ROWS
        {
            let second = block.split();
            self.blocks.insert(index + 1, second);
        }
    }

    /// Changes the status of a message.
    pub(super) fn set_status(&mut self, message_id: u64, status: u8) {
        if let Some((block, row)) = self.find(message_id) {
            let block = &mut self.blocks[block];
            block.kinds[row] = block.kinds[row] & DIRECTION | status;
        }
    }

    pub(super) fn remove(&mut self, message_id: u64) {
        let Some((index, row)) = self.find(message_id) else {
            return;
        };
        self.len -= 1;
        let block = &mut self.blocks[index];
        block.remove(row);
        if block.len() == 0 {
            self.blocks.remove(index);
        }
    }

    /// Returns the block of a message, and the index in it.
    fn find(&self, message_id: u64) -> Option<(usize, usize)> {
        let key = |id: u64| key(self.order, id);
        let wanted = key(message_id);
        let last = |block: &Block| block.ids().last().map(|&id| key(id));
        let index = self
            .blocks
            .partition_point(|block| last(block) < Some(wanted));
        let block = self.blocks.get(index)?;
        let row = block.ids().partition_point(|&id| key(id) < wanted);
        (block.ids().get(row) == Some(&message_id)).then_some((index, row))
    }

    /// Returns the matching rows from `offset` on, and the number of all matching rows.
    pub(super) fn select(&self, filter: &TableFilter, offset: u64, count: u64) -> PageRecords {
        let mut mask = Vec::new();
        let mut records = Vec::new();
        let (mut total, mut skip, mut left) = (0, offset, count);
        for block in self.in_order() {
            let matches = block.count(filter, &mut mask) as u64;
            total += matches;
            if matches <= skip {
                skip -= matches;
                continue;
            }
            if left == 0 {
                continue;
            }
            let taken = left.min(matches - skip);
            let indexes = self.matching(block, &mask);
            let indexes = indexes.skip(skip as usize).take(taken as usize);
            records.extend(indexes.map(|index| block.record(index)));
            (skip, left) = (0, left - taken);
        }
        PageRecords {
            records,
            total_count: total,
        }
    }

    /// Calls `see` with each matching record, in order.
    pub(super) fn each(&self, filter: &TableFilter, mut see: impl FnMut(Record)) {
        let mut mask = Vec::new();
        for block in self.in_order() {
            if block.count(filter, &mut mask) > 0 {
                let indexes = self.matching(block, &mask);
                indexes.for_each(|index| see(block.record(index)));
            }
        }
    }

    fn in_order(&self) -> Box<dyn Iterator<Item = &Block> + '_> {
        match self.order {
            Order::Desc => Box::new(self.blocks.iter().rev()),
            Order::Asc | Order::Shuffled => Box::new(self.blocks.iter()),
        }
    }

    /// The indexes of a block that a mask keeps, in order.
    fn matching<'a>(&self, block: &Block, mask: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
        let matches = |index: &usize| mask.get(*index).is_none_or(|&kept| kept == 1);
        let indexes = (0..block.len()).filter(matches);
        match self.order {
            Order::Desc => Box::new(indexes.rev()),
            Order::Asc | Order::Shuffled => Box::new(indexes),
        }
    }
}

/// The sort key. [`Order::Desc`] reads the table of [`Order::Asc`] backwards.
fn key(order: Order, message_id: u64) -> u64 {
    match order {
        Order::Asc | Order::Desc => message_id,
        // A bijection: no two messages have the same key.
        Order::Shuffled => mix(message_id),
    }
}

/// Messages as columns, 22 bytes each, so that compilers turn a filter into vector instructions.
struct Block {
    ids: Vec<u64>,
    times: Vec<u32>,
    costs: Vec<u32>,
    sources: Vec<u16>,
    destinations: Vec<u16>,
    fragments: Vec<u8>,
    /// Status in the lower bits, direction above them.
    kinds: Vec<u8>,
    oldest: u32,
    newest: u32,
}

const DIRECTION: u8 = 4;

impl Block {
    fn new(records: &[Record]) -> Self {
        let mut block = Self {
            ids: Vec::with_capacity(MAX_BLOCK_ROWS),
            times: Vec::with_capacity(MAX_BLOCK_ROWS),
            costs: Vec::with_capacity(MAX_BLOCK_ROWS),
            sources: Vec::with_capacity(MAX_BLOCK_ROWS),
            destinations: Vec::with_capacity(MAX_BLOCK_ROWS),
            fragments: Vec::with_capacity(MAX_BLOCK_ROWS),
            kinds: Vec::with_capacity(MAX_BLOCK_ROWS),
            oldest: u32::MAX,
            newest: 0,
        };
        for (index, record) in records.iter().enumerate() {
            block.insert(index, record);
        }
        block
    }

    fn len(&self) -> usize {
        self.ids.len()
    }

    /// The ids in the order of the table.
    fn ids(&self) -> &[u64] {
        &self.ids
    }

    fn record(&self, index: usize) -> Record {
        let kind = self.kinds[index];
        Record {
            message_id: self.ids[index],
            time: self.times[index],
            cost: self.costs[index],
            source: self.sources[index],
            destination: self.destinations[index],
            fragments: self.fragments[index],
            direction: if kind & DIRECTION == 0 {
                Direction::In
            } else {
                Direction::Out
            },
            status: kind & !DIRECTION,
        }
    }

    fn insert(&mut self, index: usize, record: &Record) {
        self.ids.insert(index, record.message_id);
        self.times.insert(index, record.time);
        self.costs.insert(index, record.cost);
        self.sources.insert(index, record.source);
        self.destinations.insert(index, record.destination);
        self.fragments.insert(index, record.fragments);
        self.kinds
            .insert(index, kind(record.direction, record.status));
        self.oldest = self.oldest.min(record.time);
        self.newest = self.newest.max(record.time);
    }

    /// The time range may stay larger than needed.
    fn remove(&mut self, index: usize) {
        self.ids.remove(index);
        self.times.remove(index);
        self.costs.remove(index);
        self.sources.remove(index);
        self.destinations.remove(index);
        self.fragments.remove(index);
        self.kinds.remove(index);
    }

    /// Keeps the first half and returns the other.
    fn split(&mut self) -> Self {
        let records: Vec<Record> = (0..self.len()).map(|index| self.record(index)).collect();
        let (first, second) = records.split_at(records.len() / 2);
        *self = Self::new(first);
        Self::new(second)
    }

    /// Counts the matching messages. `mask` gets a 1 for each of them, or stays empty if all or none match.
    fn count(&self, filter: &TableFilter, mask: &mut Vec<u8>) -> usize {
        mask.clear();
        if self.newest < filter.from || self.oldest > filter.to {
            return 0;
        }
        let within = filter.from <= self.oldest && self.newest <= filter.to;
        if within && filter.is_time_only() {
            return self.len();
        }
        mask.resize(self.len(), 1);
        if !within {
            let (from, to) = (filter.from, filter.to);
            keep(mask, &self.times, |time| (from <= time) & (time <= to));
        }
        if let Some(source) = filter.source {
            keep(mask, &self.sources, |party| party == source);
        }
        if let Some(destination) = filter.destination {
            keep(mask, &self.destinations, |party| party == destination);
        }
        if let Some(direction) = filter.direction {
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

#[cfg(test)]
mod tests {
    use super::{Direction, MAX_BLOCK_ROWS, Order, Record, Table, TableFilter, key};
    use crate::data::Shape;
    use crate::data::generate::{self, Parties};
    use crate::random::Random;

    const ORDERS: [Order; 3] = [Order::Asc, Order::Desc, Order::Shuffled];

    /// Records of random times: an insertion may be of any age.
    fn records(from: u64, count: u64) -> Vec<Record> {
        let parties = Parties::new(count);
        let mut random = Random::new(from);
        let record = |id| {
            generate::record(
                1,
                id,
                random.below(50_000) as u32,
                Shape::default(),
                &parties,
            )
        };
        (from..from + count).map(record).collect()
    }

    fn filters() -> Vec<TableFilter> {
        let all = TableFilter {
            source: None,
            destination: None,
            direction: None,
            from: 0,
            to: u32::MAX,
        };
        let mut every = vec![all.clone()];
        for (from, to) in [
            (0, 0),
            (1, 0),
            (49_999, u32::MAX),
            (10_000, 10_500),
            (0, 40_000),
        ] {
            every.push(TableFilter {
                from,
                to,
                ..all.clone()
            });
        }
        every.push(TableFilter {
            source: Some(3),
            ..all.clone()
        });
        every.push(TableFilter {
            destination: Some(3),
            from: 9_000,
            ..all.clone()
        });
        every.push(TableFilter {
            direction: Some(Direction::In),
            to: 30_000,
            ..all.clone()
        });
        every.push(TableFilter {
            direction: Some(Direction::Out),
            source: Some(u16::MAX),
            ..all
        });
        every
    }

    /// The expected ids: filters and sorts all records.
    fn expected(records: &[Record], order: Order, filter: &TableFilter) -> Vec<u64> {
        let mut ids: Vec<u64> = records
            .iter()
            .filter(|record| {
                filter.source.is_none_or(|party| party == record.source)
                    && filter
                        .destination
                        .is_none_or(|party| party == record.destination)
                    && filter.direction.is_none_or(|way| way == record.direction)
                    && (filter.from..=filter.to).contains(&record.time)
            })
            .map(|record| record.message_id)
            .collect();
        ids.sort_unstable_by_key(|&id| key(order, id));
        if order == Order::Desc {
            ids.reverse();
        }
        ids
    }

    fn check(table: &Table, records: &[Record], order: Order) {
        assert_eq!(table.len(), records.len());
        for filter in filters() {
            let expected = expected(records, order, &filter);
            let mut each = Vec::new();
            table.each(&filter, |record| each.push(record.message_id));
            assert_eq!(each, expected, "{order:?} {filter:?}");
            let total = expected.len();
            for offset in [0, 1, total / 3, total.saturating_sub(2), total, total + 5] {
                for count in [1, 100, 1_000] {
                    let page = table.select(&filter, offset as u64, count);
                    assert_eq!(page.total_count, total as u64);
                    let ids: Vec<u64> = page
                        .records
                        .iter()
                        .map(|record| record.message_id)
                        .collect();
                    let end = total.min(offset + count as usize);
                    assert_eq!(
                        ids,
                        expected[offset.min(total)..end],
                        "{order:?} {filter:?} {offset}"
                    );
                }
            }
        }
    }

    #[test]
    fn pages_equal_filtered_and_sorted_records() {
        for order in ORDERS {
            for count in [0, 1, MAX_BLOCK_ROWS as u64, 10_000] {
                let records = records(1, count);
                check(&Table::new(records.clone(), order), &records, order);
            }
        }
    }

    #[test]
    fn removals_and_status_changes_keep_order() {
        for order in ORDERS {
            let mut records = records(1, 9_000);
            let mut table = Table::new(records.clone(), order);
            // All of the first blocks, and every third message of the others.
            let is_removed = |id: u64| id < 4_500 || id.is_multiple_of(3);
            for record in &mut records {
                if is_removed(record.message_id) {
                    table.remove(record.message_id);
                    table.remove(record.message_id);
                } else if record.status == 3 {
                    record.status = 1;
                    table.set_status(record.message_id, 1);
                }
            }
            table.set_status(1, 2);
            records.retain(|record| !is_removed(record.message_id));
            check(&table, &records, order);
            let all = &filters()[0];
            let mut statuses = Vec::new();
            table.each(all, |record| statuses.push(record.status));
            assert!(!statuses.contains(&3));
        }
    }

    #[test]
    fn insertions_keep_order() {
        for order in ORDERS {
            // Later ids first, so that blocks overflow in every order.
            let later = records(9_001, 6_000);
            let earlier = records(1, 9_000);
            let mut table = Table::new(Vec::new(), order);
            later
                .iter()
                .chain(&earlier)
                .for_each(|record| table.insert(record));
            check(&table, &[later, earlier].concat(), order);
        }
    }
}

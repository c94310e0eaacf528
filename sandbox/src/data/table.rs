//! The messages in the order of the API: blocks one after the other. What is known of a block's times lets most
//! blocks be counted without a look at their rows, and an insertion moves the rows of one block alone.

use super::block::{Block, MOST_ROWS};
use super::record::Record;
use super::{Selection, Wanted};
use crate::options::Order;
use crate::random::mix;

pub(super) struct Table {
    order: Order,
    /// By [`Self::key`], ascending; none is empty.
    blocks: Vec<Block>,
    len: usize,
}

impl Table {
    pub(super) fn new(mut records: Vec<Record>, order: Order) -> Self {
        records.sort_unstable_by_key(|record| key(order, record.message_id));
        Self {
            order,
            blocks: records.chunks(MOST_ROWS).map(Block::new).collect(),
            len: records.len(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn insert(&mut self, record: &Record) {
        let key = |id: u64| key(self.order, id);
        let wanted = key(record.message_id);
        let last = |block: &Block| block.ids().last().map(|&id| key(id));
        let place = self
            .blocks
            .partition_point(|block| last(block) < Some(wanted));
        self.len += 1;
        match self.blocks.get_mut(place) {
            Some(block) => {
                let row = block.ids().partition_point(|&id| key(id) < wanted);
                block.insert(row, record);
            }
            // Beyond the last one.
            None => match self.blocks.last_mut() {
                Some(block) if block.len() < MOST_ROWS => block.insert(block.len(), record),
                _ => self.blocks.push(Block::new(std::slice::from_ref(record))),
            },
        }
        // Appending fills blocks; only what comes between makes them overflow.
        if let Some(block) = self.blocks.get_mut(place)
            && block.len() > MOST_ROWS
        {
            let second = block.split();
            self.blocks.insert(place + 1, second);
        }
    }

    /// The rows from `offset` on, and the number of all that match.
    pub(super) fn select(&self, wanted: &Wanted, offset: u64, count: u64) -> Selection {
        let mut mask = Vec::new();
        let mut records = Vec::new();
        let (mut total, mut skip, mut left) = (0, offset, count);
        for block in self.in_order() {
            let matches = block.count(wanted, &mut mask) as u64;
            total += matches;
            if matches <= skip {
                skip -= matches;
                continue;
            }
            if left == 0 {
                continue;
            }
            let taken = left.min(matches - skip);
            let places = self.matching(block, &mask);
            let places = places.skip(skip as usize).take(taken as usize);
            records.extend(places.map(|place| block.record(place)));
            (skip, left) = (0, left - taken);
        }
        Selection {
            records,
            total_count: Some(total),
        }
    }

    /// All that match, in order.
    pub(super) fn each(&self, wanted: &Wanted, mut see: impl FnMut(Record)) {
        let mut mask = Vec::new();
        for block in self.in_order() {
            if block.count(wanted, &mut mask) > 0 {
                let places = self.matching(block, &mask);
                places.for_each(|place| see(block.record(place)));
            }
        }
    }

    fn in_order(&self) -> Box<dyn Iterator<Item = &Block> + '_> {
        match self.order {
            Order::Desc => Box::new(self.blocks.iter().rev()),
            Order::Asc | Order::Shuffled => Box::new(self.blocks.iter()),
        }
    }

    /// The places of a block that a mask leaves, in order.
    fn matching<'a>(&self, block: &Block, mask: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
        let matches = |place: &usize| mask.get(*place).is_none_or(|&kept| kept == 1);
        let places = (0..block.len()).filter(matches);
        match self.order {
            Order::Desc => Box::new(places.rev()),
            Order::Asc | Order::Shuffled => Box::new(places),
        }
    }
}

/// What the table is sorted by. Newest first is the table of oldest first, read backwards.
fn key(order: Order, message_id: u64) -> u64 {
    match order {
        Order::Asc | Order::Desc => message_id,
        // A bijection, so no two messages have one place; and it stays whatever comes later.
        Order::Shuffled => mix(message_id),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_ROWS, Order, Record, Table, key};
    use crate::data::parties::Parties;
    use crate::data::{Direction, Wanted};
    use crate::random::Random;

    const ORDERS: [Order; 3] = [Order::Asc, Order::Desc, Order::Shuffled];

    /// Times are all over the place: what is inserted may be of any age.
    fn records(from: u64, count: u64) -> Vec<Record> {
        let parties = Parties::new(count);
        let mut random = Random::new(from);
        let record = |id| Record::new(1, id, random.below(50_000) as u32, &parties);
        (from..from + count).map(record).collect()
    }

    fn every_wanted() -> Vec<Wanted> {
        let all = Wanted {
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
            every.push(Wanted {
                from,
                to,
                ..all.clone()
            });
        }
        every.push(Wanted {
            source: Some(3),
            ..all.clone()
        });
        every.push(Wanted {
            destination: Some(3),
            from: 9_000,
            ..all.clone()
        });
        every.push(Wanted {
            direction: Some(Direction::In),
            to: 30_000,
            ..all.clone()
        });
        every.push(Wanted {
            direction: Some(Direction::Out),
            source: Some(u16::MAX),
            ..all
        });
        every
    }

    /// What the table has to say, told by a filter and a sort of everything.
    fn expected(records: &[Record], order: Order, wanted: &Wanted) -> Vec<u64> {
        let mut ids: Vec<u64> = records
            .iter()
            .filter(|record| {
                wanted.source.is_none_or(|party| party == record.source)
                    && wanted
                        .destination
                        .is_none_or(|party| party == record.destination)
                    && wanted.direction.is_none_or(|way| way == record.direction)
                    && (wanted.from..=wanted.to).contains(&record.time)
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
        for wanted in every_wanted() {
            let expected = expected(records, order, &wanted);
            let mut each = Vec::new();
            table.each(&wanted, |record| each.push(record.message_id));
            assert_eq!(each, expected, "{order:?} {wanted:?}");
            let total = expected.len();
            for offset in [0, 1, total / 3, total.saturating_sub(2), total, total + 5] {
                for count in [1, 100, 1_000] {
                    let page = table.select(&wanted, offset as u64, count);
                    assert_eq!(page.total_count, Some(total as u64));
                    let ids: Vec<u64> = page
                        .records
                        .iter()
                        .map(|record| record.message_id)
                        .collect();
                    let end = total.min(offset + count as usize);
                    assert_eq!(
                        ids,
                        expected[offset.min(total)..end],
                        "{order:?} {wanted:?} {offset}"
                    );
                }
            }
        }
    }

    #[test]
    fn pages_are_what_a_filter_and_a_sort_of_everything_give() {
        for order in ORDERS {
            for count in [0, 1, MOST_ROWS as u64, 10_000] {
                let records = records(1, count);
                check(&Table::new(records.clone(), order), &records, order);
            }
        }
    }

    #[test]
    fn insertions_keep_the_order() {
        for order in ORDERS {
            // From nothing, and between what is there: the later ids first, so that blocks overflow in every order.
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

//! Which messages of a segment of a history have been read.

use std::collections::BinaryHeap;

use crate::page::SmsHistoryPage;

/// The most ids of a block.
const BLOCK: usize = 512;

/// The ids of a segment's messages, in little memory: they are sorted, and each is told by its distance from the one
/// before, which mostly takes a byte or two. They lie in blocks, because a page's ids are near each other where the API
/// has an order: few blocks change.
#[derive(Default)]
pub(super) struct IdSet {
    /// Ascending, none of them empty.
    blocks: Vec<Block>,
    /// How many ids all blocks have.
    length: usize,
    /// Rows without an id. Nobody can tell whether one of them came twice.
    nameless: u64,
}

struct Block {
    first: u64,
    last: u64,
    /// The distances of the ids after the first, in groups of seven bits, the lowest first; all but the last one of a
    /// number have the highest bit set (LEB128).
    distances: Box<[u8]>,
}

impl IdSet {
    /// How many different messages there are.
    pub(super) fn count(&self) -> u64 {
        self.length as u64 + self.nameless
    }

    /// Whether every message can be told from every other.
    pub(super) fn is_exact(&self) -> bool {
        self.nameless == 0
    }

    /// Adds a page's messages, and tells for each row whether it is new.
    pub(super) fn add(&mut self, page: &SmsHistoryPage) -> Vec<bool> {
        let mut keep = vec![true; page.len()];
        let mut given = Vec::with_capacity(page.len());
        for (row, id) in page.message_ids().enumerate() {
            match id {
                Some(id) => given.push((id, row)),
                None => self.nameless += 1,
            }
        }
        let given = sorted(given);
        let mut rest = given.as_slice();
        while let Some(&(id, _)) = rest.first() {
            // The block in which it would be; the last block also gets what is beyond it.
            let block = self.blocks.partition_point(|block| block.last < id);
            let block = block.min(self.blocks.len().saturating_sub(1));
            let next = self.blocks.get(block + 1).map(|block| block.first);
            let end = rest.partition_point(|&(id, _)| next.is_none_or(|next| id < next));
            self.merge(block, &rest[..end], &mut keep);
            rest = &rest[end..];
        }
        keep
    }

    /// Adds sorted ids to a block, which may become several.
    fn merge(&mut self, at: usize, given: &[(u64, usize)], keep: &mut [bool]) {
        let old = self.blocks.get(at).map_or(Vec::new(), Block::ids);
        let mut merged = Vec::with_capacity(old.len() + given.len());
        let mut old_ids = old.iter().copied().peekable();
        for &(id, row) in given {
            while let Some(before) = old_ids.next_if(|&old| old <= id) {
                merged.push(before);
            }
            if merged.last() == Some(&id) {
                keep[row] = false;
            } else {
                merged.push(id);
            }
        }
        merged.extend(old_ids);
        self.length += merged.len() - old.len();
        let replaced = at..(at + 1).min(self.blocks.len());
        // Parts of one size, so that none is small.
        let parts = merged.len().div_ceil(BLOCK).max(1);
        let blocks = merged.chunks(merged.len().div_ceil(parts).max(1));
        self.blocks.splice(replaced, blocks.map(Block::new));
    }
}

/// Ids with their rows, ascending. Where the API has an order they are that already, or the other way round.
fn sorted(mut given: Vec<(u64, usize)>) -> Vec<(u64, usize)> {
    if !given.is_sorted() {
        given.reverse();
    }
    if given.is_sorted() {
        given
    } else {
        // By a heap, which summaries have anyway: the quicker way is many times as much code.
        BinaryHeap::from(given).into_sorted_vec()
    }
}

impl Block {
    /// Of at least one id.
    fn new(sorted: &[u64]) -> Self {
        let mut distances = Vec::with_capacity(sorted.len() * 2);
        for pair in sorted.windows(2) {
            let mut distance = pair[1] - pair[0];
            while distance >= 0x80 {
                distances.push(distance as u8 | 0x80);
                distance >>= 7;
            }
            distances.push(distance as u8);
        }
        Self {
            first: sorted[0],
            last: sorted[sorted.len() - 1],
            distances: distances.into(),
        }
    }

    fn ids(&self) -> Vec<u64> {
        let mut ids = Vec::with_capacity(BLOCK);
        let (mut id, mut distance, mut shift) = (self.first, 0, 0);
        ids.push(id);
        for &byte in &self.distances {
            distance |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                id += distance;
                ids.push(id);
                (distance, shift) = (0, 0);
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        json::Cursor,
        page::{Columns, read_rows},
    };

    fn page(ids: &[Option<u64>]) -> SmsHistoryPage {
        let row =
            |id: &Option<u64>| id.map_or("{}".into(), |id| format!("{{\"message_id\":{id}}}"));
        let rows: Vec<String> = ids.iter().map(row).collect();
        let text = format!("[{}]", rows.join(","));
        let mut columns = Columns::default();
        let totals = read_rows(&mut Cursor::new(&text), &mut columns).unwrap();
        SmsHistoryPage::new(columns, None, totals)
    }

    fn all(ids: &IdSet) -> Vec<u64> {
        ids.blocks.iter().flat_map(Block::ids).collect()
    }

    #[test]
    fn rows_are_new_once_within_and_across_pages() {
        let mut ids = IdSet::default();
        assert_eq!(
            ids.add(&page(&[Some(9), Some(3), Some(9), Some(5)])),
            [true, true, false, true]
        );
        assert_eq!(
            ids.add(&page(&[Some(5), Some(4), Some(10), Some(0), Some(3)])),
            [false, true, true, true, false]
        );
        assert_eq!(all(&ids), [0, 3, 4, 5, 9, 10]);
        assert!(ids.count() == 6 && ids.is_exact());
    }

    #[test]
    fn rows_without_an_id_are_all_kept_and_make_it_inexact() {
        let mut ids = IdSet::default();
        assert_eq!(ids.add(&page(&[None, Some(1), None])), [true, true, true]);
        assert!(ids.count() == 3 && !ids.is_exact());
    }

    #[test]
    fn a_segment_takes_little_memory() {
        // The place of the nth id, of 65,000: ascending, descending, and in no order (37 and 65,000 have no common factor).
        for place in [|n| n, |n| 64_999 - n, |n| n * 37 % 65_000] {
            let mut ids = IdSet::default();
            for number in 0..65 {
                let places = (number * 1000..(number + 1) * 1000).map(place);
                let page = page(&Vec::from_iter(
                    places.map(|place: u64| Some(5_000_000 + place * 300)),
                ));
                assert!(ids.add(&page).into_iter().all(|is_new| is_new));
            }
            let bytes = |block: &Block| size_of::<Block>() + block.distances.len();
            let bytes: usize = ids.blocks.iter().map(bytes).sum();
            assert!(ids.count() == 65_000 && bytes < 65_000 * 9 / 4, "{bytes}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_is_a_set(
            pages in proptest::collection::vec(proptest::collection::vec(0_u64..4000, 0..1000), 0..6),
            spread in proptest::sample::select(vec![1, 37, 1 << 20, (1 << 53) / 4001]),
        ) {
            let (mut ids, mut reference) = (IdSet::default(), std::collections::BTreeSet::new());
            for numbers in pages {
                let numbers: Vec<u64> = numbers.into_iter().map(|number| number * spread).collect();
                let keep = ids.add(&page(&numbers.iter().copied().map(Some).collect::<Vec<_>>()));
                let expected: Vec<bool> = numbers.iter().map(|id| reference.insert(*id)).collect();
                proptest::prop_assert_eq!(keep, expected);
                proptest::prop_assert_eq!(all(&ids), Vec::from_iter(reference.iter().copied()));
                proptest::prop_assert_eq!(ids.count(), reference.len() as u64);
            }
        }
    }
}

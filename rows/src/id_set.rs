//! A compressed set of ids.

/// The maximum ids of a block.
const BLOCK_IDS: usize = 512;

/// A set of ids.
///
/// The ids are sorted, and each is stored as its distance from the one before, which mostly takes one or two bytes. Blocks
/// keep insertions cheap: the ids of a page are close to each other where the API has an order, so few blocks change.
#[derive(Default)]
pub(crate) struct IdSet {
    /// Ascending, none of them empty.
    blocks: Vec<Block>,
    /// The number of ids in all blocks.
    length: usize,
}

struct Block {
    first: u64,
    last: u64,
    /// The distances of the ids after the first, as LEB128: seven bits a byte, the lowest first. The highest bit is set in all
    /// bytes of a number but its last.
    distances: Box<[u8]>,
}

impl IdSet {
    pub(crate) fn count(&self) -> u64 {
        self.length as u64
    }

    pub(crate) fn contains(&self, id: u64) -> bool {
        let block = self.blocks.partition_point(|block| block.last < id);
        self.blocks
            .get(block)
            .is_some_and(|block| block.ids().contains(&id))
    }

    /// Adds sorted ids, each with its row, and clears `is_new` for rows whose id is known.
    pub(crate) fn add_sorted(&mut self, added: &[(u64, usize)], is_new: &mut [bool]) {
        let mut rest = added;
        while let Some(&(id, _)) = rest.first() {
            // Ids beyond the last block go into the last block.
            let block = self.blocks.partition_point(|block| block.last < id);
            let block = block.min(self.blocks.len().saturating_sub(1));
            let next = self.blocks.get(block + 1).map(|block| block.first);
            let end = rest.partition_point(|&(id, _)| next.is_none_or(|next| id < next));
            self.merge(block, &rest[..end], is_new);
            rest = &rest[end..];
        }
    }

    /// Adds sorted ids to a block, which may become several.
    fn merge(&mut self, block: usize, added: &[(u64, usize)], is_new: &mut [bool]) {
        let old = self.blocks.get(block).map_or(Vec::new(), Block::ids);
        let mut merged = Vec::with_capacity(old.len() + added.len());
        let mut old_ids = old.iter().copied().peekable();
        for &(id, row) in added {
            while let Some(smaller) = old_ids.next_if(|&old| old <= id) {
                merged.push(smaller);
            }
            if merged.last() == Some(&id) {
                is_new[row] = false;
            } else {
                merged.push(id);
            }
        }
        merged.extend(old_ids);
        self.length += merged.len() - old.len();
        let replaced = block..(block + 1).min(self.blocks.len());
        // Equal parts, so that no block is small.
        let parts = merged.len().div_ceil(BLOCK_IDS).max(1);
        let blocks = merged.chunks(merged.len().div_ceil(parts).max(1));
        self.blocks.splice(replaced, blocks.map(Block::new));
    }
}

impl Block {
    /// Compresses at least one id.
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
        let mut ids = Vec::with_capacity(BLOCK_IDS);
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

    fn add(set: &mut IdSet, ids: &[u64]) -> Vec<bool> {
        let mut is_new = vec![true; ids.len()];
        let mut added: Vec<(u64, usize)> = ids.iter().copied().zip(0..).collect();
        added.sort_unstable();
        set.add_sorted(&added, &mut is_new);
        is_new
    }

    fn all(ids: &IdSet) -> Vec<u64> {
        ids.blocks.iter().flat_map(Block::ids).collect()
    }

    #[test]
    fn repeated_ids_are_not_new_within_and_across_pages() {
        let mut ids = IdSet::default();
        assert_eq!(add(&mut ids, &[9, 3, 9, 5]), [true, true, false, true]);
        assert_eq!(
            add(&mut ids, &[5, 4, 10, 0, 3]),
            [false, true, true, true, false]
        );
        assert_eq!(all(&ids), [0, 3, 4, 5, 9, 10]);
        assert_eq!(ids.count(), 6);
    }

    #[test]
    fn ids_take_at_most_two_and_a_quarter_bytes_each() {
        // The index of the nth of 65,000 ids: ascending, descending, and unordered (37 and 65,000 have no common factor).
        for index in [|n| n, |n| 64_999 - n, |n| n * 37 % 65_000] {
            let mut ids = IdSet::default();
            for number in 0..65 {
                let indices = (number * 1000..(number + 1) * 1000).map(index);
                let page: Vec<u64> = indices.map(|index: u64| 5_000_000 + index * 300).collect();
                assert!(add(&mut ids, &page).into_iter().all(|is_new| is_new));
            }
            let bytes = |block: &Block| size_of::<Block>() + block.distances.len();
            let bytes: usize = ids.blocks.iter().map(bytes).sum();
            assert!(ids.count() == 65_000 && bytes < 65_000 * 9 / 4, "{bytes}");
        }
    }

    proptest::proptest! {
        #[test]
        fn matches_btreeset(
            pages in proptest::collection::vec(proptest::collection::vec(0_u64..4000, 0..1000), 0..6),
            spread in proptest::sample::select(vec![1, 37, 1 << 20, (1 << 53) / 4001]),
        ) {
            let (mut ids, mut reference) = (IdSet::default(), std::collections::BTreeSet::new());
            for numbers in pages {
                let numbers: Vec<u64> = numbers.into_iter().map(|number| number * spread).collect();
                let keep = add(&mut ids, &numbers);
                let expected: Vec<bool> = numbers.iter().map(|id| reference.insert(*id)).collect();
                proptest::prop_assert_eq!(keep, expected);
                proptest::prop_assert_eq!(all(&ids), Vec::from_iter(reference.iter().copied()));
                proptest::prop_assert_eq!(ids.count(), reference.len() as u64);
                for id in 0..100 {
                    proptest::prop_assert_eq!(ids.contains(id * spread), reference.contains(&(id * spread)));
                }
            }
        }
    }
}

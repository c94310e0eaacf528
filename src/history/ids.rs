//! Which messages of a segment have been read.

use crate::page::SmsHistoryPage;

/// The ids of a segment's messages, sorted: 8 bytes each, and a segment is bounded.
#[derive(Default)]
pub(super) struct IdSet {
    /// Each id with the bits of `turn` turned over.
    sorted: Vec<u64>,
    /// All bits when ids fall, as they mostly do: so what comes later is added behind what is there.
    turn: u64,
    /// Rows without an id. Nobody can tell whether one of them came twice.
    nameless: u64,
}

impl IdSet {
    /// How many different messages there are.
    pub(super) fn len(&self) -> u64 {
        self.sorted.len() as u64 + self.nameless
    }

    /// Whether every message can be told from every other.
    pub(super) fn is_exact(&self) -> bool {
        self.nameless == 0
    }

    /// Adds a page's messages, and tells for each row whether it is new.
    pub(super) fn add(&mut self, page: &SmsHistoryPage) -> Vec<bool> {
        let mut keep = vec![true; page.len()];
        let mut fresh = Vec::with_capacity(page.len());
        if self.sorted.is_empty() {
            let mut ids = page.message_ids().flatten();
            let is_falling = ids.next() > ids.last();
            self.turn = if is_falling { u64::MAX } else { 0 };
        }
        for (row, id) in page.message_ids().enumerate() {
            match id.map(|id| id ^ self.turn) {
                Some(id) if self.is_behind(id) || self.sorted.binary_search(&id).is_err() => {
                    fresh.push((id, row));
                }
                Some(_) => keep[row] = false,
                None => self.nameless += 1,
            }
        }
        fresh.sort_unstable();
        fresh.dedup_by(|(later, row), (earlier, _)| {
            let again = later == earlier;
            if again {
                keep[*row] = false;
            }
            again
        });
        self.merge(&fresh);
        keep
    }

    fn is_behind(&self, id: u64) -> bool {
        self.sorted.last().is_none_or(|last| *last < id)
    }

    /// Merges sorted ids in from the back, in place.
    fn merge(&mut self, fresh: &[(u64, usize)]) {
        let mut old = self.sorted.len();
        self.sorted.resize(old + fresh.len(), 0);
        let mut end = self.sorted.len();
        for &(id, _) in fresh.iter().rev() {
            while old > 0 && self.sorted[old - 1] > id {
                old -= 1;
                end -= 1;
                self.sorted[end] = self.sorted[old];
            }
            end -= 1;
            self.sorted[end] = id;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{response::read_page, transport::Reply};

    fn page(ids: &[Option<u64>]) -> SmsHistoryPage {
        let row =
            |id: &Option<u64>| id.map_or("{}".into(), |id| format!("{{\"message_id\":{id}}}"));
        let rows: Vec<String> = ids.iter().map(row).collect();
        read_page(&Reply {
            status: 200,
            body: format!("{{\"result\":[{}]}}", rows.join(",")).into(),
            ..Reply::default()
        })
        .unwrap()
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
        let sorted = [10, 9, 5, 4, 3, 0].map(|id: u64| !id);
        assert_eq!(ids.sorted, sorted);
        assert!(ids.len() == 6 && ids.is_exact());
    }

    #[test]
    fn rows_without_an_id_are_all_kept_and_make_it_inexact() {
        let mut ids = IdSet::default();
        assert_eq!(ids.add(&page(&[None, Some(1), None])), [true, true, true]);
        assert!(ids.len() == 3 && !ids.is_exact());
    }

    proptest::proptest! {
        #[test]
        fn it_is_a_set(pages in proptest::collection::vec(proptest::collection::vec(0_u64..40, 0..30), 0..6)) {
            let (mut ids, mut reference) = (IdSet::default(), std::collections::HashSet::new());
            for numbers in pages {
                let keep = ids.add(&page(&numbers.iter().copied().map(Some).collect::<Vec<_>>()));
                let expected: Vec<bool> = numbers.iter().map(|id| reference.insert(*id)).collect();
                proptest::prop_assert_eq!(keep, expected);
                proptest::prop_assert!(ids.sorted.is_sorted());
            }
        }
    }
}

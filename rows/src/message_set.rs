//! The set of distinct messages of a history's segment.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::{id_set::IdSet, page::SmsHistoryPage};

/// Distinct messages, identified by `message_id`, else by `transaction_id`, else by all fields of the row.
///
/// Two rows that differ in a field count as two messages, so a message whose status changes would count twice. Rows without
/// an id are therefore trusted only while nothing is added or removed. See [`Self::is_exact`].
#[derive(Default)]
pub struct MessageSet {
    message_ids: IdSet,
    transaction_ids: IdSet,
    /// Hashes of all fields. A collision looks like a repeated row, which is reported as incomplete.
    field_hashes: IdSet,
    has_shared_ids: bool,
    has_equal_rows: bool,
}

impl MessageSet {
    /// The number of distinct messages.
    pub fn count(&self) -> u64 {
        self.message_ids.count() + self.transaction_ids.count() + self.field_hashes.count()
    }

    /// Counts the distinct messages of a page.
    pub fn count_distinct(page: &SmsHistoryPage) -> u64 {
        let mut messages = Self::default();
        messages.add(page);
        messages.count()
    }

    /// Whether all messages have an id.
    pub fn is_exact(&self) -> bool {
        self.field_hashes.count() == 0
    }

    /// Explains for an error message why fewer messages than rows may have been found. Begins with a comma, or is empty.
    pub fn ambiguity(&self) -> &'static str {
        if self.has_equal_rows {
            ", because rows without an id are equal in all fields"
        } else if !self.is_exact() {
            ", and rows without an id cannot be told apart after a change"
        } else if self.has_shared_ids {
            ", because rows share an id"
        } else {
            ""
        }
    }

    /// Whether a page has a message that is not in the set. The page's messages are not added.
    pub fn has_unknown(&self, page: &SmsHistoryPage) -> bool {
        page.iter().any(
            |message| !match (message.message_id, message.transaction_id) {
                (Some(id), _) => self.message_ids.contains(id),
                (None, Some(id)) => self.transaction_ids.contains(id),
                (None, None) => self.field_hashes.contains(FxBuildHasher.hash_one(message)),
            },
        )
    }

    /// Adds the messages of a page, and returns for each row whether it is new.
    pub fn add(&mut self, page: &SmsHistoryPage) -> Vec<bool> {
        let mut is_new = vec![true; page.len()];
        let mut message_ids = Vec::with_capacity(page.len());
        let (mut transaction_ids, mut field_hashes) = (Vec::new(), Vec::new());
        for (row, id) in page.message_ids().enumerate() {
            if let Some(id) = id {
                message_ids.push((id, row));
            } else if let Some(message) = page.get(row) {
                match message.transaction_id {
                    Some(id) => transaction_ids.push((id, row)),
                    None => field_hashes.push((FxBuildHasher.hash_one(message), row)),
                }
            }
        }
        message_ids.sort_unstable();
        transaction_ids.sort_unstable();
        field_hashes.sort_unstable();
        self.has_shared_ids |= repeats(&message_ids) || repeats(&transaction_ids);
        self.message_ids.add_sorted(&message_ids, &mut is_new);
        self.transaction_ids
            .add_sorted(&transaction_ids, &mut is_new);
        self.field_hashes.add_sorted(&field_hashes, &mut is_new);
        self.has_equal_rows |= field_hashes.iter().any(|&(_, row)| !is_new[row]);
        is_new
    }
}

fn repeats(sorted: &[(u64, usize)]) -> bool {
    sorted.windows(2).any(|pair| pair[0].0 == pair[1].0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        json::Cursor,
        page::{Columns, read_rows},
    };

    /// A page of JSON objects.
    fn page_of(rows: &str) -> SmsHistoryPage {
        let text = format!("[{rows}]");
        let mut columns = Columns::default();
        let totals = read_rows(&mut Cursor::new(&text), &mut columns).unwrap();
        SmsHistoryPage::new(columns, None, totals)
    }

    fn count_after(pages: &[&str]) -> (u64, bool, &'static str) {
        let mut messages = MessageSet::default();
        for page in pages {
            messages.add(&page_of(page));
        }
        (messages.count(), messages.is_exact(), messages.ambiguity())
    }

    #[test]
    fn ids_of_both_kinds_are_separate_and_message_id_wins() {
        let rows = r#"{"message_id":1},{"transaction_id":1},{"message_id":2,"transaction_id":1}"#;
        assert_eq!(count_after(&[rows, rows]), (3, true, ""));
    }

    #[test]
    fn rows_without_an_id_differ_in_any_field() {
        let rows = r#"{},{"text":"a"},{"error_message":"a"},{"source_number":"1"},{"destination_number":"1"},{"cost":1},
            {"fragments":1},{"direction":"in"},{"direction":"x"},{"status_id":"1"},{"processed_date":"2026-01-01 00:00:00"}"#;
        let (count, is_exact, ambiguity) = count_after(&[rows]);
        assert_eq!((count, is_exact), (11, false));
        assert!(ambiguity.contains("after a change"));
        let (count, _, ambiguity) = count_after(&[rows, r#"{"text":"a"}"#]);
        assert!(count == 11 && ambiguity.contains("equal in all fields"));
    }

    #[test]
    fn an_id_that_repeats_in_a_page_is_shared() {
        assert_eq!(count_after(&[r#"{"message_id":1}"#; 2]).2, "");
        let shared = r#"{"message_id":1},{"message_id":1}"#;
        assert!(count_after(&[shared]).2.contains("share an id"));
    }
}

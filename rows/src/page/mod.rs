//! One page of the history: its rows as columns, and their totals.

mod columns;
mod field;
mod message;
mod read;
mod unusual;
mod unusual_date;

pub use columns::{Columns, MAX_PAGE_ROWS};
pub use field::DAMAGED_KEY;
pub(crate) use message::SUM_LIMITS;
pub use message::{Direction, SmsMessage, Status, Totals};
pub use read::read_rows;
pub use unusual::{ReadError, read_integer};

/// One page of the history, with its rows in the API's order.
///
/// The page of a single call has all rows of the response. The pages of a whole history omit rows that were read before.
#[derive(Clone, Default)]
pub struct SmsHistoryPage {
    columns: Columns,
    total_count: Option<u64>,
    totals: Totals,
    cursor: Option<String>,
    is_last: bool,
}

impl SmsHistoryPage {
    /// Creates a page of columns.
    #[doc(hidden)]
    pub fn new(columns: Columns, total_count: Option<u64>, totals: Totals) -> Self {
        Self {
            columns,
            total_count,
            totals,
            cursor: None,
            is_last: false,
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the page has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of messages that match the query, regardless of `count` and `offset`. `None` when the response omits it.
    pub fn total_count(&self) -> Option<u64> {
        self.total_count
    }

    /// Count and sums of the rows of this page.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// A row, in the order of the response.
    pub fn get(&self, row: usize) -> Option<SmsMessage<'_>> {
        (row < self.len()).then(|| self.columns.message(row))
    }

    /// The rows, in the order of the response.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SmsMessage<'_>> {
        (0..self.len()).map(|row| self.columns.message(row))
    }

    /// The ids of the rows, in the order of the response.
    pub(crate) fn message_ids(&self) -> impl Iterator<Item = Option<u64>> {
        self.columns.message_ids()
    }

    /// The position after this page, from which the option `cursor` resumes a history.
    ///
    /// `None` for single calls, for the last page of a history, and when the result set changed during reading.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Whether this is the last page of a history, and the history is complete. `false` for single calls, and for a page that
    /// ends at the history's limit.
    pub fn is_last(&self) -> bool {
        self.is_last
    }

    /// Removes the rows that are not to be kept.
    #[doc(hidden)]
    pub fn retain(&mut self, keep: &[bool]) {
        self.columns.retain(keep);
        self.totals = self.iter().fold(Totals::default(), |sum, message| {
            let one = Totals {
                count: 1,
                fragments: message.fragments.unwrap_or(0),
                cost: message.cost.unwrap_or_default(),
            };
            // Never the default: the sum of all rows fitted.
            sum.checked_add(one).unwrap_or(sum)
        });
    }

    /// Removes the rows from `length` on.
    #[doc(hidden)]
    pub fn truncate(&mut self, length: usize) {
        if length < self.len() {
            let keep: Vec<bool> = (0..self.len()).map(|row| row < length).collect();
            self.retain(&keep);
        }
    }

    /// Sets the position of the page in a whole history.
    #[doc(hidden)]
    pub fn set_place(&mut self, total_count: Option<u64>, cursor: Option<String>, is_last: bool) {
        self.total_count = total_count;
        self.cursor = cursor;
        self.is_last = is_last;
    }

    /// The columns, which JavaScript copies.
    #[doc(hidden)]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }
}

impl std::fmt::Debug for SmsHistoryPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsHistoryPage")
            .field("rows", &self.len())
            .field("total_count", &self.total_count)
            .finish_non_exhaustive()
    }
}

//! One page of the history: rows kept as columns, text kept in one string, and the page's totals.

mod cells;
mod columns;
mod day;
mod field;
mod order;
mod read;
mod shape;
mod spent;
mod sums;
mod thorough;
mod utf16;

use crate::{date::EpochMillis, decimal::Decimal};

pub use columns::Columns;
pub use read::{ReadError, read_rows};

/// Where a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction<'a> {
    /// To the account.
    In,
    /// From the account.
    Out,
    /// A word that the vendor's page does not name, as sent.
    Unknown(&'a str),
}

/// What became of a message (the vendor's page: `1` success, `2` error, `3` waiting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status<'a> {
    /// `1`
    Success,
    /// `2`
    Error,
    /// `3`
    Waiting,
    /// A status that the vendor's page does not name, as sent.
    Unknown(&'a str),
}

/// One row. A field that the reply left out, or sent as null, is `None`.
#[derive(Clone, Copy, PartialEq)]
pub struct SmsMessage<'a> {
    /// The message's id, below 2^53.
    pub message_id: Option<u64>,
    /// The sender: a phone number, or an alphanumeric sender id.
    pub source_number: Option<&'a str>,
    /// The recipient.
    pub destination_number: Option<&'a str>,
    /// Incoming or outgoing.
    pub direction: Option<Direction<'a>>,
    /// How many fragments the message was divided into.
    pub fragments: Option<u64>,
    /// What the message cost, exact.
    pub cost: Option<Decimal>,
    /// What became of it.
    pub status: Option<Status<'a>>,
    /// The vendor's words on what went wrong. They may quote phone numbers.
    pub error_message: Option<&'a str>,
    /// When it was processed, to the second.
    pub processed_date: Option<EpochMillis>,
    /// The id of the transaction, below 2^53.
    pub transaction_id: Option<u64>,
    /// The stored text.
    pub text: Option<&'a str>,
}

impl std::fmt::Debug for SmsMessage<'_> {
    // Numbers and texts are personal: what is printed identifies the row and no person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsMessage")
            .field("message_id", &self.message_id)
            .field("processed_date", &self.processed_date)
            .finish_non_exhaustive()
    }
}

/// What the rows of a page add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many rows.
    pub count: u64,
    /// The sum of `fragments`; rows without it count as 0.
    pub fragments: u64,
    /// The exact sum of `cost`; rows without it count as 0.
    pub cost: Decimal,
}

impl Totals {
    /// Adds a row, or the totals of many, in place, which is a good part of a summary's speed. False when the cost has more
    /// digits than an exact decimal holds; the totals are of no use then.
    #[doc(hidden)]
    pub fn accumulate(&mut self, row: &Self) -> bool {
        // A count can't overflow before a machine's life ends.
        self.count += row.count;
        self.fragments = self.fragments.saturating_add(row.fragments);
        self.cost.accumulate(row.cost)
    }

    /// The totals of both. `None` when the cost has more digits than an exact decimal holds.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            count: self.count.checked_add(other.count)?,
            fragments: self.fragments.checked_add(other.fragments)?,
            cost: self.cost.checked_add(other.cost)?,
        })
    }
}

/// One page of the history, its rows in the API's order. A page of one call has all rows of the reply; in a whole history,
/// rows that came before are left out.
#[derive(Clone, Default)]
pub struct SmsHistoryPage {
    columns: Columns,
    total_count: Option<u64>,
    totals: Totals,
    cursor: Option<String>,
}

impl SmsHistoryPage {
    /// The page of rows that were read.
    #[doc(hidden)]
    pub fn new(columns: Columns, total_count: Option<u64>, totals: Totals) -> Self {
        Self {
            columns,
            total_count,
            totals,
            cursor: None,
        }
    }

    /// How many rows the page has.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether the page has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages match the query in all, whatever `count` and `offset` are; `None` when the API did not say.
    pub fn total_count(&self) -> Option<u64> {
        self.total_count
    }

    /// What the rows of this page add up to.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// A row, in the order of the reply.
    pub fn get(&self, row: usize) -> Option<SmsMessage<'_>> {
        (row < self.len()).then(|| self.columns.message(row))
    }

    /// The rows, in the order of the reply.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SmsMessage<'_>> {
        (0..self.len()).map(|row| self.columns.message(row))
    }

    /// The ids of the rows, in the order of the reply.
    #[doc(hidden)]
    pub fn message_ids(&self) -> impl Iterator<Item = Option<u64>> {
        self.columns.message_ids()
    }

    /// Where a whole history goes on after this page: for the option `cursor` of a history.
    /// `None` on a page of a single call, and where rows moved while they were read.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Drops the rows that are not to be kept.
    #[doc(hidden)]
    pub fn retain(&mut self, keep: &[bool]) {
        self.columns.retain(keep);
        self.totals = self.iter().fold(Totals::default(), |sum, message| {
            let one = Totals {
                count: 1,
                fragments: message.fragments.unwrap_or(0),
                cost: message.cost.unwrap_or_default(),
            };
            // The sum of more rows fitted.
            sum.checked_add(one).unwrap_or(sum)
        });
    }

    /// Drops the rows from `length` on.
    #[doc(hidden)]
    pub fn truncate(&mut self, length: usize) {
        if length < self.len() {
            let keep: Vec<bool> = (0..self.len()).map(|row| row < length).collect();
            self.retain(&keep);
        }
    }

    /// Tells the page its place in a whole history.
    #[doc(hidden)]
    pub fn set_place(&mut self, total_count: u64, cursor: Option<String>) {
        self.total_count = Some(total_count);
        self.cursor = cursor;
    }

    /// The storage, as the page of JavaScript gets it.
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

//! What comes out of a summary.

use std::fmt;

use super::Bucket;
use crate::{date::EpochMillis, decimal::Decimal, page::Totals};

/// What the messages of a history add up to.
///
/// Buckets, directions and statuses each divide the whole history: the totals of each add up to [`Self::totals`]. Only
/// what occurs is listed. Costs have no trailing zeros.
#[derive(Clone)]
pub struct SmsHistorySummary {
    /// All messages.
    pub totals: Totals,
    /// The length of the buckets.
    pub bucket: Bucket,
    /// By time, in the order of time; last come the messages without a date.
    pub buckets: Vec<BucketTotals>,
    /// By direction: the known words `in`, `out`; words that are not known; the rest.
    pub directions: Vec<CategoryTotals>,
    /// By status: the known words `success`, `error`, `waiting`; statuses that are not known, as sent; the rest.
    pub statuses: Vec<CategoryTotals>,
    /// The senders of most messages.
    pub source_numbers: TopList,
    /// The recipients of most messages.
    pub destination_numbers: TopList,
    /// The most frequent error messages.
    pub error_messages: TopList,
}

impl fmt::Debug for SmsHistorySummary {
    // The lists are of phone numbers, and of error messages, which may quote them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsHistorySummary")
            .field("totals", &self.totals)
            .field("bucket", &self.bucket)
            .field("buckets", &self.buckets.len())
            .finish_non_exhaustive()
    }
}

/// The messages of a time bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketTotals {
    /// Which bucket. `None`: the messages without a date.
    pub key: Option<BucketKey>,
    /// What they add up to.
    pub totals: Totals,
}

/// A time bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BucketKey {
    /// Its local time: `2026-03-08T01` (hour), `2026-03-08` (day) or `2026-03` (month).
    pub label: String,
    /// The instant at which it begins. It tells apart the two hours of one label where the clock was set back.
    pub start: EpochMillis,
}

/// The messages of a direction or of a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryTotals {
    /// Which direction or status.
    pub word: Category,
    /// What they add up to.
    pub totals: Totals,
}

/// A direction or a status.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// One that is known: `in`, `out`; `success`, `error`, `waiting`.
    Known(&'static str),
    /// One that the vendor's page does not name, as sent, or its first 512 bytes.
    Unknown(String),
    /// Any further unknown one: a hundred are told apart, in the order in which they appear.
    Other,
    /// None: the field is absent.
    Absent,
}

/// The keys of most messages, from the most to the fewest. Among equals the more certain comes first, and after that the
/// lower one in the order of its bytes. Messages without the field are in no list.
///
/// Memory is bounded: 8,192 keys are counted at a time. While no more than that have appeared, the list is exact.
/// Beyond it the rarest are forgotten whenever the room is used up; a key that comes back is then counted from the
/// number of messages that it may have had at most, at most one 4,096th of the history. A key that has more than that is
/// never missing. Of a key longer than 512 bytes the first 512 count: keys that begin with the same are one.
#[derive(Clone, Debug)]
pub struct TopList {
    /// The keys and their figures.
    pub entries: Vec<TopEntry>,
    /// Whether every figure is exact and no key is missing.
    pub exact: bool,
}

/// A phone number, a sender or an error message.
#[derive(Clone, PartialEq, Eq)]
pub struct TopEntry {
    /// The number or the message, or the first 512 bytes of it.
    pub value: String,
    /// How many messages it has, or up to `count_error` more than that.
    pub count: u64,
    /// By how much `count` may be too high.
    pub count_error: u64,
    /// The fragments of the `count - count_error` messages that are known for certain.
    pub fragments: u64,
    /// The exact cost of the `count - count_error` messages that are known for certain.
    pub cost: Decimal,
}

impl fmt::Debug for TopEntry {
    // The key is personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopEntry")
            .field("count", &self.count)
            .field("count_error", &self.count_error)
            .finish_non_exhaustive()
    }
}

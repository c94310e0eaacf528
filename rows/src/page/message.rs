//! One row as a plain value, and the totals of rows.

use crate::{MAX_SAFE_INTEGER, date::EpochMillis, decimal::Decimal};

/// The direction of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction<'a> {
    /// To the account.
    In,
    /// From the account.
    Out,
    /// A value that the API's documentation does not list, as sent.
    Unknown(&'a str),
}

/// The status of a message (in the API's documentation: `1` success, `2` error, `3` waiting).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status<'a> {
    /// `1`
    Success,
    /// `2`
    Error,
    /// `3`
    Waiting,
    /// A value that the API's documentation does not list, as sent.
    Unknown(&'a str),
}

/// One row. A field that the response omits, or sends as null, is `None`. So is an empty string, except in phone numbers and
/// texts.
#[derive(Clone, Copy, PartialEq, Hash)]
pub struct SmsMessage<'a> {
    /// The id of the message, below 2^53: `message_id`, or `sms_id` if that is absent.
    pub message_id: Option<u64>,
    /// The sender: a phone number, or an alphanumeric sender id.
    pub source_number: Option<&'a str>,
    /// The recipient.
    pub destination_number: Option<&'a str>,
    /// Incoming or outgoing.
    pub direction: Option<Direction<'a>>,
    /// The number of fragments of the message.
    pub fragments: Option<u64>,
    /// The cost of the message, exact to 18 decimal places and rounded there.
    pub cost: Option<Decimal>,
    /// The delivery status.
    pub status: Option<Status<'a>>,
    /// The API's error message. It may quote phone numbers.
    pub error_message: Option<&'a str>,
    /// The time of processing. Milliseconds are kept if the API sends them.
    pub processed_date: Option<EpochMillis>,
    /// The id of the transaction, below 2^53.
    pub transaction_id: Option<u64>,
    /// The stored text.
    pub text: Option<&'a str>,
}

impl std::fmt::Debug for SmsMessage<'_> {
    // Omits numbers and texts, which are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsMessage")
            .field("message_id", &self.message_id)
            .field("processed_date", &self.processed_date)
            .finish_non_exhaustive()
    }
}

/// Count and sums of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of rows.
    pub count: u64,
    /// The sum of `fragments`. Rows without it count as 0.
    pub fragments: u64,
    /// The exact sum of `cost`. Rows without it count as 0.
    pub cost: Decimal,
}

/// The error of sums that [`Totals`] cannot hold: the limits and the excess.
pub(crate) const SUM_LIMITS: &str =
    "expected sums of at most 38 digits of \"cost\" and 2^53-1 \"fragments\", got larger ones";

impl Totals {
    /// Adds other totals in place, which takes a good part of a summary's time.
    ///
    /// Returns false when the cost has more digits than a [`Decimal`] holds, or the fragments are more than 2^53-1, the
    /// largest exact number in JavaScript. These totals are unspecified then.
    #[doc(hidden)]
    pub fn accumulate(&mut self, other: &Self) -> bool {
        // Cannot overflow: no machine counts to 2^64.
        self.count += other.count;
        self.fragments = self.fragments.saturating_add(other.fragments);
        self.fragments <= MAX_SAFE_INTEGER && self.cost.accumulate(other.cost)
    }

    /// The same totals without trailing zeros in the cost.
    #[must_use]
    #[inline(never)]
    pub(crate) fn normalized(self) -> Self {
        Self {
            cost: self.cost.normalized(),
            ..self
        }
    }

    /// The sum of both. `None` when the cost has more digits than a [`Decimal`] holds, or the fragments are more than 2^53-1.
    pub fn checked_add(mut self, other: Self) -> Option<Self> {
        self.accumulate(&other).then_some(self)
    }
}

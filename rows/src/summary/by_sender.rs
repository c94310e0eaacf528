//! Totals by sender and time bucket.

use super::{
    options::{Bucket, MAX_SENDER_BUCKETS, MAX_SENDERS, SummaryError},
    time_buckets::BucketKey,
    totals_map::{TotalsMap, add_rarely, text_key},
};
use crate::page::{Status, Totals};

/// The totals of a sender.
#[derive(Clone, PartialEq, Eq)]
pub struct SenderTotals {
    /// The phone number or sender id, truncated to 512 bytes. `None`: the messages without one.
    pub source_number: Option<String>,
    /// The totals of its messages.
    pub totals: Totals,
    /// The number of its messages with the status `success`.
    pub success: u64,
    /// The number of its messages with the status `error`.
    pub error: u64,
    /// The totals by time, in the order of time: the index in
    /// [`SmsHistorySummary::buckets`](super::SmsHistorySummary::buckets), and the totals. Buckets without messages of this
    /// sender are omitted.
    pub buckets: Vec<(usize, Totals)>,
}

impl std::fmt::Debug for SenderTotals {
    // Omits the number, which is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SenderTotals")
            .field("totals", &self.totals)
            .field("buckets", &self.buckets.len())
            .finish_non_exhaustive()
    }
}

/// The key of messages without a sender. No text has these bytes.
const ABSENT: &[u8] = &[0xff];

/// Adds up rows by sender and bucket.
#[derive(Default)]
pub(super) struct TotalsBySender {
    senders: TotalsMap,
    /// The numbers of messages with the status success and error, for each index of `senders`.
    outcomes: Vec<[u64; 2]>,
    pairs: TotalsMap,
    /// The sender and the bucket for each index of `pairs`.
    owners: Vec<(u32, u32)>,
}

impl TotalsBySender {
    /// Adds a row to the bucket of a number.
    pub(super) fn add(
        &mut self,
        sender: Option<&str>,
        status: Option<Status<'_>>,
        number: usize,
        row: &Totals,
        bucket: Bucket,
    ) -> Result<(), SummaryError> {
        let key = sender.map_or(ABSENT, text_key);
        let sender = self.senders.index_within(key, MAX_SENDERS);
        let sender = sender.ok_or(SummaryError::TooManySenders)?;
        add_rarely(self.senders.totals_mut(sender), row)?;
        if sender == self.outcomes.len() {
            self.outcomes.push([0, 0]);
        }
        let outcome = &mut self.outcomes[sender];
        outcome[0] += u64::from(status == Some(Status::Success));
        outcome[1] += u64::from(status == Some(Status::Error));
        // Both are below 2^17.
        let owner = (sender as u32, number as u32);
        let key = (u64::from(owner.0) << 32 | u64::from(owner.1)).to_le_bytes();
        let pair = self.pairs.index_within(&key, MAX_SENDER_BUCKETS);
        let pair = pair.ok_or(SummaryError::TooManySenderBuckets(bucket))?;
        if pair == self.owners.len() {
            self.owners.push(owner);
        }
        add_rarely(self.pairs.totals_mut(pair), row)
    }

    /// The senders from the most messages to the fewest. Among equals the lower texts come first.
    #[inline]
    pub(super) fn finish(self, sorted: &[(usize, Option<BucketKey>)]) -> Vec<SenderTotals> {
        let mut positions = vec![0; sorted.len()];
        for (position, (number, _)) in sorted.iter().enumerate() {
            positions[*number] = position;
        }
        let absent = self.senders.index_of(ABSENT);
        let mut lists = vec![Vec::new(); self.senders.len()];
        let position = |pair: usize| positions[self.owners[pair].1 as usize];
        for pair in self.pairs.sorted(&|pair, _| (position(pair) as u64, 0)) {
            let totals = self.pairs.entry(pair).totals.normalized();
            lists[self.owners[pair].0 as usize].push((position(pair), totals));
        }
        let ranked = self.senders.ranked().into_iter();
        let senders = ranked.map(|index| SenderTotals {
            source_number: (Some(index) != absent).then(|| self.senders.text(index)),
            totals: self.senders.entry(index).totals.normalized(),
            success: self.outcomes[index][0],
            error: self.outcomes[index][1],
            buckets: std::mem::take(&mut lists[index]),
        });
        senders.collect()
    }
}

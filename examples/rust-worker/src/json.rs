//! The response body: the library's values under the names that its JavaScript API has.

use serde::Serialize;
use voximplant_sms_history::{
    page,
    summary::{BucketTotals, SmsHistorySummary},
};

#[derive(Serialize)]
pub struct Summary {
    totals: Totals,
    buckets: Vec<Bucket>,
}

#[derive(Serialize)]
struct Bucket {
    /// The time in UTC, for example `2026-03-08`. The bucket of messages without a date has no label.
    label: Option<String>,
    #[serde(flatten)]
    totals: Totals,
}

#[derive(Serialize)]
struct Totals {
    count: u64,
    fragments: u64,
    /// An exact decimal. JSON parsers would round a number.
    cost: String,
}

impl Summary {
    pub fn new(summary: SmsHistorySummary) -> Self {
        let bucket = |BucketTotals { key, totals, .. }| Bucket {
            label: key.map(|key| key.label),
            totals: totals.into(),
        };
        Self {
            totals: summary.totals.into(),
            buckets: summary.buckets.into_iter().map(bucket).collect(),
        }
    }
}

impl From<page::Totals> for Totals {
    fn from(totals: page::Totals) -> Self {
        Self {
            count: totals.count,
            fragments: totals.fragments,
            cost: totals.cost.to_string(),
        }
    }
}

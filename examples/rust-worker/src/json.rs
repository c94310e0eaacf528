//! The response bodies: the library's values under the names that its JavaScript API has.

use serde::Serialize;
use voximplant_sms_history::{
    SmsHistoryPage, SmsMessage, date,
    page::{self, Direction, Status},
    summary::{BucketTotals, SmsHistorySummary},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    total_count: Option<u64>,
    totals: Totals,
    messages: Vec<Message<'a>>,
}

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    message_id: Option<u64>,
    source_number: Option<&'a str>,
    destination_number: Option<&'a str>,
    direction: Option<&'a str>,
    fragments: Option<u64>,
    cost: Option<f64>,
    status: Option<&'a str>,
    error_message: Option<&'a str>,
    processed_date: Option<String>,
    transaction_id: Option<u64>,
    text: Option<&'a str>,
}

impl<'a> Page<'a> {
    pub fn new(page: &'a SmsHistoryPage) -> Self {
        Self {
            total_count: page.total_count(),
            totals: page.totals().into(),
            messages: page.iter().map(Message::from).collect(),
        }
    }
}

impl Summary {
    pub fn new(summary: SmsHistorySummary) -> Self {
        let bucket = |BucketTotals { key, totals }| Bucket {
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

impl<'a> From<SmsMessage<'a>> for Message<'a> {
    fn from(message: SmsMessage<'a>) -> Self {
        Self {
            message_id: message.message_id,
            source_number: message.source_number,
            destination_number: message.destination_number,
            direction: message.direction.map(|direction| match direction {
                Direction::In => "in",
                Direction::Out => "out",
                Direction::Unknown(word) => word,
            }),
            fragments: message.fragments,
            cost: message.cost.map(|cost| cost.to_f64()),
            status: message.status.map(|status| match status {
                Status::Success => "success",
                Status::Error => "error",
                Status::Waiting => "waiting",
                Status::Unknown(word) => word,
            }),
            error_message: message.error_message,
            // From `2026-03-08 01:00:00` in UTC to ISO 8601.
            processed_date: message
                .processed_date
                .and_then(date::format)
                .map(|at| at.replace(' ', "T") + "Z"),
            transaction_id: message.transaction_id,
            text: message.text,
        }
    }
}

//! Summaries. A summary crosses as one flat list of numbers and texts, which `pkg/lib/summary.js` reads in the same order.
//!
//! By serde, each type and each list of the summary is compiled for itself.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::{
    page::Totals,
    summary::{Category, CategoryTotals, SmsHistorySummary, TopList},
};

/// Converts a summary into the values that `pkg/lib` turns into the public form.
pub(super) fn to_js(summary: &SmsHistorySummary) -> JsValue {
    let mut values = Values(Array::new());
    values.totals(&summary.totals);
    values.push(summary.bucket.as_str());
    values.categories(&summary.directions);
    values.categories(&summary.statuses);
    values.length(summary.buckets.len());
    for bucket in &summary.buckets {
        values.text(bucket.key.as_ref().map(|key| key.label.as_str()));
        values.number(bucket.key.as_ref().map(|key| key.start as f64));
        values.totals(&bucket.totals);
        values.parts(&bucket.directions);
        values.parts(&bucket.statuses);
    }
    values.top(&summary.source_numbers);
    values.top(&summary.destination_numbers);
    values.top(&summary.error_messages);
    values.push(summary.error_codes.exact);
    values.length(summary.error_codes.entries.len());
    for entry in &summary.error_codes.entries {
        // Exact: a code has at most 15 digits.
        values.number(entry.code.map(|code| code as f64));
        values.text(Some(&entry.example));
        values.totals(&entry.totals);
    }
    values.totals(&summary.without_error_text);
    if let Some(senders) = &summary.senders {
        values.length(senders.len());
        for sender in senders {
            values.text(sender.source_number.as_deref());
            values.totals(&sender.totals);
            values.number(Some(sender.success as f64));
            values.number(Some(sender.error as f64));
            values.parts(&sender.buckets);
        }
    }
    values.0.into()
}

/// The values of a summary one after another. A list begins with its length.
struct Values(Array);

impl Values {
    fn push(&mut self, value: impl Into<JsValue>) {
        self.0.push(&value.into());
    }

    fn number(&mut self, number: Option<f64>) {
        self.push(number);
    }

    fn text(&mut self, text: Option<&str>) {
        self.push(text);
    }

    fn length(&mut self, length: usize) {
        self.number(Some(length as f64));
    }

    fn totals(&mut self, totals: &Totals) {
        self.number(Some(totals.count as f64));
        self.number(Some(totals.fragments as f64));
        self.text(Some(&totals.cost.to_string()));
    }

    /// The indexes of items in another list, and the totals of their parts.
    fn parts(&mut self, parts: &[(usize, Totals)]) {
        self.length(parts.len());
        for (index, totals) in parts {
            self.number(Some(*index as f64));
            self.totals(totals);
        }
    }

    fn categories(&mut self, categories: &[CategoryTotals]) {
        self.length(categories.len());
        for category in categories {
            let (word, raw) = match &category.word {
                Category::Known(word) => (Some(*word), None),
                Category::Unknown(raw) => (Some("unknown"), Some(raw.as_str())),
                Category::Other => (Some("unknown"), None),
                Category::Absent => (None, None),
            };
            self.text(word);
            self.text(raw);
            self.totals(&category.totals);
        }
    }

    fn top(&mut self, top: &TopList) {
        self.push(top.exact);
        self.length(top.entries.len());
        for entry in &top.entries {
            self.text(Some(&entry.value));
            self.number(Some(entry.count_error as f64));
            self.totals(&Totals {
                count: entry.count,
                fragments: entry.fragments,
                cost: entry.cost,
            });
        }
    }
}

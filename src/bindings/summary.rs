//! A summary as a plain object.

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;

use super::{listener, options, time_zone::IntlZone};
use crate::{
    error::SmsHistoryError,
    history::Progress,
    object::Parts,
    page::Totals,
    summary::{
        Bucket, Category, CategoryTotals, MAX_TOP, SmsHistorySummary, Summarizer, SummaryOptions,
        TimeZone, TopList, Utc,
    },
};

/// The options of a summary beside those of a history.
pub(super) const OPTIONS: [&str; 4] = ["bucket", "timeZone", "top", "onProgress"];

/// What the options ask for: how to add up, and whom to tell how far it is.
pub(super) fn from_options(
    given: &[(String, JsValue)],
) -> Result<(Summarizer, Option<Function>), SmsHistoryError> {
    let mut summary = SummaryOptions::default();
    let mut zone: Box<dyn TimeZone> = Box::new(Utc);
    let mut progress = None;
    for (name, value) in given {
        match name.as_str() {
            "bucket" => {
                summary.bucket = value
                    .as_string()
                    .as_deref()
                    .and_then(Bucket::from_name)
                    .ok_or_else(|| {
                        options::wrong_type(name, "\"hour\", \"day\" or \"month\"", value)
                    })?;
            }
            "timeZone" => {
                let name = options::string(name, value)?;
                if name != "UTC" {
                    zone = Box::new(IntlZone::new(&name)?);
                }
            }
            "top" => {
                summary.top = options::whole_number(name, value, 0, u64::from(MAX_TOP))? as u32
            }
            _ => progress = Some(options::function(name, value.clone())?),
        }
    }
    Ok((Summarizer::new(summary, zone)?, progress))
}

/// Calls the caller's function. What it throws is not the summary's business.
pub(super) fn tell(progress: &Function, state: Progress) {
    let parts = Parts::new()
        .with("read", state.read as f64)
        .with("total", state.total as f64)
        .with("rowsPerSecond", state.per_second)
        .with("remainingMs", state.remaining.as_millis() as f64);
    listener::tell(progress, &parts.into());
}

/// The summary's parts; the facade makes dates of the buckets' starts.
pub(super) fn to_js(summary: SmsHistorySummary) -> JsValue {
    let buckets = summary.buckets.into_iter().map(|bucket| {
        let (label, start) = bucket.key.map(|key| (key.label, key.start as f64)).unzip();
        let parts = Parts::new().with("label", label).with("start", start);
        with_sums(parts, bucket.totals)
    });
    Parts::new()
        .with("totals", with_sums(Parts::new(), summary.totals))
        .with("bucket", summary.bucket.as_str())
        .with("buckets", list(buckets))
        .with("directions", words(summary.directions))
        .with("statuses", words(summary.statuses))
        .with("sourceNumbers", top(summary.source_numbers))
        .with("destinationNumbers", top(summary.destination_numbers))
        .with("errorMessages", top(summary.error_messages))
        .into()
}

fn with_sums(parts: Parts, totals: Totals) -> Parts {
    parts
        .with("count", totals.count as f64)
        .with("fragments", totals.fragments as f64)
        .with("cost", totals.cost.to_string())
}

fn words(words: Vec<CategoryTotals>) -> Array {
    list(words.into_iter().map(|CategoryTotals { word, totals }| {
        let (word, raw) = match word {
            Category::Known(word) => (Some(word), None),
            Category::Unknown(raw) => (Some("unknown"), Some(raw)),
            Category::Other => (Some("unknown"), None),
            Category::Absent => (None, None),
        };
        with_sums(Parts::new().with("word", word).with("raw", raw), totals)
    }))
}

fn top(top: TopList) -> Parts {
    let entries = list(top.entries.into_iter().map(|entry| {
        Parts::new()
            .with("value", entry.value)
            .with("count", entry.count as f64)
            .with("countError", entry.count_error as f64)
            .with("fragments", entry.fragments as f64)
            .with("cost", entry.cost.to_string())
    }));
    Parts::new()
        .with("exact", top.exact)
        .with("entries", entries)
}

fn list(parts: impl Iterator<Item = Parts>) -> Array {
    parts.map(JsValue::from).collect()
}

//! A summary as a plain object.

use js_sys::{Function, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::{listener, options, zone::IntlZone};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    history::Progress,
    page::Totals,
    summary::{
        Bucket, MAX_TOP, SmsHistorySummary, Summarizer, SummaryOptions, TopList, Utc, Word,
        WordTotals, Zone,
    },
};

/// The options of a summary beside those of a history.
pub(super) const OPTIONS: [&str; 4] = ["bucket", "timeZone", "top", "onProgress"];

/// What the options ask for: how to add up, and whom to tell how far it is.
pub(super) fn from_options(
    given: &[(String, JsValue)],
) -> Result<(Summarizer, Option<Function>), SmsHistoryError> {
    let mut summary = SummaryOptions::default();
    let mut zone: Box<dyn Zone> = Box::new(Utc);
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
    let object = Object::new();
    for (name, number) in [
        ("read", state.read as f64),
        ("total", state.total as f64),
        ("rowsPerSecond", state.per_second),
        ("remainingMs", state.remaining.as_millis() as f64),
    ] {
        // Setting a property of an object made here can't fail.
        let _ = Reflect::set(&object, &name.into(), &number.into());
    }
    listener::tell(progress, &object);
}

#[derive(Serialize)]
struct Sums {
    count: f64,
    fragments: f64,
    cost: String,
}

impl From<Totals> for Sums {
    fn from(totals: Totals) -> Self {
        Self {
            count: totals.count as f64,
            fragments: totals.fragments as f64,
            cost: totals.cost.to_string(),
        }
    }
}

#[derive(Serialize)]
struct BucketSums {
    label: Option<String>,
    start: Option<f64>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct WordSums {
    word: Option<&'static str>,
    raw: Option<String>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    value: String,
    count: f64,
    count_error: f64,
    fragments: f64,
    cost: String,
}

#[derive(Serialize)]
struct Top {
    exact: bool,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    totals: Sums,
    bucket: &'static str,
    buckets: Vec<BucketSums>,
    directions: Vec<WordSums>,
    statuses: Vec<WordSums>,
    source_numbers: Top,
    destination_numbers: Top,
    error_messages: Top,
}

/// The summary's parts; the facade makes dates of the buckets' starts.
pub(super) fn to_js(summary: SmsHistorySummary) -> Result<JsValue, SmsHistoryError> {
    let buckets = summary.buckets.into_iter().map(|bucket| {
        let (label, start) = bucket.key.map(|key| (key.label, key.start as f64)).unzip();
        BucketSums {
            label,
            start,
            sums: bucket.totals.into(),
        }
    });
    let summary = Summary {
        totals: summary.totals.into(),
        bucket: summary.bucket.as_str(),
        buckets: buckets.collect(),
        directions: words(summary.directions),
        statuses: words(summary.statuses),
        source_numbers: top(summary.source_numbers),
        destination_numbers: top(summary.destination_numbers),
        error_messages: top(summary.error_messages),
    };
    let objects = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    summary.serialize(&objects).map_err(|_| {
        SmsHistoryError::new(ErrorKind::Internal, "the summary could not be handed over")
    })
}

fn words(words: Vec<WordTotals>) -> Vec<WordSums> {
    let sums = |WordTotals { word, totals }| {
        let (word, raw) = match word {
            Word::Known(word) => (Some(word), None),
            Word::Unknown(raw) => (Some("unknown"), Some(raw)),
            Word::Other => (Some("unknown"), None),
            Word::Absent => (None, None),
        };
        WordSums {
            word,
            raw,
            sums: totals.into(),
        }
    };
    words.into_iter().map(sums).collect()
}

fn top(list: TopList) -> Top {
    let entries = list.entries.into_iter().map(|entry| Entry {
        value: entry.key,
        count: entry.count as f64,
        count_error: entry.count_error as f64,
        fragments: entry.fragments as f64,
        cost: entry.cost.to_string(),
    });
    Top {
        exact: list.exact,
        entries: entries.collect(),
    }
}

//! Compares summaries with sums that are computed in the simplest way.
#![cfg(not(target_family = "wasm"))]

mod breakdowns;
mod empty_buckets;
mod format;
mod limits;
mod oracle;
mod sums;
mod time_zones;
mod top_keys;

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::{
    SmsHistoryPage, date,
    http::HttpResponse,
    page::Totals,
    response::read_page,
    summary::{Bucket, SmsHistorySummary, Summarizer, SummaryOptions, TimeZone, Utc},
};

/// A page with these rows, read from JSON.
fn page(rows: &[Value]) -> SmsHistoryPage {
    let body = json!({ "result": rows, "total_count": rows.len() });
    read_page(&HttpResponse {
        status: 200,
        body: body.to_string().into_bytes().into(),
        ..HttpResponse::default()
    })
    .unwrap()
}

fn options(bucket: Bucket, top: u32) -> SummaryOptions {
    SummaryOptions {
        bucket,
        top,
        ..SummaryOptions::default()
    }
}

fn summarize_in(
    zone: impl TimeZone + 'static,
    options: SummaryOptions,
    rows: &[Value],
) -> SmsHistorySummary {
    let mut summarizer = Summarizer::new(options, Box::new(zone)).unwrap();
    summarizer.add(&page(rows)).unwrap();
    summarizer.finish().unwrap()
}

fn summarize(options: SummaryOptions, rows: &[Value]) -> SmsHistorySummary {
    summarize_in(Utc, options, rows)
}

/// Rows with only these dates.
fn dated(instants: &[i64]) -> Vec<Value> {
    let row = |&at: &i64| json!({ "processed_date": date::format(at).unwrap() });
    instants.iter().map(row).collect()
}

/// Count, fragments and cost, for comparisons.
fn plain(totals: &Totals) -> (u64, u64, String) {
    (totals.count, totals.fragments, totals.cost.to_string())
}

/// The instant of a date in the API's format.
fn at(text: &str) -> i64 {
    date::parse(text.as_bytes()).unwrap()
}

/// A random row. There are few numbers, values and dates, so that rows share them. Each field may be absent.
fn row() -> impl Strategy<Value = Value> {
    let number = prop::option::of("[0-9]{2}");
    let date = prop::option::of(0i64..3 * 86_400);
    let cost = prop::option::of((-200_000i64..2_000_000, 0u32..7));
    let values = (
        prop::option::weighted(0.9, "IN|out|MO|mt"),
        prop::option::weighted(0.9, "1|2|3|17|x"),
        prop::option::weighted(0.3, "Code = [0-9]"),
    );
    let fields = (number.clone(), number, date, cost, values, 0u64..4);
    fields.prop_map(|(from, to, at, cost, (direction, status, error), fragments)| {
        let processed = at.map(|at| date::format(1_772_900_000_000 + at * 1000).unwrap());
        json!({
            "source_number": from, "destination_number": to, "processed_date": processed,
            "cost": cost.map(|(units, scale)| decimal(units, scale)), "direction": direction, "status_id": status,
            "error_message": error, "fragments": (fragments > 0).then_some(fragments),
        })
    })
}

/// The decimal text of `units / 10^scale`.
fn decimal(units: i64, scale: u32) -> String {
    let power = 10i64.pow(scale);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, part) = (units.abs() / power, units.abs() % power);
    match scale {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{part:0width$}", width = scale as usize),
    }
}

//! The order and the format of a summary.

use serde_json::json;
use voximplant_sms_history::{
    decimal::Decimal,
    summary::{Bucket, Category, SummaryOptions},
};

use super::{options, summarize};

#[test]
fn costs_have_no_trailing_zeros() {
    let row = json!({ "source_number": "1", "cost": "0.5", "status_id": "1", "direction": "IN" });
    let summary = summarize(SummaryOptions::default(), &[row.clone(), row]);
    let one = Decimal::parse("1").unwrap();
    assert_eq!(summary.totals.cost, one);
    assert_eq!(summary.buckets[0].totals.cost, one);
    assert_eq!(summary.directions[0].totals.cost, one);
    assert_eq!(summary.statuses[0].totals.cost, one);
    assert_eq!(summary.source_numbers.entries[0].cost, one);
}

#[test]
fn buckets_before_1970_come_first() {
    let row = |at: &str| json!({ "processed_date": format!("{at} 12:00:00") });
    let rows = [
        "1970-01-02",
        "1969-12-30",
        "1970-01-01",
        "0001-01-01",
        "1969-12-31",
    ]
    .map(row);
    let summary = summarize(options(Bucket::Day, 0), &rows);
    let keys = summary.buckets.iter().filter_map(|each| each.key.as_ref());
    let labels: Vec<_> = keys.map(|key| key.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "0001-01-01",
            "1969-12-30",
            "1969-12-31",
            "1970-01-01",
            "1970-01-02"
        ]
    );
}

#[test]
fn unknown_categories_are_ordered_by_count_then_value() {
    let rows = ["b", "c", "a", "c", "c", "b", "d"].map(|id| json!({ "status_id": id }));
    let summary = summarize(options(Bucket::Day, 0), &rows);
    let categories: Vec<_> = summary.statuses.into_iter().map(|each| each.word).collect();
    assert_eq!(
        categories,
        ["c", "b", "a", "d"].map(|value| Category::Unknown(value.into()))
    );
}

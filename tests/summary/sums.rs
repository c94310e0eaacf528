//! The sums of a summary.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::{
    decimal::Decimal,
    page::Totals,
    summary::{Bucket, Category, CategoryTotals, Summarizer, SummaryOptions, TopList, Utc},
};

use super::{at, options, page, plain, row, summarize};

/// A history with sums that are easy to check by hand.
fn history() -> Vec<Value> {
    vec![
        json!({ "source_number": 15550100001u64, "destination_number": "15550100002", "direction": "OUT", "fragments": 2,
            "cost": 0.1, "status_id": "1", "processed_date": "2026-03-07 23:59:59" }),
        json!({ "source_number": "15550100001", "destination_number": "15550100003", "direction": "out", "fragments": 1,
            "cost": "0.2", "status_id": "2", "processed_date": "2026-03-08 00:00:00", "error_message": "Code = 1" }),
        json!({ "source_number": "Taxi24", "destination_number": "15550100001", "direction": "IN", "cost": 0,
            "status_id": 3, "processed_date": "2026-03-08 23:59:59" }),
        json!({ "source_number": "15550100001", "direction": "MO", "cost": 1.0005, "status_id": "17",
            "processed_date": "2026-04-01 00:00:00", "error_message": "Code = 1" }),
        json!({ "fragments": 4, "error_message": "Code = 2" }),
    ]
}

fn categories(list: &[CategoryTotals]) -> Vec<(Category, (u64, u64, String))> {
    let pair = |entry: &CategoryTotals| (entry.word.clone(), plain(&entry.totals));
    list.iter().map(pair).collect()
}

/// Value, count, error of the count, fragments and cost.
fn entries(list: &TopList) -> Vec<(&str, u64, u64, u64, String)> {
    let entries = list.entries.iter().map(|entry| {
        let (count, error) = (entry.count, entry.count_error);
        let cost = entry.cost.to_string();
        (entry.value.as_str(), count, error, entry.fragments, cost)
    });
    entries.collect()
}

#[test]
fn a_sum_of_fragments_beyond_exact_numbers_is_an_error() {
    let mut summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc)).unwrap();
    let full = page(&[json!({ "fragments": 9_007_199_254_740_991_u64 })]);
    summarizer.add(&full).unwrap();
    let next = page(&[json!({ "fragments": 1 })]);
    let error = summarizer
        .add(&next)
        .and_then(|()| summarizer.finish().map(drop));
    assert_eq!(
        error.unwrap_err().to_string(),
        "rows: expected sums of at most 38 digits of \"cost\" and 2^53-1 \"fragments\", got larger ones"
    );
}

#[test]
fn a_small_history_matches_sums_by_hand() {
    let summary = summarize(SummaryOptions::default(), &history());
    assert_eq!(plain(&summary.totals), (5, 7, "1.3005".into()));
    assert_eq!(summary.bucket, Bucket::Day);
    let days: Vec<_> = summary
        .buckets
        .iter()
        .map(|bucket| {
            let key = bucket.key.as_ref();
            let key = key.map(|key| (key.label.as_str(), key.start));
            (key, plain(&bucket.totals))
        })
        .collect();
    assert_eq!(
        days,
        [
            (
                Some(("2026-03-07", at("2026-03-07 00:00:00"))),
                (1, 2, "0.1".into())
            ),
            (
                Some(("2026-03-08", at("2026-03-08 00:00:00"))),
                (2, 1, "0.2".into())
            ),
            (
                Some(("2026-04-01", at("2026-04-01 00:00:00"))),
                (1, 0, "1.0005".into())
            ),
            (None, (1, 4, "0".into())),
        ]
    );
    assert_eq!(
        categories(&summary.directions),
        [
            (Category::Known("in"), (1, 0, "0".into())),
            (Category::Known("out"), (2, 3, "0.3".into())),
            (Category::Unknown("MO".into()), (1, 0, "1.0005".into())),
            (Category::Absent, (1, 4, "0".into())),
        ]
    );
    assert_eq!(
        categories(&summary.statuses),
        [
            (Category::Known("success"), (1, 2, "0.1".into())),
            (Category::Known("error"), (1, 1, "0.2".into())),
            (Category::Known("waiting"), (1, 0, "0".into())),
            (Category::Unknown("17".into()), (1, 0, "1.0005".into())),
            (Category::Absent, (1, 4, "0".into())),
        ]
    );
    assert_eq!(
        entries(&summary.source_numbers),
        [
            ("15550100001", 3, 0, 3, "1.3005".into()),
            ("Taxi24", 1, 0, 0, "0".into()),
        ]
    );
    assert_eq!(
        entries(&summary.destination_numbers),
        [
            ("15550100001", 1, 0, 0, "0".into()),
            ("15550100002", 1, 0, 2, "0.1".into()),
            ("15550100003", 1, 0, 1, "0.2".into()),
        ]
    );
    assert_eq!(
        entries(&summary.error_messages),
        [
            ("Code = 1", 2, 0, 1, "1.2005".into()),
            ("Code = 2", 1, 0, 4, "0".into()),
        ]
    );
}

#[test]
fn labels_are_as_precise_as_their_bucket() {
    for (bucket, labels) in [
        (
            Bucket::Hour,
            vec![
                "2026-03-07T23",
                "2026-03-08T00",
                "2026-03-08T23",
                "2026-04-01T00",
            ],
        ),
        (Bucket::Day, vec!["2026-03-07", "2026-03-08", "2026-04-01"]),
        (Bucket::Month, vec!["2026-03", "2026-04"]),
    ] {
        let summary = summarize(options(bucket, 0), &history());
        let keys = summary.buckets.iter().filter_map(|each| each.key.as_ref());
        let found: Vec<_> = keys.map(|key| key.label.as_str()).collect();
        assert_eq!(found, labels);
        assert_eq!(Bucket::from_name(bucket.as_str()), Some(bucket));
    }
    assert_eq!(Bucket::from_name("week"), None);
}

#[test]
fn an_empty_history_has_zero_totals() {
    let summary = summarize(SummaryOptions::default(), &[]);
    assert_eq!(plain(&summary.totals), (0, 0, "0".into()));
    assert!(summary.buckets.is_empty() && summary.directions.is_empty());
    assert!(summary.source_numbers.entries.is_empty() && summary.source_numbers.exact);
}

/// The totals of rows by a key.
pub(super) fn sums(
    rows: &[Value],
    key: impl Fn(&Value) -> String,
) -> BTreeMap<String, (u64, u64, String)> {
    let mut sums = BTreeMap::<String, Totals>::new();
    for row in rows {
        let one = Totals {
            count: 1,
            fragments: row["fragments"].as_u64().unwrap_or(0),
            cost: Decimal::parse(row["cost"].as_str().unwrap_or("0")).unwrap(),
        };
        let sum = sums.entry(key(row)).or_default();
        *sum = sum.checked_add(one).unwrap();
    }
    sums.iter()
        .map(|(key, sum)| (key.clone(), plain(sum)))
        .collect()
}

/// The text in a field, or a dash.
fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or("-").into()
}

/// A category as it stands in rows, in lower case.
pub(super) fn category_text(category: &Category) -> String {
    match category {
        Category::Known("success") => "1".into(),
        Category::Known("error") => "2".into(),
        Category::Known("waiting") => "3".into(),
        Category::Known(value) => (*value).into(),
        Category::Unknown(value) => value.to_lowercase(),
        Category::Other => "other".into(),
        Category::Absent => "-".into(),
    }
}

proptest! {
    #[test]
    fn random_histories_match_simple_sums(
        rows in prop::collection::vec(row(), 0..120),
        bucket in prop::sample::select(&Bucket::ALL),
        split in any::<prop::sample::Index>(),
    ) {
        // Adds one page as a whole, and the other row by row.
        let split = split.index(rows.len() + 1);
        let mut summarizer = Summarizer::new(options(bucket, 1000), Box::new(Utc)).unwrap();
        summarizer.add(&page(&rows[..split])).unwrap();
        for message in page(&rows[split..]).iter() {
            summarizer.add_message(&message).unwrap();
        }
        let summary = summarizer.finish().unwrap();

        let all = sums(&rows, |_| String::new()).into_values().next();
        prop_assert_eq!(plain(&summary.totals), all.unwrap_or((0, 0, "0".into())));

        let length = match bucket {
            Bucket::Hour => 13,
            Bucket::Day => 10,
            Bucket::Month => 7,
        };
        let times = sums(&rows, |row| text(row, "processed_date").chars().take(length).collect::<String>().replace(' ', "T"));
        let found = summary.buckets.iter().map(|each| {
            let label = each.key.as_ref().map_or("-", |key| &key.label);
            (label.to_owned(), plain(&each.totals))
        });
        prop_assert_eq!(summary.buckets.len(), times.len());
        prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), times);

        for (list, field) in [(&summary.directions, "direction"), (&summary.statuses, "status_id")] {
            let found = list.iter().map(|each| (category_text(&each.word), plain(&each.totals)));
            let expected = sums(&rows, |row| text(row, field).to_lowercase());
            prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
        }

        for (list, field) in [
            (&summary.source_numbers, "source_number"),
            (&summary.destination_numbers, "destination_number"),
            (&summary.error_messages, "error_message"),
        ] {
            let mut expected: Vec<_> = sums(&rows, |row| text(row, field)).into_iter().collect();
            expected.retain(|(key, _)| key != "-");
            expected.sort_by_key(|(key, sum)| (u64::MAX - sum.0, key.clone()));
            let expected: Vec<_> = expected
                .iter()
                .map(|(key, sum)| (key.as_str(), sum.0, 0, sum.1, sum.2.clone()))
                .collect();
            prop_assert!(list.exact);
            prop_assert_eq!(entries(list), expected);
        }
    }
}

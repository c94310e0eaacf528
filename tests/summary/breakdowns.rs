//! Directions and statuses by bucket, error codes, and sums by sender.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    page::Totals,
    summary::{
        Bucket, BucketTotals, Category, CategoryTotals, SenderTotals, SmsHistorySummary,
        Summarizer, SummaryOptions, Utc,
    },
};

use super::{options, page, plain, row, summarize, sums};

type Sums = BTreeMap<String, (u64, u64, String)>;

fn by_sender(bucket: Bucket) -> SummaryOptions {
    SummaryOptions {
        by_source_number: true,
        ..options(bucket, 10)
    }
}

/// The label of a bucket, or a dash.
fn label(summary: &SmsHistorySummary, bucket: usize) -> &str {
    let key = summary.buckets[bucket].key.as_ref();
    key.map_or("-", |key| &key.label)
}

/// The parts of a bucket with their names.
fn parts(
    parts: &[(usize, Totals)],
    list: &[CategoryTotals],
) -> Vec<(Category, (u64, u64, String))> {
    assert!(parts.is_sorted_by(|(one, _), (other, _)| one < other));
    let named = parts
        .iter()
        .map(|(index, totals)| (list[*index].word.clone(), plain(totals)));
    named.collect()
}

#[test]
fn a_bucket_has_the_sums_of_its_directions_and_statuses() {
    let row = |day, direction, status, cost| {
        json!({ "processed_date": format!("2026-03-0{day} 10:00:00"),
        "direction": direction, "status_id": status, "cost": cost })
    };
    let rows = [
        row(1, "OUT", "1", 0.1),
        row(1, "OUT", "2", 0.2),
        row(1, "IN", "1", 0.4),
        row(1, "OUT", "1", 0.1),
        row(2, "MO", "17", 1.0),
        row(2, "IN", "17", 2.0),
        json!({ "direction": "in" }),
    ];
    let summary = summarize(options(Bucket::Day, 0), &rows);
    let found: Vec<Vec<_>> = summary
        .buckets
        .iter()
        .map(|bucket| {
            let directions = parts(&bucket.directions, &summary.directions);
            directions
                .into_iter()
                .chain(parts(&bucket.statuses, &summary.statuses))
                .collect()
        })
        .collect();
    assert_eq!(
        found,
        [
            vec![
                (Category::Known("in"), (1, 0, "0.4".into())),
                (Category::Known("out"), (3, 0, "0.4".into())),
                (Category::Known("success"), (3, 0, "0.6".into())),
                (Category::Known("error"), (1, 0, "0.2".into())),
            ],
            vec![
                (Category::Known("in"), (1, 0, "2".into())),
                (Category::Unknown("MO".into()), (1, 0, "1".into())),
                (Category::Unknown("17".into()), (2, 0, "3".into())),
            ],
            vec![
                (Category::Known("in"), (1, 0, "0".into())),
                (Category::Absent, (1, 0, "0".into())),
            ],
        ]
    );
}

#[test]
fn a_bucket_with_many_unknown_pairs_counts_further_ones_as_other() {
    let pair = |n: u32| (n / 90, n % 90);
    let rows: Vec<Value> = (0..180)
        .map(pair)
        .map(|(direction, status)| json!({ "direction": format!("d{direction}"), "status_id": format!("s{status}") }))
        .collect();
    let summary = summarize(options(Bucket::Day, 0), &rows);
    let bucket = &summary.buckets[0];
    assert_eq!(plain(&bucket.totals), (180, 0, "0".into()));
    let directions = parts(&bucket.directions, &summary.directions);
    let count = |word: Category| {
        directions
            .iter()
            .find(|(found, _)| *found == word)
            .map(|(_, totals)| totals.0)
    };
    assert_eq!(count(Category::Unknown("d0".into())), Some(90));
    assert_eq!(count(Category::Unknown("d1".into())), Some(38));
    assert_eq!(count(Category::Other), Some(52));
    // The pairs that have totals keep them.
    let twice: Vec<Value> = rows.iter().chain(&rows).cloned().collect();
    let summary = summarize(options(Bucket::Day, 0), &twice);
    assert_eq!(
        summary
            .directions
            .iter()
            .map(|each| each.totals.count)
            .collect::<Vec<_>>(),
        [180, 76, 104]
    );
}

#[test]
fn unknown_values_count_as_other_beyond_262_144_triples_of_all_buckets() {
    let mut summarizer = Summarizer::new(options(Bucket::Hour, 0), Box::new(Utc)).unwrap();
    let hours: Vec<i64> = (0..2700).collect();
    for hours in hours.chunks(10) {
        let rows = hours.iter().flat_map(|hour| {
            let at = voximplant_sms_history::date::format(hour * 3_600_000).unwrap();
            (0..98).map(move |status| json!({ "processed_date": at, "status_id": format!("s{status}"), "direction": "in" }))
        });
        summarizer.add(&page(&rows.collect::<Vec<_>>())).unwrap();
    }
    let summary = summarizer.finish().unwrap();
    assert_eq!(summary.totals.count, 98 * 2700);
    let others: Vec<_> = summary
        .statuses
        .iter()
        .filter(|each| each.word == Category::Other)
        .collect();
    assert_eq!(others[0].totals.count, 98 * 2700 - 262_144);
    assert_eq!(summary.directions[0].totals.count, 98 * 2700);
    let last = parts(&summary.buckets[2699].statuses, &summary.statuses);
    assert_eq!(last, [(Category::Other, (98, 0, "0".into()))]);
}

#[test]
fn errors_are_grouped_by_the_code_at_the_end_of_their_text() {
    let error = |text: Value| json!({ "status_id": "2", "error_message": text, "cost": 0.5, "fragments": 2 });
    let rows = [
        error(json!("Error send sms to 12025550101 Code = 9")),
        error(json!("no route")),
        error(json!("Error send sms to 12025550102 Code = 9")),
        error(Value::Null),
        error(json!("")),
        // The error text counts for each status.
        json!({ "status_id": "1", "error_message": "code=7." }),
        json!({ "status_id": "1" }),
    ];
    let summary = summarize(options(Bucket::Day, 0), &rows);
    let codes = &summary.error_codes;
    assert!(codes.exact);
    let entries: Vec<_> = codes
        .entries
        .iter()
        .map(|entry| (entry.code, entry.example.as_str(), plain(&entry.totals)))
        .collect();
    assert_eq!(
        entries,
        [
            (
                Some(9),
                "Error send sms to 12025550101 Code = 9",
                (2, 4, "1".into())
            ),
            (None, "no route", (1, 2, "0.5".into())),
            (Some(7), "code=7.", (1, 0, "0".into())),
        ]
    );
    assert_eq!(plain(&summary.without_error_text), (2, 4, "1".into()));
    assert!(!format!("{codes:?}").contains("2025550"), "{codes:?}");
}

#[test]
fn more_than_a_thousand_error_codes_make_the_list_inexact() {
    let codes = |last: u32| {
        let rows: Vec<Value> = (1..=last)
            .map(|code| json!({ "error_message": format!("Code = {code}") }))
            .chain([json!({ "error_message": "none" })])
            .collect();
        summarize(options(Bucket::Day, 0), &rows).error_codes
    };
    let list = codes(1000);
    assert_eq!((list.exact, list.entries.len()), (true, 1001));
    // Among equals, the texts without a code come first, then the lower codes.
    assert_eq!(list.entries[0].code, None);
    assert_eq!(
        list.entries[1..]
            .iter()
            .map(|entry| entry.code.unwrap())
            .collect::<Vec<_>>(),
        (1..=1000).collect::<Vec<_>>()
    );
    let list = codes(1001);
    assert_eq!((list.exact, list.entries.len()), (false, 1001));
}

#[test]
fn long_examples_are_truncated_between_characters() {
    let text = format!("1{} Code = 3", "я".repeat(300));
    let summary = summarize(options(Bucket::Day, 0), &[json!({ "error_message": text })]);
    let entry = &summary.error_codes.entries[0];
    assert_eq!(entry.code, Some(3));
    assert_eq!(entry.example, format!("1{}", "я".repeat(255)));
}

#[test]
fn a_bill_has_the_sums_of_each_sender_and_month() {
    let row = |number: Value, month: u32, cost: f64| {
        json!({ "source_number": number,
        "processed_date": format!("2026-0{month}-15 10:00:00"), "cost": cost, "fragments": 1 })
    };
    let rows = [
        row(json!("Taxi24"), 2, 0.1),
        row(json!("12025550101"), 1, 0.3),
        row(json!("Taxi24"), 1, 0.1),
        row(json!("Taxi24"), 2, 0.2),
        row(Value::Null, 2, 1.0),
        json!({ "source_number": "Taxi24", "cost": 5 }),
    ];
    assert!(
        summarize(options(Bucket::Month, 10), &rows)
            .senders
            .is_none()
    );
    let summary = summarize(by_sender(Bucket::Month), &rows);
    let found: Vec<_> = summary
        .senders
        .as_ref()
        .unwrap()
        .iter()
        .map(|sender| {
            let months = sender.buckets.iter();
            let months = months.map(|(bucket, totals)| (label(&summary, *bucket), plain(totals)));
            (
                sender.source_number.as_deref(),
                plain(&sender.totals),
                months.collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                Some("Taxi24"),
                (4, 3, "5.4".into()),
                vec![
                    ("2026-01", (1, 1, "0.1".into())),
                    ("2026-02", (2, 2, "0.3".into())),
                    ("-", (1, 0, "5".into())),
                ]
            ),
            (
                Some("12025550101"),
                (1, 1, "0.3".into()),
                vec![("2026-01", (1, 1, "0.3".into()))]
            ),
            (
                None,
                (1, 1, "1".into()),
                vec![("2026-02", (1, 1, "1".into()))]
            ),
        ]
    );
    let printed = format!("{:?}", summary.senders);
    assert!(
        !printed.contains("Taxi24") && !printed.contains("2025550"),
        "{printed}"
    );
}

fn first_error(bucket: Bucket, pages: impl Iterator<Item = Vec<Value>>) -> Option<SmsHistoryError> {
    let mut summarizer = Summarizer::new(by_sender(bucket), Box::new(Utc)).unwrap();
    let mut added = pages.map(|rows| summarizer.add(&page(&rows)));
    added.find_map(Result::err).map(Into::into)
}

#[test]
fn more_than_8192_senders_are_an_error() {
    let senders = |last: u32| {
        let senders: Vec<u32> = (1..=last).collect();
        let pages = senders.chunks(1000).map(|senders| {
            senders
                .iter()
                .map(|sender| json!({ "source_number": sender }))
                .collect()
        });
        first_error(Bucket::Month, pages.collect::<Vec<_>>().into_iter())
    };
    assert!(senders(8192).is_none());
    let error = senders(8193).unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidOptions);
    assert_eq!(
        error.message(),
        "by: expected at most 8192 senders, got more; ask for direction \"out\" or a shorter period"
    );
}

#[test]
fn more_than_262_144_pairs_of_a_sender_and_a_bucket_are_an_error() {
    let pages = |senders: i64| {
        (0..512i64).map(move |hour| {
            let at = voximplant_sms_history::date::format(hour * 3_600_000).unwrap();
            (0..senders)
                .map(|sender| json!({ "source_number": sender, "processed_date": at }))
                .collect()
        })
    };
    assert!(first_error(Bucket::Hour, pages(512)).is_none());
    let error = first_error(Bucket::Hour, pages(513)).unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidOptions);
    assert_eq!(
        error.message(),
        "by: expected at most 262144 pairs of a sender and a bucket, got more with \"hour\"; ask for \"day\" or \"month\""
    );
}

proptest! {
    #[test]
    fn random_breakdowns_match_simple_sums(
        rows in prop::collection::vec(row(), 0..120),
        bucket in prop::sample::select(&Bucket::ALL),
    ) {
        let summary = summarize(by_sender(bucket), &rows);
        let length = match bucket {
            Bucket::Hour => 13,
            Bucket::Day => 10,
            Bucket::Month => 7,
        };
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or("-").to_lowercase();
        let time = |row: &Value| match row["processed_date"].as_str() {
            Some(at) => at[..length].replace(' ', "T"),
            None => "-".into(),
        };
        let found = |pick: fn(&BucketTotals) -> &[(usize, Totals)], list: &[CategoryTotals]| {
            let mut found = Sums::new();
            for (index, bucket) in summary.buckets.iter().enumerate() {
                for (word, totals) in parts(pick(bucket), list) {
                    let key = format!("{} {}", label(&summary, index), sums::category_text(&word));
                    assert!(found.insert(key, totals).is_none());
                }
            }
            found
        };
        prop_assert_eq!(
            found(|bucket| &bucket.directions, &summary.directions),
            sums::sums(&rows, |row| format!("{} {}", time(row), text(row, "direction")))
        );
        prop_assert_eq!(
            found(|bucket| &bucket.statuses, &summary.statuses),
            sums::sums(&rows, |row| format!("{} {}", time(row), text(row, "status_id")))
        );

        let mut expected = sums::sums(&rows, |row| text(row, "error_message"));
        expected.remove("-");
        let found = summary.error_codes.entries.iter();
        let found = found.map(|entry| (format!("code = {}", entry.code.unwrap()), plain(&entry.totals)));
        prop_assert_eq!(found.collect::<Sums>(), expected);
        let silent: Vec<Value> = rows.iter().filter(|row| row["status_id"] == "2" && row["error_message"].is_null()).cloned().collect();
        let expected = sums::sums(&silent, |_| String::new()).into_values().next();
        prop_assert_eq!(plain(&summary.without_error_text), expected.unwrap_or((0, 0, "0".into())));

        let senders = summary.senders.as_ref().unwrap();
        prop_assert!(senders.is_sorted_by_key(|sender| (u64::MAX - sender.totals.count, sender.source_number.is_none(), sender.source_number.clone())));
        let name = |sender: &SenderTotals| sender.source_number.clone().unwrap_or("-".into());
        let found = senders.iter().map(|sender| (name(sender), plain(&sender.totals)));
        prop_assert_eq!(found.collect::<Sums>(), sums::sums(&rows, |row| text(row, "source_number")));
        let success: fn(&SenderTotals) -> u64 = |sender| sender.success;
        for (status, count) in [("1", success), ("2", |sender| sender.error)] {
            let found = senders.iter().map(|sender| (name(sender), count(sender))).filter(|(_, count)| *count > 0);
            let own: Vec<Value> = rows.iter().filter(|row| row["status_id"] == status).cloned().collect();
            let expected = sums::sums(&own, |row| text(row, "source_number")).into_iter();
            let expected = expected.map(|(sender, (count, ..))| (sender, count));
            prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), expected.collect(), "status {}", status);
        }
        let pairs = senders.iter().flat_map(|sender| {
            assert!(sender.buckets.is_sorted_by(|(one, _), (other, _)| one < other));
            let buckets = sender.buckets.iter();
            buckets.map(|(bucket, totals)| (format!("{} {}", name(sender), label(&summary, *bucket)), plain(totals)))
        });
        let expected = sums::sums(&rows, |row| format!("{} {}", text(row, "source_number"), time(row)));
        prop_assert_eq!(pairs.collect::<Sums>(), expected);
    }
}

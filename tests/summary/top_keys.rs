//! The lists of the most frequent keys: exact up to their capacity, and within error bounds beyond.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::summary::{Bucket, SmsHistorySummary, Summarizer, TopList, Utc};

use super::{options, page};

/// The number of keys that are counted exactly.
const CAPACITY: u64 = 8192;
/// A count is too high by at most the number of rows divided by this.
const EVICT_TO: u64 = 4096;

fn summarize(keys: &[u64], top: u32) -> SmsHistorySummary {
    let mut summarizer = Summarizer::new(options(Bucket::Day, top), Box::new(Utc)).unwrap();
    for keys in keys.chunks(1000) {
        let row = |key: &u64| json!({ "source_number": key, "fragments": 2, "cost": "0.5" });
        let rows: Vec<Value> = keys.iter().map(row).collect();
        summarizer.add(&page(&rows)).unwrap();
    }
    summarizer.finish().unwrap()
}

fn counts(keys: &[u64]) -> HashMap<String, u64> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key.to_string()).or_default() += 1;
    }
    counts
}

/// Checks all guarantees of a list against the true counts.
fn check(list: &TopList, keys: &[u64], top: usize) {
    let truth = counts(keys);
    let max_error = keys.len() as u64 / EVICT_TO;
    for entry in &list.entries {
        let counted = truth[&entry.value];
        assert!(entry.count_error <= max_error, "{}", entry.count_error);
        assert!(entry.count >= counted && entry.count - entry.count_error <= counted);
        let certain = entry.count - entry.count_error;
        assert_eq!(entry.fragments, certain * 2);
        assert_eq!(entry.cost.to_f64(), certain as f64 / 2.0);
    }
    let ranks = list.entries.iter();
    assert!(ranks.is_sorted_by_key(|entry| (
        u64::MAX - entry.count,
        entry.count_error,
        &entry.value
    )));
    // No missing key has more messages than the last one of the list.
    let listed = |key: &String| list.entries.iter().any(|entry| entry.value == *key);
    let last = list.entries.last().map_or(0, |entry| entry.count);
    if list.entries.len() == top {
        let mut missing = truth.iter().filter(|(key, _)| !listed(key));
        assert!(missing.all(|(_, &count)| count <= last.max(max_error)));
    }
    if list.exact {
        assert!(list.entries.iter().all(|entry| entry.count_error == 0));
        assert_eq!(list.entries.len(), top.min(truth.len()));
    }
}

#[test]
fn lists_are_exact_up_to_8192_keys() {
    // Each key has one row, and multiples of a thousand have a second one.
    let mut keys: Vec<u64> = (0..CAPACITY).collect();
    keys.extend((0..CAPACITY).step_by(1000));
    let summary = summarize(&keys, 12);
    assert!(summary.source_numbers.exact);
    let found: Vec<_> = summary
        .source_numbers
        .entries
        .iter()
        .map(|entry| (entry.value.as_str(), entry.count))
        .collect();
    // Ties are in byte order.
    let expected = [
        ("0", 2),
        ("1000", 2),
        ("2000", 2),
        ("3000", 2),
        ("4000", 2),
        ("5000", 2),
        ("6000", 2),
        ("7000", 2),
        ("8000", 2),
        ("1", 1),
        ("10", 1),
        ("100", 1),
    ];
    assert_eq!(found, expected);
    check(&summary.source_numbers, &keys, 12);
}

#[test]
fn one_key_beyond_capacity_makes_the_list_inexact() {
    let keys: Vec<u64> = (0..=CAPACITY).chain(0..10).collect();
    let summary = summarize(&keys, 5);
    assert!(!summary.source_numbers.exact);
    // The other lists have no keys.
    assert!(summary.destination_numbers.exact && summary.error_messages.exact);
    check(&summary.source_numbers, &keys, 5);
}

#[test]
fn frequent_keys_stay_exact_among_many_rare_keys() {
    // Of 1,000 rows, one has key 7 and ten have key 8. Every other row has a key of its own.
    let keys: Vec<u64> = (0..100_000)
        .map(|n| match n % 1000 {
            7 => 7,
            of_thousand if of_thousand % 100 == 50 => 8,
            _ => 1_000_000 + n,
        })
        .collect();
    let list = summarize(&keys, 2).source_numbers;
    let found: Vec<_> = list
        .entries
        .iter()
        .map(|entry| (entry.value.as_str(), entry.count, entry.count_error))
        .collect();
    // They were inserted before the first eviction and never evicted, so they are exact.
    assert_eq!(found, [("8", 1000, 0), ("7", 100, 0)]);
    assert!(!list.exact);
    check(&list, &keys, 2);
}

#[test]
fn a_key_with_more_than_a_4096th_of_all_rows_is_never_evicted() {
    // 4,000 keys have 44 rows each, slightly more than 1/4,096 of all rows. The others exceed the capacity.
    let frequent = (0..4000).flat_map(|key| [key; 44]);
    let keys: Vec<u64> = frequent.chain(10_000..14_200).collect();
    let list = summarize(&keys, 1000).source_numbers;
    assert!(!list.exact);
    let certain = |count, error| (count, error) == (44, 0);
    assert!(
        list.entries
            .iter()
            .all(|entry| certain(entry.count, entry.count_error))
    );
    check(&list, &keys, 1000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn random_streams_stay_within_the_error_bounds(seed in any::<u64>(), spread in 1u32..24, rows in 1usize..30_000, top in 1u32..1000) {
        let mut state = seed | 1;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        // The nested random draw favours low keys, so a few are frequent and many are rare.
        let keys: Vec<u64> = (0..rows).map(|_| {
            let reach = 1 + random(1 << spread);
            random(reach)
        }).collect();
        let summary = summarize(&keys, top);
        check(&summary.source_numbers, &keys, top as usize);
        // The result is deterministic.
        prop_assert!(summarize(&keys, top).source_numbers.entries == summary.source_numbers.entries);
    }
}

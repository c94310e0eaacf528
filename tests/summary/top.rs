//! The lists of the most frequent keys: exact while there is room, and honest beyond.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use voximplant_sms_history::summary::{Bucket, SmsHistorySummary, Summarizer, TopList, Utc};

use super::{options, page};

/// How many keys have room.
const ROOM: u64 = 8192;
/// A count is too high by at most the number of rows divided by this.
const KEPT: u64 = 4096;

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

/// Every promise that a list makes, against the true counts.
fn check(list: &TopList, keys: &[u64], top: usize) {
    let truth = counts(keys);
    let most_error = keys.len() as u64 / KEPT;
    for entry in &list.entries {
        let counted = truth[&entry.value];
        assert!(entry.count_error <= most_error, "{}", entry.count_error);
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
    // Whoever is missing has no more than the last of the list.
    let listed = |key: &String| list.entries.iter().any(|entry| entry.value == *key);
    let last = list.entries.last().map_or(0, |entry| entry.count);
    if list.entries.len() == top {
        let mut missing = truth.iter().filter(|(key, _)| !listed(key));
        assert!(missing.all(|(_, &count)| count <= last.max(most_error)));
    }
    if list.exact {
        assert!(list.entries.iter().all(|entry| entry.count_error == 0));
        assert_eq!(list.entries.len(), top.min(truth.len()));
    }
}

#[test]
fn exact_as_long_as_all_keys_have_room() {
    // Key k has one row, and a second one if it is a multiple of a thousand.
    let mut keys: Vec<u64> = (0..ROOM).collect();
    keys.extend((0..ROOM).step_by(1000));
    let summary = summarize(&keys, 12);
    assert!(summary.source_numbers.exact);
    let found: Vec<_> = summary
        .source_numbers
        .entries
        .iter()
        .map(|entry| (entry.value.as_str(), entry.count))
        .collect();
    // Ties in the order of their bytes.
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
fn one_key_too_many_is_admitted() {
    let keys: Vec<u64> = (0..=ROOM).chain(0..10).collect();
    let summary = summarize(&keys, 5);
    assert!(!summary.source_numbers.exact);
    // The other lists have no key at all.
    assert!(summary.destination_numbers.exact && summary.error_messages.exact);
    check(&summary.source_numbers, &keys, 5);
}

#[test]
fn frequent_keys_stand_out_of_a_flood_of_rare_ones() {
    // Of 100,000 rows one in a thousand is of key 7, ten in a thousand are of key 8, and all others of a key each.
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
    // They were there before the room was used up, and never forgotten: not off at all.
    assert_eq!(found, [("8", 1000, 0), ("7", 100, 0)]);
    assert!(!list.exact);
    check(&list, &keys, 2);
}

#[test]
fn a_key_of_more_than_a_4096th_of_all_rows_is_never_forgotten() {
    // 4,000 keys have 44 rows each, one 4,096th of all rows and a little more. The rest fills the room to overflowing.
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
    fn counts_are_as_good_as_promised(seed in any::<u64>(), spread in 1u32..24, rows in 1usize..30_000, top in 1u32..1000) {
        let mut state = seed | 1;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        // The nested draw favours low keys: a few are frequent, many rare.
        let keys: Vec<u64> = (0..rows).map(|_| {
            let reach = 1 + random(1 << spread);
            random(reach)
        }).collect();
        let summary = summarize(&keys, top);
        check(&summary.source_numbers, &keys, top as usize);
        // The same rows give the same list.
        prop_assert!(summarize(&keys, top).source_numbers.entries == summary.source_numbers.entries);
    }
}

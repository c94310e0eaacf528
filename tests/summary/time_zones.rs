//! Compares time buckets in zones with offset changes with those of jiff.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};

use jiff::tz::TimeZoneDatabase;
use proptest::prelude::*;
use voximplant_sms_history::summary::{Bucket, SmsHistorySummary, TimeZone};

use super::{
    at, dated, options,
    oracle::{Tz, changes, expected, tz},
    summarize_in,
};

pub(super) const ZONES: [&str; 7] = [
    "America/New_York",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Monrovia",
    "America/St_Johns",
];
const DAY: i64 = 86_400_000;

fn in_zone(zone: &jiff::tz::TimeZone, bucket: Bucket, instants: &[i64]) -> SmsHistorySummary {
    let zone = Tz(zone.clone(), Rc::default());
    summarize_in(zone, options(bucket, 0), &dated(instants))
}

fn found(zone: &jiff::tz::TimeZone, bucket: Bucket, instants: &[i64]) -> Vec<(String, i64, u64)> {
    let buckets = in_zone(zone, bucket, instants).buckets;
    let triple = buckets.into_iter().map(|each| {
        let key = each.key.unwrap();
        (key.label, key.start, each.totals.count)
    });
    triple.collect()
}

/// One row every 15 minutes of a UTC time span.
fn quarters(from: &str, until: &str) -> Vec<i64> {
    (at(from)..at(until)).step_by(900_000).collect()
}

#[test]
fn days_of_23_and_25_hours_are_one_bucket_each() {
    let zone = tz("America/New_York");
    let spring = quarters("2026-03-08 05:00:00", "2026-03-09 04:00:00");
    assert_eq!(
        found(&zone, Bucket::Day, &spring),
        [("2026-03-08".into(), at("2026-03-08 05:00:00"), 23 * 4)]
    );
    let hours = found(&zone, Bucket::Hour, &spring);
    assert_eq!(hours.len(), 23);
    assert_eq!(hours[1].0, "2026-03-08T01");
    assert_eq!(
        hours[2],
        ("2026-03-08T03".into(), at("2026-03-08 07:00:00"), 4)
    );

    let autumn = quarters("2026-11-01 04:00:00", "2026-11-02 05:00:00");
    assert_eq!(
        found(&zone, Bucket::Day, &autumn),
        [("2026-11-01".into(), at("2026-11-01 04:00:00"), 25 * 4)]
    );
    let hours = found(&zone, Bucket::Hour, &autumn);
    assert_eq!(hours.len(), 25);
    assert_eq!(
        hours[1..3],
        [
            ("2026-11-01T01".into(), at("2026-11-01 05:00:00"), 4),
            ("2026-11-01T01".into(), at("2026-11-01 06:00:00"), 4),
        ]
    );
}

#[test]
fn a_change_by_half_an_hour_keeps_one_bucket_per_local_hour() {
    let zone = tz("Australia/Lord_Howe");
    // Back from 02:00 to 01:30. The hour 01 lasts an hour and a half, and 01:00 occurs once.
    let autumn = quarters("2026-04-04 13:00:00", "2026-04-05 13:30:00");
    let hours = found(&zone, Bucket::Hour, &autumn);
    assert_eq!(hours.len(), 24);
    assert_eq!(
        hours[1],
        ("2026-04-05T01".into(), at("2026-04-04 14:00:00"), 6)
    );
    assert_eq!(hours[2].1, at("2026-04-04 15:30:00"));
    assert_eq!(found(&zone, Bucket::Day, &autumn)[0].2, 49 * 2);
    // Forward from 02:00 to 02:30. The hour 02 lasts half an hour.
    let spring = quarters("2026-10-03 13:30:00", "2026-10-04 13:00:00");
    let hours = found(&zone, Bucket::Hour, &spring);
    assert_eq!(
        hours[2],
        ("2026-10-04T02".into(), at("2026-10-03 15:30:00"), 2)
    );
    assert_eq!(found(&zone, Bucket::Day, &spring)[0].2, 47 * 2);
}

#[test]
fn a_skipped_day_has_no_bucket_and_offsets_may_have_quarters() {
    let around = quarters("2011-12-29 10:00:00", "2012-01-01 10:00:00");
    let days = found(&tz("Pacific/Apia"), Bucket::Day, &around);
    assert_eq!(
        days,
        [
            ("2011-12-29".into(), at("2011-12-29 10:00:00"), 96),
            ("2011-12-31".into(), at("2011-12-30 10:00:00"), 96),
            ("2012-01-01".into(), at("2011-12-31 10:00:00"), 96),
        ]
    );
    let hours = found(
        &tz("Asia/Kathmandu"),
        Bucket::Hour,
        &[at("2026-01-01 00:14:59"), at("2026-01-01 00:15:00")],
    );
    assert_eq!(hours[0].1, at("2025-12-31 23:15:00"));
    assert_eq!(
        hours[1],
        ("2026-01-01T06".into(), at("2026-01-01 00:15:00"), 1)
    );
}

#[test]
fn offsets_with_seconds_are_supported() {
    // Monrovia was 44 minutes and 30 seconds behind UTC. The 6th of January 1972 ended at 00:44:30 UTC.
    let zone = tz("Africa/Monrovia");
    let instants = [
        at("1972-01-07 00:44:29"),
        at("1972-01-07 00:44:30"),
        at("1972-01-07 23:59:59"),
    ];
    assert_eq!(
        found(&zone, Bucket::Day, &instants),
        [
            ("1972-01-06".into(), at("1972-01-06 00:44:30"), 1),
            ("1972-01-07".into(), at("1972-01-07 00:44:30"), 2),
        ]
    );
}

#[test]
fn the_first_and_last_year_have_labels() {
    let last = at("9999-12-31 23:30:00");
    // In the east the year 10000 has begun. It has no label, so its rows count for the last day.
    for hours in [9, -5] {
        let rows = dated(&[last]);
        let summary = summarize_in(Fixed(hours * 3600), options(Bucket::Day, 0), &rows);
        let key = summary.buckets[0].key.clone().unwrap();
        assert_eq!(key.label, "9999-12-31");
        assert_eq!(
            key.start,
            at("9999-12-31 00:00:00") - i64::from(hours) * 3_600_000
        );
    }
    let row = serde_json::json!({ "processed_date": "0001-01-01 00:00:01" });
    let summary = summarize_in(Fixed(-5 * 3600), options(Bucket::Month, 0), &[row]);
    assert_eq!(summary.buckets[0].key.clone().unwrap().label, "0000-12");
}

struct Fixed(i32);

impl TimeZone for Fixed {
    fn offset_seconds(&self, _: i64) -> i32 {
        self.0
    }
}

#[test]
fn a_time_zone_is_called_once_a_day() {
    // One row every 7 minutes of a year, in random order.
    let year: Vec<i64> = (0..75_000)
        .map(|n| at("2026-01-01 00:00:00") + n * 31_337 % 75_000 * 420_000)
        .collect();
    let calls = Rc::new(Cell::new(0));
    let zone = Tz(tz("America/New_York"), calls.clone());
    summarize_in(zone, options(Bucket::Hour, 0), &dated(&year));
    // Once at the beginning of each day. On the two days with a change also at their end, and for each quarter of an hour.
    assert!(
        calls.get() <= 366 + 2 * (1 + 97 + 1),
        "{} times",
        calls.get()
    );
}

#[test]
fn every_offset_change_since_1972_matches_jiff() {
    let mut all = 0;
    let mut seen = BTreeSet::new();
    for name in TimeZoneDatabase::bundled().available() {
        let zone = tz(name.as_str());
        let changes = changes(&zone);
        let offset = |&at: &i64| (at, Tz(zone.clone(), Rc::default()).offset_seconds(at));
        if !seen.insert(changes.iter().map(offset).collect::<Vec<_>>()) {
            // The zone is an alias of a previous one, or has no changes, like a previous one.
            continue;
        }
        all += changes.len();
        let near = [-DAY, -3_600_000, -1000, 0, 1000, 3_599_000, DAY / 2];
        let instants: Vec<i64> = changes
            .iter()
            .flat_map(|&change| near.map(|by| change + by))
            .collect::<BTreeSet<i64>>()
            .into_iter()
            .collect();
        for bucket in Bucket::ALL {
            let found = found(&zone, bucket, &instants);
            let expected = expected(&zone, bucket, &instants);
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found, expected, "{} {bucket:?}", name.as_str());
            }
            assert_eq!(found.len(), expected.len());
        }
    }
    assert!(all > 15_000, "{all}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_instants_match_jiff(
        zone in prop::sample::select(&ZONES),
        // From 1973 to 2100.
        base in 94_694_400i64..4_102_444_800,
        near in prop::collection::vec(-400_000i64..400_000, 1..40),
        bucket in prop::sample::select(&Bucket::ALL),
    ) {
        let zone = tz(zone);
        let instants: Vec<i64> = near.iter().map(|by| (base + by) * 1000).collect();
        prop_assert_eq!(found(&zone, bucket, &instants), expected(&zone, bucket, &instants));
    }

    #[test]
    fn instants_near_an_offset_change_match_jiff(
        zone in prop::sample::select(&ZONES),
        change in any::<prop::sample::Index>(),
        near in prop::collection::vec(-100_000i64..100_000, 1..40),
        bucket in prop::sample::select(&Bucket::ALL),
    ) {
        let zone = tz(zone);
        let changes = changes(&zone);
        prop_assume!(!changes.is_empty());
        let base = changes[change.index(changes.len())] / 1000;
        let instants: Vec<i64> = near.iter().map(|by| (base + by) * 1000).collect();
        prop_assert_eq!(found(&zone, bucket, &instants), expected(&zone, bucket, &instants));
    }
}

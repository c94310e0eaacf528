//! Buckets without messages, compared with all buckets that jiff finds.

use std::rc::Rc;

use proptest::prelude::*;
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    summary::{Bucket, Summarizer, SummaryError, SummaryOptions, Utc},
};

use super::{
    at, dated, options,
    oracle::{Tz, changes, expected, tz},
    page,
    time_zones::ZONES,
};

const QUARTER: i64 = 900_000;

type Span = (Option<i64>, Option<i64>);

/// The labels and starts of all buckets, and the counts.
fn filled(
    zone: &jiff::tz::TimeZone,
    bucket: Bucket,
    span: Span,
    instants: &[i64],
) -> Result<Vec<(String, i64, u64)>, SummaryError> {
    let options = SummaryOptions {
        empty_buckets: true,
        ..options(bucket, 0)
    };
    let mut summarizer = Summarizer::new(options, Box::new(Tz(zone.clone(), Rc::default())))?;
    summarizer.set_span(span.0, span.1)?;
    summarizer.add(&page(&dated(instants)))?;
    let buckets = summarizer.finish()?.buckets.into_iter();
    Ok(buckets
        .map(|bucket| {
            let key = bucket.key.unwrap();
            assert_eq!(bucket.directions.is_empty(), bucket.totals.count == 0);
            assert_eq!(bucket.statuses.is_empty(), bucket.totals.count == 0);
            (key.label, key.start, bucket.totals.count)
        })
        .collect())
}

/// Every bucket of a time span, with the counts of `instants`.
fn all(
    zone: &jiff::tz::TimeZone,
    bucket: Bucket,
    from: i64,
    to: i64,
    instants: &[i64],
) -> Vec<(String, i64, u64)> {
    let quarters = (from..to).step_by(QUARTER as usize).chain([to]);
    // Some offsets have changed at one minute past the hour.
    let changes = changes(zone)
        .into_iter()
        .flat_map(|change| [change - 1, change]);
    let changes = changes.filter(|change| (from..to).contains(change));
    let instants_within = quarters.chain(changes).collect::<Vec<_>>();
    let counts = expected(zone, bucket, instants);
    let all = expected(zone, bucket, &instants_within).into_iter();
    all.map(|(label, start, _)| {
        let count = counts.iter().find(|(_, other, _)| *other == start);
        (label, start, count.map_or(0, |(_, _, count)| *count))
    })
    .collect()
}

#[test]
fn empty_buckets_reach_from_the_first_to_the_last_message_or_to_the_ends_of_the_query() {
    let utc = jiff::tz::TimeZone::UTC;
    let rows = [at("2026-03-03 10:00:00"), at("2026-03-05 23:59:59")];
    let (from, to) = (at("2026-03-01 12:00:00"), at("2026-03-07 00:00:00"));
    for (span, first, last) in [
        ((None, None), 3, 5),
        ((Some(from), None), 1, 5),
        ((None, Some(to)), 3, 7),
        ((Some(from), Some(to)), 1, 7),
        // The messages count even where a server ignores the query.
        ((Some(rows[1]), Some(rows[1])), 3, 5),
    ] {
        let days = filled(&utc, Bucket::Day, span, &rows).unwrap();
        let labels: Vec<_> = days.iter().map(|(label, ..)| label.clone()).collect();
        let expected: Vec<_> = (first..=last)
            .map(|day| format!("2026-03-0{day}"))
            .collect();
        assert_eq!(labels, expected);
    }
    let none = |span| filled(&utc, Bucket::Day, span, &[]).unwrap().len();
    assert_eq!(
        [
            none((None, None)),
            none((Some(from), None)),
            none((None, Some(to)))
        ],
        [0; 3]
    );
    assert_eq!(none((Some(from), Some(to))), 7);
    // Not asked for.
    let mut summarizer = Summarizer::new(options(Bucket::Day, 0), Box::new(Utc)).unwrap();
    summarizer.set_span(Some(from), Some(to)).unwrap();
    assert!(summarizer.finish().unwrap().buckets.is_empty());
}

#[test]
fn more_than_100_000_empty_buckets_are_an_error() {
    let utc = jiff::tz::TimeZone::UTC;
    let fifty_years = (
        Some(at("1976-01-01 00:00:00")),
        Some(at("2026-01-01 00:00:00")),
    );
    let message = |error| SmsHistoryError::from(error).message().to_owned();
    let error = filled(&utc, Bucket::Hour, fifty_years, &[]).unwrap_err();
    assert_eq!(
        SmsHistoryError::from(error).kind(),
        ErrorKind::InvalidOptions
    );
    assert_eq!(
        message(error),
        "bucket: expected at most 100000 buckets, got more with \"hour\"; ask for \"day\" or \"month\""
    );
    // Before any row is read, if both ends are known.
    let options = SummaryOptions {
        empty_buckets: true,
        ..options(Bucket::Hour, 0)
    };
    let mut summarizer = Summarizer::new(options, Box::new(Utc)).unwrap();
    assert_eq!(
        summarizer.set_span(fifty_years.0, fifty_years.1),
        Err(error)
    );
    // Two messages, fifty years apart.
    let rows = [at("1976-01-01 00:00:00"), at("2026-01-01 00:00:00")];
    assert_eq!(filled(&utc, Bucket::Hour, (None, None), &rows), Err(error));
    assert_eq!(
        filled(&utc, Bucket::Day, fifty_years, &[]).unwrap().len(),
        18_264
    );
    assert_eq!(
        filled(&utc, Bucket::Month, fifty_years, &[]).unwrap().len(),
        601
    );
    // As many as allowed, and one more.
    let hours = |hours: i64| (Some(0), Some((hours - 1) * 3_600_000));
    assert_eq!(
        filled(&utc, Bucket::Hour, hours(100_000), &[])
            .unwrap()
            .len(),
        100_000
    );
    assert_eq!(filled(&utc, Bucket::Hour, hours(100_001), &[]), Err(error));
    // All months that the API can express.
    let ever = (Some(0), Some(at("9998-12-31 00:00:00")));
    assert_eq!(
        filled(&tz("Asia/Tokyo"), Bucket::Month, ever, &[])
            .unwrap()
            .len(),
        8029 * 12
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_bucket_of_a_time_span_is_missing(
        zone in prop::sample::select(&ZONES),
        change in any::<prop::sample::Index>(),
        (before, after) in (0i64..200_000, 0i64..200_000),
        near in prop::collection::vec(-200_000i64..200_000, 0..5),
        bucket in prop::sample::select(&Bucket::ALL),
    ) {
        let zone = tz(zone);
        // The offset of Monrovia changes within a quarter.
        let mut changes = changes(&zone);
        changes.retain(|&change| change > at("1972-02-01 00:00:00"));
        let base = if changes.is_empty() { at("2026-03-29 00:00:00") } else { changes[change.index(changes.len())] };
        let months = if bucket == Bucket::Month { 50 } else { 1 };
        let (from, to) = (base - before * 1000 * months, base + after * 1000 * months);
        let inside: Vec<i64> = near.iter().map(|by| (base + by * 1000 * months).clamp(from, to)).collect();
        let found = filled(&zone, bucket, (Some(from), Some(to)), &inside);
        prop_assert_eq!(found.unwrap(), all(&zone, bucket, from, to, &inside));
    }
}

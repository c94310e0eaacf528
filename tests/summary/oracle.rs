//! The test oracle for time buckets: jiff with its bundled tz database.

use std::{cell::Cell, collections::BTreeMap, rc::Rc};

use jiff::{RoundMode, Timestamp, ToSpan, Unit, Zoned, ZonedRound, tz::TimeZoneDatabase};
use voximplant_sms_history::summary::{Bucket, TimeZone};

use super::at;

/// A zone of the tz database that counts its calls.
pub(super) struct Tz(pub(super) jiff::tz::TimeZone, pub(super) Rc<Cell<usize>>);

impl TimeZone for Tz {
    fn offset_seconds(&self, at: i64) -> i32 {
        self.1.set(self.1.get() + 1);
        self.0
            .to_offset(Timestamp::from_millisecond(at).unwrap())
            .seconds()
    }
}

pub(super) fn tz(name: &str) -> jiff::tz::TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

/// The start and the label of a bucket.
fn bucket_of(zone: &jiff::tz::TimeZone, bucket: Bucket, at: i64) -> (i64, String) {
    let zoned = Timestamp::from_millisecond(at)
        .unwrap()
        .to_zoned(zone.clone());
    let (start, label) = match bucket {
        Bucket::Hour => {
            let down = ZonedRound::new()
                .smallest(Unit::Hour)
                .mode(RoundMode::Trunc);
            (zoned.round(down), "%Y-%m-%dT%H")
        }
        Bucket::Day => (zoned.start_of_day(), "%Y-%m-%d"),
        Bucket::Month => {
            let first = zoned.first_of_month();
            (first.and_then(|first| first.start_of_day()), "%Y-%m")
        }
    };
    let mut start: Zoned = start.unwrap();
    if start > zoned {
        // jiff moves a full hour that the clock skips forward, to after this instant.
        let mut changes = zone.preceding(zoned.timestamp() + 1.second());
        start = changes.next().unwrap().timestamp().to_zoned(zone.clone());
    }
    (
        start.timestamp().as_millisecond(),
        zoned.strftime(label).to_string(),
    )
}

pub(super) fn expected(
    zone: &jiff::tz::TimeZone,
    bucket: Bucket,
    instants: &[i64],
) -> Vec<(String, i64, u64)> {
    let mut counts = BTreeMap::<(i64, String), u64>::new();
    for &at in instants {
        *counts.entry(bucket_of(zone, bucket, at)).or_default() += 1;
    }
    let triple = counts.into_iter();
    triple
        .map(|((start, label), count)| (label, start, count))
        .collect()
}

/// The offset changes of a zone from 1972 to 2040.
pub(super) fn changes(zone: &jiff::tz::TimeZone) -> Vec<i64> {
    let end = at("2040-01-01 00:00:00");
    let after = zone.following(Timestamp::from_millisecond(at("1972-01-01 00:00:00")).unwrap());
    let instants = after.map(|change| change.timestamp().as_millisecond());
    instants.take_while(|&at| at < end).collect()
}

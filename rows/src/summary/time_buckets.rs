//! Time buckets in the local time of a zone.

use super::{
    options::{Bucket, MAX_BUCKETS, SummaryError},
    time_zone::{MAX_OFFSET_SECS, OffsetCache, TimeZone},
    totals_map::TotalsMap,
};
use crate::date::{self, EpochMillis, SECONDS_PER_DAY};

/// A time bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BucketKey {
    /// The local time: `2026-03-08T01` (hour), `2026-03-08` (day) or `2026-03` (month).
    pub label: String,
    /// The instant of its beginning. It distinguishes the two hours of one label when clocks are set back.
    pub start: EpochMillis,
}

const SECONDS_PER_HOUR: i64 = 3600;
/// The last local second with a label, at the end of the year 9999. In the east that year ends earlier in UTC.
const MAX_LOCAL: i64 = date::MAX_MILLIS / 1000;

/// Numbers the time buckets of rows. All times are in seconds since 1970, local ones as if the clock showed UTC.
pub(super) struct TimeBuckets {
    bucket: Bucket,
    offsets: OffsetCache,
    /// The keys of [`TimeBuckets::key`]. When clocks are set back by half an hour, an hour has two offsets and one start.
    keys: TotalsMap,
    /// The number of the bucket for each key.
    numbers: Vec<u32>,
    /// The buckets by their starts. The index is the number.
    starts: TotalsMap,
    /// For each number, the start of the bucket in UTC, and its local start.
    buckets: Vec<(i64, i64)>,
    last: LastBucket,
}

/// The start of the bucket of the messages without a date, which is the last one.
const UNDATED: i64 = i64::MAX;

/// The bucket of the last row, and a time span within it. Most histories are in the order of time.
struct LastBucket {
    from: i64,
    until: i64,
    number: usize,
}

impl TimeBuckets {
    #[inline]
    pub(super) fn new(bucket: Bucket, zone: Box<dyn TimeZone>) -> Self {
        Self {
            bucket,
            offsets: OffsetCache::new(zone),
            keys: TotalsMap::default(),
            numbers: Vec::new(),
            starts: TotalsMap::default(),
            buckets: Vec::new(),
            last: LastBucket {
                from: 0,
                until: 0,
                number: 0,
            },
        }
    }

    /// The number of the bucket of a time.
    #[inline(always)]
    pub(super) fn number(&mut self, at: Option<EpochMillis>) -> Result<usize, SummaryError> {
        let Some(at) = at else {
            return self.insert(UNDATED, UNDATED);
        };
        let at = at.div_euclid(1000);
        if at < self.last.from || at >= self.last.until {
            self.last = self.locate(at)?;
        }
        Ok(self.last.number)
    }

    /// The number of the bucket with a start, which is added if it is missing.
    fn insert(&mut self, start: i64, local: i64) -> Result<usize, SummaryError> {
        // One more for the messages without a date.
        let has_undated =
            start == UNDATED || self.starts.index_of(&UNDATED.to_le_bytes()).is_some();
        let capacity = MAX_BUCKETS + usize::from(has_undated);
        let number = self.starts.index_within(&start.to_le_bytes(), capacity);
        let number = number.ok_or(SummaryError::TooManyBuckets(self.bucket))?;
        if number == self.buckets.len() {
            self.buckets.push((start, local));
        }
        Ok(number)
    }

    /// Refuses a time span with too many buckets, as far as that is certain without the time zone.
    #[inline]
    pub(super) fn check_span(
        &self,
        from: EpochMillis,
        to: EpochMillis,
    ) -> Result<(), SummaryError> {
        // No bucket is longer, except for a few of those around a change of the offset.
        let longest = match self.bucket {
            Bucket::Hour => SECONDS_PER_HOUR,
            Bucket::Day => SECONDS_PER_DAY,
            Bucket::Month => 31 * SECONDS_PER_DAY,
        };
        if (to - from) / 1000 / longest > MAX_BUCKETS as i64 {
            return Err(SummaryError::TooManyBuckets(self.bucket));
        }
        Ok(())
    }

    /// Adds all buckets of a time span that are still missing. An absent end is that of the buckets with rows.
    #[inline]
    pub(super) fn fill(
        &mut self,
        from: Option<EpochMillis>,
        to: Option<EpochMillis>,
    ) -> Result<(), SummaryError> {
        let given = |at: EpochMillis| at.div_euclid(1000);
        let starts = || {
            let starts = self.buckets.iter().map(|(start, _)| *start);
            starts.filter(|start| *start != UNDATED)
        };
        let first = starts().chain(from.map(given)).min();
        let last = starts().chain(to.map(given)).max();
        let (Some(mut at), Some(last)) = (first, last) else {
            return Ok(());
        };
        if starts().next().is_none() && from.and(to).is_none() {
            return Ok(());
        }
        self.check_span(at * 1000, last * 1000)?;
        while at <= last {
            let until = self.locate(at)?.until.max(at + 1);
            at = match self.bucket {
                // No month is so short that this passes over it.
                Bucket::Month => until.max(at + 26 * SECONDS_PER_DAY),
                _ => until,
            };
        }
        // The steps may end before the last bucket.
        self.locate(last).map(drop)
    }

    fn locate(&mut self, at: i64) -> Result<LastBucket, SummaryError> {
        let interval = self.offsets.interval_at(at);
        let offset = i64::from(interval.offset);
        let unit = match self.bucket {
            Bucket::Hour => SECONDS_PER_HOUR,
            _ => SECONDS_PER_DAY,
        };
        let from = (at + offset).min(MAX_LOCAL).div_euclid(unit) * unit;
        let local = match self.bucket {
            Bucket::Month => {
                let (_, _, day) = date::civil(from.div_euclid(SECONDS_PER_DAY));
                from - (day - 1) * SECONDS_PER_DAY
            }
            _ => from,
        };
        let key = self.key(local, interval.offset);
        let number = match self.keys.index_of(&key) {
            Some(index) => self.numbers[index] as usize,
            None => {
                let start = self.start(local, interval.offset);
                let number = self.insert(start, local)?;
                self.keys.insert(&key, 0);
                self.numbers.push(number as u32);
                number
            }
        };
        Ok(LastBucket {
            from: interval.from.max(from - offset),
            until: interval.until.min(from + unit - offset),
            number,
        })
    }

    /// The local start of a bucket and, for hours, the offset: a repeated local hour has two offsets.
    ///
    /// It distinguishes buckets without their start in UTC, which takes longer to find.
    fn key(&self, local: i64, offset: i32) -> [u8; 12] {
        let offset = match self.bucket {
            Bucket::Hour => offset,
            _ => 0,
        };
        let mut key = [0; 12];
        key[..8].copy_from_slice(&local.to_le_bytes());
        key[8..].copy_from_slice(&offset.to_le_bytes());
        key
    }

    /// The start of a bucket in UTC: the instant at which the local clock shows its first second, or jumps over it. When
    /// the clock shows it twice, an hour starts each time, but a day and a month start the first time.
    fn start(&mut self, local: i64, offset: i32) -> i64 {
        if self.bucket == Bucket::Hour {
            let shown = local - i64::from(offset);
            if self.offsets.interval_at(shown).offset == offset {
                return shown;
            }
        }
        let mut interval = self.offsets.interval_at(local - i64::from(MAX_OFFSET_SECS));
        loop {
            let reached = interval.from.max(local - i64::from(interval.offset));
            if reached < interval.until {
                return reached;
            }
            interval = self.offsets.interval_at(interval.until);
        }
    }

    /// The numbers and keys of the buckets in the order of time, and last the one of the messages without a date.
    #[inline]
    pub(super) fn finish(self) -> Vec<(usize, Option<BucketKey>)> {
        let label_length = match self.bucket {
            Bucket::Hour => "2026-03-08T01".len(),
            Bucket::Day => "2026-03-08".len(),
            Bucket::Month => "2026-03".len(),
        };
        // Shifted to unsigned, so that negative times come first.
        let rank = |index: usize, _: &_| (self.buckets[index].0.wrapping_add(i64::MIN) as u64, 0);
        let mut sorted = Vec::with_capacity(self.buckets.len());
        for number in self.starts.sorted(&rank) {
            let (start, local) = self.buckets[number];
            let key = (start != UNDATED).then(|| BucketKey {
                label: date::iso(local)[..label_length]
                    .iter()
                    .map(|&byte| char::from(byte))
                    .collect(),
                start: start * 1000,
            });
            sorted.push((number, key));
        }
        sorted
    }
}

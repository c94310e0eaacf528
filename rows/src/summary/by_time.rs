//! Totals by time bucket.

use super::{
    options::{Bucket, MAX_BUCKETS, SummaryError},
    time_zone::{MAX_OFFSET_SECS, OffsetCache, TimeZone},
    totals_map::{TotalsMap, add},
};
use crate::{
    date::{self, EpochMillis, SECONDS_PER_DAY},
    page::Totals,
};

/// The totals of a time bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketTotals {
    /// The bucket. `None`: the messages without a date.
    pub key: Option<BucketKey>,
    /// The totals of its messages.
    pub totals: Totals,
}

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

/// Totals by time bucket. All times are in seconds since 1970, local ones as if the clock showed UTC.
pub(super) struct TotalsByTime {
    bucket: Bucket,
    offsets: OffsetCache,
    /// By the key of [`TotalsByTime::key`].
    map: TotalsMap,
    /// For each index of the map, the start of the bucket in UTC, and its local start.
    starts: Vec<(i64, i64)>,
    undated: Totals,
    last: LastBucket,
}

/// The bucket of the last row, and a time span within it. Most histories are in the order of time.
struct LastBucket {
    from: i64,
    until: i64,
    index: usize,
}

impl TotalsByTime {
    pub(super) fn new(bucket: Bucket, zone: Box<dyn TimeZone>) -> Self {
        Self {
            bucket,
            offsets: OffsetCache::new(zone),
            map: TotalsMap::default(),
            starts: Vec::new(),
            undated: Totals::default(),
            last: LastBucket {
                from: 0,
                until: 0,
                index: 0,
            },
        }
    }

    pub(super) fn add(
        &mut self,
        at: Option<EpochMillis>,
        row: &Totals,
    ) -> Result<(), SummaryError> {
        let Some(at) = at else {
            return add(&mut self.undated, row);
        };
        let at = at.div_euclid(1000);
        if at < self.last.from || at >= self.last.until {
            self.last = self.locate(at)?;
        }
        add(self.map.totals_mut(self.last.index), row)
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
        let index = match self.map.index_of(&key) {
            Some(index) => index,
            None => {
                if self.map.len() == MAX_BUCKETS {
                    return Err(SummaryError::TooManyBuckets(self.bucket));
                }
                let start = self.start(local, interval.offset);
                self.starts.push((start, local));
                self.map.insert(&key, 0)
            }
        };
        Ok(LastBucket {
            from: interval.from.max(from - offset),
            until: interval.until.min(from + unit - offset),
            index,
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

    /// The buckets in the order of time, and last the messages without a date.
    pub(super) fn finish(self) -> Result<Vec<BucketTotals>, SummaryError> {
        let label_length = match self.bucket {
            Bucket::Hour => "2026-03-08T01".len(),
            Bucket::Day => "2026-03-08".len(),
            Bucket::Month => "2026-03".len(),
        };
        // Shifted to unsigned, so that negative times come first.
        let rank = |index: usize, _: &_| (self.starts[index].0.wrapping_add(i64::MIN) as u64, 0);
        let mut buckets: Vec<BucketTotals> = Vec::with_capacity(self.map.len() + 1);
        let mut last = None;
        for (index, _, entry) in self.map.sorted(&rank) {
            let ((start, local), totals) = (self.starts[index], entry.totals);
            // When clocks are set back by half an hour, an hour has two offsets and one start.
            match buckets.last_mut() {
                Some(bucket) if last == Some(start) => add(&mut bucket.totals, &totals)?,
                _ => buckets.push(BucketTotals {
                    key: Some(BucketKey {
                        label: date::iso(local)[..label_length]
                            .iter()
                            .map(|&byte| char::from(byte))
                            .collect(),
                        start: start * 1000,
                    }),
                    totals,
                }),
            }
            last = Some(start);
        }
        if self.undated.count > 0 {
            buckets.push(BucketTotals {
                key: None,
                totals: self.undated,
            });
        }
        for bucket in &mut buckets {
            bucket.totals = bucket.totals.normalized();
        }
        Ok(buckets)
    }
}

//! Totals by time.

use super::{
    SummaryError, add,
    figures::{BucketKey, BucketTotals},
    normalized,
    options::{Bucket, MAX_BUCKETS},
    tally::Tally,
    time_zone::{FARTHEST, Offsets, TimeZone},
};
use crate::{date, date::EpochMillis, page::Totals};

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
/// The last local second that has a label, the end of the year 9999. In the east that year ends earlier in UTC.
const LAST: i64 = 253_402_300_799;

/// Totals by time bucket. All times in here are in seconds since 1970, local ones as if the clock showed UTC.
pub(super) struct Timeline {
    bucket: Bucket,
    offsets: Offsets,
    /// By local start and, for hours, by offset; see [`Timeline::key`].
    tally: Tally,
    /// By position in the tally: when the bucket starts in UTC, and its local start.
    starts: Vec<(i64, i64)>,
    undated: Totals,
    last: Last,
}

/// Where the last row went, and between which times others go there, too. Most histories come in the order of time.
struct Last {
    from: i64,
    until: i64,
    position: usize,
}

impl Timeline {
    pub(super) fn new(bucket: Bucket, zone: Box<dyn TimeZone>) -> Self {
        Self {
            bucket,
            offsets: Offsets::new(zone),
            tally: Tally::default(),
            starts: Vec::new(),
            undated: Totals::default(),
            last: Last {
                from: 0,
                until: 0,
                position: 0,
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
        add(self.tally.totals(self.last.position), row)
    }

    fn locate(&mut self, at: i64) -> Result<Last, SummaryError> {
        let around = self.offsets.around(at);
        let offset = i64::from(around.offset);
        let unit = if self.bucket == Bucket::Hour {
            HOUR
        } else {
            DAY
        };
        let from = (at + offset).min(LAST).div_euclid(unit) * unit;
        let local = match self.bucket {
            Bucket::Month => {
                let (_, _, day) = date::civil(from.div_euclid(DAY));
                from - (day - 1) * DAY
            }
            _ => from,
        };
        let key = self.key(local, around.offset);
        let position = match self.tally.find(&key) {
            Some(position) => position,
            None => {
                if self.tally.entries().len() == MAX_BUCKETS {
                    return Err(SummaryError::TooManyBuckets(self.bucket));
                }
                let start = self.start(local, around.offset);
                self.starts.push((start, local));
                self.tally.insert(&key, 0)
            }
        };
        Ok(Last {
            from: around.from.max(from - offset),
            until: around.until.min(from + unit - offset),
            position,
        })
    }

    /// What tells buckets apart without knowing when they start, which takes longer to find out. An hour that comes twice
    /// does so with two offsets.
    fn key(&self, local: i64, offset: i32) -> [u8; 12] {
        let offset = if self.bucket == Bucket::Hour {
            offset
        } else {
            0
        };
        let mut key = [0; 12];
        key[..8].copy_from_slice(&local.to_le_bytes());
        key[8..].copy_from_slice(&offset.to_le_bytes());
        key
    }

    /// When a bucket starts: as soon as the local clock shows its first second, or jumps over it. Where the clock shows it
    /// twice, an hour starts with each, a day and a month with the first.
    fn start(&mut self, local: i64, offset: i32) -> i64 {
        if self.bucket == Bucket::Hour {
            let shown = local - i64::from(offset);
            if self.offsets.around(shown).offset == offset {
                return shown;
            }
        }
        let mut stretch = self.offsets.around(local - i64::from(FARTHEST));
        loop {
            let reached = stretch.from.max(local - i64::from(stretch.offset));
            if reached < stretch.until {
                return reached;
            }
            stretch = self.offsets.around(stretch.until);
        }
    }

    pub(super) fn finish(self) -> Result<Vec<BucketTotals>, SummaryError> {
        let length = match self.bucket {
            Bucket::Hour => "2026-03-08T01".len(),
            Bucket::Day => "2026-03-08".len(),
            Bucket::Month => "2026-03".len(),
        };
        let starts = self.starts;
        // Shifted, so that negative times come first.
        let rank = |position: usize| (starts[position].0.wrapping_add(i64::MIN) as u64, 0);
        let in_time = self.tally.sorted(&rank);
        let mut buckets: Vec<BucketTotals> = Vec::with_capacity(in_time.len() + 1);
        let mut last = None;
        for position in in_time {
            let (start, local) = starts[position];
            let totals = self.tally.entries()[position].totals;
            // Where the clock was set back by half an hour, an hour of two offsets is one bucket all the same.
            match buckets.last_mut() {
                Some(bucket) if last == Some(start) => {
                    add(&mut bucket.totals, &totals)?;
                }
                _ => buckets.push(BucketTotals {
                    key: Some(BucketKey {
                        label: date::iso(local)[..length]
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
            bucket.totals = normalized(bucket.totals);
        }
        Ok(buckets)
    }
}

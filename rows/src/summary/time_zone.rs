//! Time zones as a summary needs them, and a cache in front of a slow one.

use crate::date::{EpochMillis, SECONDS_PER_DAY};

/// A time zone, as its offset from UTC at any instant.
pub trait TimeZone {
    /// The local time minus UTC at an instant, in seconds; negative in the west. Clamped to 26 hours.
    fn offset_seconds(&self, at: EpochMillis) -> i32;
}

/// Coordinated Universal Time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utc;

impl TimeZone for Utc {
    fn offset_seconds(&self, _: EpochMillis) -> i32 {
        0
    }
}

/// The largest offset from UTC of any zone.
pub(super) const MAX_OFFSET_SECS: i32 = 26 * 3600;

/// A time span of constant offset, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct OffsetInterval {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) offset: i32,
}

/// A time zone with a cache of its offsets.
///
/// An offset that is equal at both ends of a UTC day, or of a quarter of an hour, is constant in between. Since 1972 no zone
/// of the tz database has changed its offset twice a day, or at another time than on a quarter. The one exception, Monrovia
/// in January 1972, is looked up second by second. So the zone is asked once a day, and on a day with a change once a
/// quarter.
pub(super) struct OffsetCache {
    zone: Box<dyn TimeZone>,
    levels: [CacheLevel; 2],
}

/// A direct-mapped cache of slots of equal length.
struct CacheLevel {
    seconds: i64,
    slots: Vec<CacheSlot>,
}

#[derive(Clone, Copy)]
struct CacheSlot {
    /// The number of the slot after 1970.
    number: i64,
    /// The offset in the first second of the slot.
    first: i32,
    /// The offset in its last second, once it was needed.
    last: Option<i32>,
}

impl OffsetCache {
    pub(super) fn new(zone: Box<dyn TimeZone>) -> Self {
        let empty = CacheSlot {
            number: i64::MIN,
            first: 0,
            last: None,
        };
        let level = |seconds, slots| CacheLevel {
            seconds,
            slots: vec![empty; slots],
        };
        Self {
            zone,
            // Eleven years of consecutive days, and twenty days with a change.
            levels: [level(SECONDS_PER_DAY, 4096), level(900, 2048)],
        }
    }

    /// An interval of constant offset around a time in seconds since 1970. It may be shorter than possible.
    pub(super) fn interval_at(&mut self, at: i64) -> OffsetInterval {
        let zone = &*self.zone;
        for level in &mut self.levels {
            if let Some(interval) = level.interval_at(at, zone) {
                return interval;
            }
        }
        OffsetInterval {
            from: at,
            until: at + 1,
            offset: offset_at(zone, at),
        }
    }
}

impl CacheLevel {
    /// The slot around a time, if its offset is constant.
    fn interval_at(&mut self, at: i64, zone: &dyn TimeZone) -> Option<OffsetInterval> {
        let number = at.div_euclid(self.seconds);
        let from = number * self.seconds;
        let until = from + self.seconds;
        let offset = self.slot(number, zone).first;
        if self.slot(number + 1, zone).first != offset {
            // The offset changes somewhere in this slot, or exactly at its end.
            let slot = self.slot(number, zone);
            if *slot.last.get_or_insert_with(|| offset_at(zone, until - 1)) != offset {
                return None;
            }
        }
        Some(OffsetInterval {
            from,
            until,
            offset,
        })
    }

    fn slot(&mut self, number: i64, zone: &dyn TimeZone) -> &mut CacheSlot {
        let index = number.rem_euclid(self.slots.len() as i64) as usize;
        let slot = &mut self.slots[index];
        if slot.number != number {
            *slot = CacheSlot {
                number,
                first: offset_at(zone, number * self.seconds),
                last: None,
            };
        }
        slot
    }
}

fn offset_at(zone: &dyn TimeZone, at: i64) -> i32 {
    let offset = zone.offset_seconds(at * 1000);
    offset.clamp(-MAX_OFFSET_SECS, MAX_OFFSET_SECS)
}

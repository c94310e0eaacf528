//! Time zones, as far as a summary needs them, and the cache in front of a slow one.

use crate::date::EpochMillis;

/// A time zone: how far its clocks are from UTC, and when.
pub trait TimeZone {
    /// How many seconds the zone's local time is ahead of UTC at an instant; in the west it is behind, and the number
    /// negative. What is more than 26 hours is taken as 26 hours.
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

/// No zone is farther from UTC, in seconds.
pub(super) const FARTHEST: i32 = 26 * 3600;

/// A time, in seconds since 1970, during which the offset stays the same.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) offset: i32,
}

/// A zone with a cache.
///
/// An offset that is the same at both ends of a day (of UTC) or of a quarter of an hour holds all through it: since 1972
/// no zone of the tz database changed its offset twice a day, or at another time than on a quarter (the one exception,
/// Monrovia in January 1972, is looked up second by second). So a zone is asked once a day, and on a day with a change
/// once every quarter.
pub(super) struct Offsets {
    zone: Box<dyn TimeZone>,
    steps: [Step; 2],
}

/// Offsets in pieces of time of one length: a table without chains, in which one piece displaces another.
struct Step {
    seconds: i64,
    slots: Vec<Piece>,
}

#[derive(Clone, Copy)]
struct Piece {
    /// How many pieces after 1970.
    number: i64,
    /// The offset in its first second.
    first: i32,
    /// The offset in its last second, once it was needed.
    last: Option<i32>,
}

impl Offsets {
    pub(super) fn new(zone: Box<dyn TimeZone>) -> Self {
        let none = Piece {
            number: i64::MIN,
            first: 0,
            last: None,
        };
        let step = |seconds, slots| Step {
            seconds,
            slots: vec![none; slots],
        };
        Self {
            zone,
            // Eleven years of days side by side; twenty days with a change.
            steps: [step(86_400, 4096), step(900, 2048)],
        }
    }

    /// The stretch around a time, in seconds since 1970: not all the time at which the offset is the same, but some of it.
    pub(super) fn around(&mut self, at: i64) -> Stretch {
        let zone = &*self.zone;
        for step in &mut self.steps {
            if let Some(stretch) = step.around(at, zone) {
                return stretch;
            }
        }
        Stretch {
            from: at,
            until: at + 1,
            offset: ask(zone, at),
        }
    }
}

impl Step {
    /// The piece around a time, if the offset is the same all through it.
    fn around(&mut self, at: i64, zone: &dyn TimeZone) -> Option<Stretch> {
        let number = at.div_euclid(self.seconds);
        let from = number * self.seconds;
        let until = from + self.seconds;
        let offset = self.piece(number, zone).first;
        if self.piece(number + 1, zone).first != offset {
            // A change somewhere in this piece, or right at its end.
            let piece = self.piece(number, zone);
            if *piece.last.get_or_insert_with(|| ask(zone, until - 1)) != offset {
                return None;
            }
        }
        Some(Stretch {
            from,
            until,
            offset,
        })
    }

    fn piece(&mut self, number: i64, zone: &dyn TimeZone) -> &mut Piece {
        let slot = number.rem_euclid(self.slots.len() as i64) as usize;
        let piece = &mut self.slots[slot];
        if piece.number != number {
            *piece = Piece {
                number,
                first: ask(zone, number * self.seconds),
                last: None,
            };
        }
        piece
    }
}

fn ask(zone: &dyn TimeZone, at: i64) -> i32 {
    zone.offset_seconds(at * 1000).clamp(-FARTHEST, FARTHEST)
}

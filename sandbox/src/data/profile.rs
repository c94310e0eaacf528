//! How generated messages are spread over time, and how they fare.

use super::message::Direction;
use crate::random::Random;
use chrono::{DateTime, Datelike, Timelike};

/// The last second of 2025, UTC. A client with a correct clock gets all generated messages.
pub(crate) const NEWEST: u32 = 1_767_225_599;

const HOUR_SECS: u64 = 3_600;
const DAY_SECS: u64 = 24 * HOUR_SECS;
const YEAR_HOURS: u64 = 365 * 24;

/// Percents of the mean by month, day of the week (from Monday) and hour, UTC.
const MONTHS: [u64; 12] = [85, 80, 95, 100, 105, 90, 70, 75, 105, 110, 140, 160];
const WEEKDAYS: [u64; 7] = [115, 120, 120, 115, 110, 60, 45];
const HOURS: [u64; 24] = [
    10, 8, 6, 6, 8, 15, 40, 90, 150, 190, 200, 190, 170, 180, 190, 190, 180, 160, 130, 110, 80, 50,
    30, 18,
];

/// The day of the outage and the day of the spike, counted back from the last day.
const OUTAGE_DAYS_AGO: u64 = 17;
const SPIKE_DAYS_AGO: u64 = 41;
/// The hours of the outage, UTC.
const OUTAGE_HOURS: std::ops::Range<u64> = 7..20;
const OUTAGE_ERROR_PERCENT: u64 = 64;
const SPIKE_FACTOR: u64 = 5;
/// Messages that are newer may still wait.
const WAITING_SECS: u64 = 2 * HOUR_SECS;

/// How the messages of an account are spread over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// At one rate, with all that messages may contain.
    #[default]
    Even,
    /// Over 365 days, with seasons, weekends and nights, a day of outage and a day of many messages. For demonstrations.
    Year,
}

/// A profile and the time at which it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) profile: Profile,
    /// The second of the newest message, at the latest.
    pub(crate) newest: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            profile: Profile::Even,
            newest: NEWEST,
        }
    }
}

impl Shape {
    /// The seconds of the messages in the order of their ids. Only for [`Profile::Year`].
    pub(super) fn times(self, messages: u32, random: &mut Random) -> Vec<u32> {
        let start = (u64::from(self.newest) + 1).saturating_sub(YEAR_HOURS * HOUR_SECS);
        let weights: Vec<u64> = (0..YEAR_HOURS)
            .map(|hour| self.weight(start + hour * HOUR_SECS))
            .collect();
        let total: u64 = weights.iter().sum();
        let messages = u64::from(messages);
        // One draw in each of as many equal parts of the total weight, so that the hours get their shares.
        let mut hours = weights.iter().zip(0_u64..);
        let (mut hour, mut reached) = (0, 0);
        let mut times: Vec<u32> = (0..messages)
            .map(|message| {
                let target = (message * total + random.below(total)) / messages;
                while reached <= target
                    && let Some((weight, next)) = hours.next()
                {
                    (hour, reached) = (next, reached + weight);
                }
                let time = start + hour * HOUR_SECS + random.below(HOUR_SECS);
                u32::try_from(time).unwrap_or(u32::MAX)
            })
            .collect();
        times.sort_unstable();
        times
    }

    fn weight(self, time: u64) -> u64 {
        let Some(date) = i64::try_from(time)
            .ok()
            .and_then(|time| DateTime::from_timestamp(time, 0))
        else {
            return 1;
        };
        let share = |shares: &[u64], index: u32| shares[index as usize];
        let spike = match self.days_ago(time) == SPIKE_DAYS_AGO {
            true => SPIKE_FACTOR,
            false => 1,
        };
        share(&MONTHS, date.month0())
            * share(&WEEKDAYS, date.weekday().num_days_from_monday())
            * share(&HOURS, date.hour())
            * spike
    }

    /// The `status_id` of a message.
    pub(super) fn status(self, time: u32, direction: Direction, random: &mut Random) -> u8 {
        let draw = random.below(100);
        let time = u64::from(time);
        match self.profile {
            Profile::Even => match draw {
                0..=6 => 2,
                7..=11 => 3,
                _ => 1,
            },
            Profile::Year if direction == Direction::In => 1,
            Profile::Year if time + WAITING_SECS > u64::from(self.newest) && draw >= 40 => 3,
            Profile::Year if self.is_outage(time) && draw < OUTAGE_ERROR_PERCENT => 2,
            Profile::Year if draw < 2 => 2,
            Profile::Year => 1,
        }
    }

    /// The number in the text of an error.
    pub(super) fn error_code(self, time: u32, random: &mut Random) -> u64 {
        match self.profile {
            Profile::Even => 1 + random.below(40),
            Profile::Year if self.is_outage(time.into()) && random.percent(95) => 21,
            Profile::Year => *random.pick(&[&1, &1, &1, &5, &5, &11, &34]),
        }
    }

    fn is_outage(self, time: u64) -> bool {
        self.days_ago(time) == OUTAGE_DAYS_AGO
            && OUTAGE_HOURS.contains(&(time % DAY_SECS / HOUR_SECS))
    }

    /// The number of UTC days from a time to the newest message.
    fn days_ago(self, time: u64) -> u64 {
        (u64::from(self.newest) / DAY_SECS).saturating_sub(time / DAY_SECS)
    }
}

#[cfg(test)]
mod tests {
    use super::{NEWEST, Profile, Shape};
    use crate::data::{Dataset, Filter, Order};

    #[test]
    fn year_has_seasons_an_outage_and_a_spike() {
        let shape = Shape {
            profile: Profile::Year,
            newest: NEWEST,
        };
        let dataset = Dataset::with_shape(40_000, 1, Order::Desc, shape);
        assert_eq!(dataset.len(), 40_000);
        let day = |ago: i64| {
            let end = i64::from(NEWEST) - ago * 86_400;
            dataset.totals(&Filter {
                from_date: Some(end - 86_399),
                to_date: Some(end),
                ..Filter::default()
            })
        };
        let share = |status: &str, ago: i64| {
            let totals = day(ago);
            totals.by_status.get(status).copied().unwrap_or_default() as f64 / totals.count as f64
        };
        assert!(share("2", 17) > 0.25, "outage: {}", share("2", 17));
        assert!(share("2", 18) < 0.05 && share("2", 16) < 0.05);
        assert!(day(41).count > 3 * day(48).count, "spike");
        // A day of December, and the same day of the week in July.
        assert!(day(15).count > day(15 + 22 * 7).count, "season");
        assert!(share("3", 0) > 0.0 && share("3", 5) == 0.0, "waiting");
    }
}

//! The history that an account begins with, and how its ids go on.

use super::parties::Parties;
use super::record::Record;
use crate::random::Random;

/// No message is newer than this (the last second of 2025, UTC): a reader whose clock is right sees all of them.
const NEWEST: u64 = 1_767_225_599;
const MEAN_SECONDS_BETWEEN: u64 = 100;
const LONGEST_PROCESSING: u64 = 30;
const FIRST_ID: u64 = 5_000_000;
/// What the sequence of an id is used for here; `record` has its own uses.
const NEXT_ID: u64 = 9;

/// The messages by id, and the last id given.
pub(super) fn history(messages: u32, seed: u64, parties: &Parties) -> (Vec<Record>, u64) {
    let mut random = Random::new(seed);
    let (mut message_id, mut clock) = (FIRST_ID, 0);
    let steps: Vec<(u64, u64)> = (0..messages)
        .map(|_| {
            message_id += 1 + random.below(9);
            // Bursts: every third message comes in the same second as the one before it.
            clock += match random.below(3) {
                0 => 0,
                _ => random.below(MEAN_SECONDS_BETWEEN * 3),
            };
            // Processing takes its time, so the dates are not quite in the order of the ids.
            (message_id, clock + random.below(LONGEST_PROCESSING))
        })
        .collect();
    let start = NEWEST.saturating_sub(clock + LONGEST_PROCESSING);
    let records = steps.into_iter().map(|(message_id, since)| {
        let time = u32::try_from(start + since).unwrap_or(u32::MAX);
        Record::new(seed, message_id, time, parties)
    });
    (records.collect(), message_id)
}

/// The id after this one: larger, and with gaps as before.
pub(super) fn next_id(seed: u64, message_id: u64) -> u64 {
    message_id + 1 + Random::of(seed, message_id, NEXT_ID).below(9)
}

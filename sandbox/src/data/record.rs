//! One message as it is stored: 24 bytes. All else about it is derived from the seed and its id when it is asked for.

use super::parties::Parties;
use super::row::{Cost, Field, Number, Row, format_date};
use super::{Direction, text};
use crate::random::Random;

/// What filters and sums need of a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) message_id: u64,
    /// When it was processed, or came to be if it still waits; seconds since 1970.
    pub(crate) time: u32,
    /// Ten-thousandths of the account's currency.
    pub(crate) cost: u32,
    pub(crate) source: u16,
    pub(crate) destination: u16,
    pub(crate) fragments: u8,
    pub(crate) direction: Direction,
    pub(crate) status: u8,
}

/// What a message's own random sequence is used for, so that one use does not shift another.
const FACTS: u64 = 1;
const TEXT: u64 = 2;
const FORM: u64 = 3;

const RATES: &[&u32] = &[&73, &149, &500, &1_250, &4_337, &10_859];

impl Record {
    pub(crate) fn new(seed: u64, message_id: u64, time: u32, parties: &Parties) -> Self {
        let random = &mut Random::of(seed, message_id, FACTS);
        let direction = if random.percent(30) {
            Direction::In
        } else {
            Direction::Out
        };
        let customer = parties.customer(random);
        let own = parties.own(random, direction == Direction::Out);
        let (source, destination) = match direction {
            Direction::In => (customer, own),
            Direction::Out => (own, customer),
        };
        let fragments = text::fragments(&text_of(seed, message_id));
        let rate = match direction {
            Direction::In if random.percent(60) => 0,
            Direction::In => 10,
            Direction::Out => *random.pick(RATES),
        };
        let status = match random.below(100) {
            0..=6 => 2,
            7..=11 => 3,
            _ => 1,
        };
        Self {
            message_id,
            time,
            cost: rate * u32::from(fragments),
            source,
            destination,
            fragments,
            direction,
            status,
        }
    }

    pub(crate) fn status_id(&self) -> &'static str {
        match self.status {
            1 => "1",
            2 => "2",
            _ => "3",
        }
    }

    pub(crate) fn row<'a>(&self, seed: u64, parties: &'a Parties) -> Row<'a> {
        let random = &mut Random::of(seed, self.message_id, FORM);
        let source = parties.name(self.source);
        let destination = parties.name(self.destination);
        Row {
            message_id: self.message_id,
            source_number: number(random, source),
            destination_number: number(random, destination),
            direction: self.direction.word(random.percent(6)),
            fragments: self.fragments,
            cost: Cost(u64::from(self.cost)),
            status_id: self.status_id(),
            error_message: if self.status == 2 {
                let code = 1 + random.below(40);
                let message =
                    format!("Sms from {source} to {destination} was not sent, code = {code}");
                sometimes(random, 90, 5, message)
            } else {
                sometimes(random, 3, 12, String::new())
            },
            processed_date: if self.status == 3 {
                sometimes(random, 40, 30, format_date(self.time))
            } else {
                Field::Value(format_date(self.time))
            },
            transaction_id: sometimes(random, 85, 5, 900_000_000 + self.message_id * 3),
            text: sometimes(random, 88, 6, text_of(seed, self.message_id)),
        }
    }
}

fn text_of(seed: u64, message_id: u64) -> String {
    text::write(&mut Random::of(seed, message_id, TEXT))
}

fn number<'a>(random: &mut Random, name: &'a str) -> Number<'a> {
    let as_integer = random.percent(70);
    match name.parse() {
        Ok(digits) if as_integer => Number::Integer(digits),
        _ => Number::Text(name),
    }
}

/// The value in `there` of 100 rows, null in `null` of 100, left out in the rest.
fn sometimes<T>(random: &mut Random, there: u64, null: u64, value: T) -> Field<T> {
    match random.below(100) {
        lot if lot < there => Field::Value(value),
        lot if lot < there + null => Field::Null,
        _ => Field::Missing,
    }
}

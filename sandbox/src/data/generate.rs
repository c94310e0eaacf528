//! Generates messages: participants, texts, the initial history and later ids. The same seed gives the same messages on
//! any machine, in any release.

use super::message::{
    Cost, Direction, Field, PhoneNumber, Record, Row, format_date, transaction_id,
};
use super::profile::{Profile, Shape};
use crate::random::Random;

const MEAN_INTERVAL_SECS: u64 = 100;
const MAX_PROCESSING_SECS: u64 = 30;
const FIRST_ID: u64 = 5_000_000;

/// Purposes of a message's random sequences. Each purpose has its own sequence, so that one use does not shift another.
const FACTS: u64 = 1;
const TEXT: u64 = 2;
const FORM: u64 = 3;
const NEXT_ID: u64 = 9;

/// Costs of one fragment in ten-thousandths.
const RATES: &[&u32] = &[&73, &149, &500, &1_250, &4_337, &10_859];

/// Sender names. Messages can come from them, but not go to them.
const SENDERS: &[&str] = &["DemoShop", "SANDBOX", "Info Desk", "Taxi24"];
const OWN_NUMBERS: u64 = 8;
const MAX_CUSTOMERS: u64 = 20_000;

const PLAIN: &[&str] = &[
    "Your code is {n}. It is good for five minutes.",
    "Order {n} has left the warehouse and arrives tomorrow between 9 and 12.",
    "Reminder: your appointment is on Friday at 14:30. Reply 1 to confirm.",
    "Thanks! We got your payment of 12.50 for invoice {n}.",
    "Yes",
    "Will you be there at noon? @{n}",
];
const CYRILLIC: &[&str] = &[
    "Ваш код: {n}. Никому его не показывайте.",
    "Заказ {n} готов, ждём вас до 21:00.",
    "Спасибо, всё получил!",
];
const EMOJI: &[&str] = &[
    "On its way \u{1F69A}\u{1F4E6} ticket {n}",
    "\u{1F44D}\u{1F3FD}",
    "See you soon \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{2764}\u{FE0F} {n}",
];
const DELICATE: &[&str] = &[
    "She said \"meet me at {n}\", then left.",
    "Path C:\\temp\\new\\{n} \\u0041 and a \"quoted \\\" mark\"",
    "Dear guest,\nyour table {n} is booked.\r\nSee you!",
    "=SUM({n},1);a,b,\"c\"",
    "tab\there, slash / and </script> {n}",
    "line\u{2028}separator, caf\u{e9}, \u{4f60}\u{597d}, \u{645}\u{631}\u{62d}\u{628}\u{627} {n}",
];
const SENTENCES: &[&str] = &[
    "The office stays closed on Monday and opens again on Tuesday at eight. ",
    "Please bring the printed form {n} and a pen. ",
    "Мы переехали: новый адрес на сайте. ",
    "Prices {from 5\u{20ac}} change next month. ",
];

/// Returns the initial messages by id, and the last id.
pub(super) fn history(
    messages: u32,
    seed: u64,
    shape: Shape,
    parties: &Parties,
) -> (Vec<Record>, u64) {
    let mut random = Random::new(seed);
    if shape.profile == Profile::Year {
        let mut message_id = FIRST_ID;
        let times = shape.times(messages, &mut random);
        let records = times.into_iter().map(|time| {
            message_id = next_id(seed, message_id);
            record(seed, message_id, time, shape, parties)
        });
        return (records.collect(), message_id);
    }
    let (mut message_id, mut clock) = (FIRST_ID, 0);
    let steps: Vec<(u64, u64)> = (0..messages)
        .map(|_| {
            message_id += 1 + random.below(9);
            // Bursts: every third message has the second of the one before it.
            clock += match random.below(3) {
                0 => 0,
                _ => random.below(MEAN_INTERVAL_SECS * 3),
            };
            // Processing times differ, so the dates are not exactly in the order of the ids.
            (message_id, clock + random.below(MAX_PROCESSING_SECS))
        })
        .collect();
    let start = u64::from(shape.newest).saturating_sub(clock + MAX_PROCESSING_SECS);
    let records = steps.into_iter().map(|(message_id, since)| {
        let time = u32::try_from(start + since).unwrap_or(u32::MAX);
        record(seed, message_id, time, shape, parties)
    });
    (records.collect(), message_id)
}

/// Returns the id after this one: larger, with the same gaps as in the initial history.
pub(super) fn next_id(seed: u64, message_id: u64) -> u64 {
    message_id + 1 + Random::of(seed, message_id, NEXT_ID).below(9)
}

/// Generates a record.
pub(super) fn record(
    seed: u64,
    message_id: u64,
    time: u32,
    shape: Shape,
    parties: &Parties,
) -> Record {
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
    let fragments = fragments(&text_of(seed, message_id, shape.profile));
    let rate = match direction {
        Direction::In if random.percent(60) => 0,
        Direction::In => 10,
        Direction::Out => *random.pick(RATES),
    };
    let status = shape.status(time, direction, random);
    Record {
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

/// Builds the row of a record.
pub(super) fn row<'a>(record: &Record, seed: u64, shape: Shape, parties: &'a Parties) -> Row<'a> {
    let random = &mut Random::of(seed, record.message_id, FORM);
    let source = parties.name(record.source);
    let destination = parties.name(record.destination);
    Row {
        message_id: record.message_id,
        source_number: phone_number(random, source),
        destination_number: phone_number(random, destination),
        direction: record.direction.word(random.percent(6)),
        fragments: record.fragments,
        cost: Cost(u64::from(record.cost)),
        status_id: record.status_id(),
        error_message: if record.status == 2 {
            let code = shape.error_code(record.time, random);
            let message = format!("Sms from {source} to {destination} was not sent, code = {code}");
            sometimes(random, 90, 5, message)
        } else {
            sometimes(random, 3, 12, String::new())
        },
        processed_date: if record.status == 3 {
            sometimes(random, 40, 30, format_date(record.time))
        } else {
            Field::Value(format_date(record.time))
        },
        transaction_id: sometimes(random, 85, 5, transaction_id(record.message_id)),
        text: sometimes(
            random,
            88,
            6,
            text_of(seed, record.message_id, shape.profile),
        ),
    }
}

fn text_of(seed: u64, message_id: u64, profile: Profile) -> String {
    let random = &mut Random::of(seed, message_id, TEXT);
    match profile {
        Profile::Even => text(random),
        Profile::Year => {
            let number = (100_000 + random.below(900_000)).to_string();
            let texts = if random.percent(85) { PLAIN } else { EMOJI };
            random.pick(texts).replace("{n}", &number)
        }
    }
}

fn phone_number<'a>(random: &mut Random, name: &'a str) -> PhoneNumber<'a> {
    let as_integer = random.percent(70);
    match name.parse() {
        Ok(digits) if as_integer => PhoneNumber::Integer(digits),
        _ => PhoneNumber::Text(name),
    }
}

/// Returns the value in `value_share` percent of the rows, null in `null_share` percent, and a missing field in the rest.
fn sometimes<T>(random: &mut Random, value_share: u64, null_share: u64, value: T) -> Field<T> {
    match random.below(100) {
        draw if draw < value_share => Field::Value(value),
        draw if draw < value_share + null_share => Field::Null,
        _ => Field::Missing,
    }
}

/// The senders and receivers, all fictitious: the account's numbers, then its sender names, then its customers.
pub(crate) struct Parties {
    names: Vec<String>,
}

impl Parties {
    pub(crate) fn new(messages: u64) -> Self {
        let customers = (messages / 5).clamp(6, MAX_CUSTOMERS);
        let own = (0..OWN_NUMBERS).map(|n| format!("1555019{n:04}"));
        let senders = SENDERS.iter().map(|&sender| sender.to_owned());
        let names = own.chain(senders).chain((0..customers).map(customer));
        Self {
            names: names.collect(),
        }
    }

    pub(crate) fn name(&self, party: u16) -> &str {
        &self.names[usize::from(party)]
    }

    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        let index = self.names.iter().position(|known| known == name)?;
        u16::try_from(index).ok()
    }

    /// Picks one of the account's numbers, or sometimes a sender name if `allow_name`.
    pub(crate) fn own(&self, random: &mut Random, allow_name: bool) -> u16 {
        if allow_name && random.percent(25) {
            return (OWN_NUMBERS + random.below(SENDERS.len() as u64)) as u16;
        }
        random.below(OWN_NUMBERS) as u16
    }

    /// Picks a customer. Most messages have one of a few customers.
    pub(crate) fn customer(&self, random: &mut Random) -> u16 {
        let first = OWN_NUMBERS + SENDERS.len() as u64;
        let customers = self.names.len() as u64 - first;
        let reach = 1 + random.below(customers);
        (first + random.below(reach)) as u16
    }
}

/// Returns a number of a range without telephones: 555-010x in North America, or a +7 area code of zeros.
fn customer(index: u64) -> String {
    let half = index / 2;
    if index.is_multiple_of(2) {
        format!("1555010{half:04}")
    } else {
        // 7919 is coprime to ten million, so the numbers are distinct and not in sequence.
        format!("7000{:07}", half * 7919 % 10_000_000)
    }
}

/// Generates the text of a message.
fn text(random: &mut Random) -> String {
    let number = (100_000 + random.below(900_000)).to_string();
    let template = match random.below(100) {
        0..=44 => random.pick(PLAIN).to_owned(),
        45..=64 => random.pick(CYRILLIC).to_owned(),
        65..=76 => random.pick(EMOJI).to_owned(),
        77..=91 => random.pick(DELICATE).to_owned(),
        92 => String::new(),
        _ => {
            let sentences = 2 + random.below(7);
            (0..sentences).map(|_| random.pick(SENTENCES)).collect()
        }
    };
    template.replace("{n}", &number)
}

/// Counts the fragments of a text. One fragment has 160 GSM-7 septets, each of several has 153. With any character
/// outside that alphabet the limits are 70 and 67 UTF-16 units. An empty text takes one fragment.
fn fragments(text: &str) -> u8 {
    let septets: Option<usize> = text.chars().map(septets).sum();
    let (length, alone, joined) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let parts = if length <= alone {
        1
    } else {
        length.div_ceil(joined)
    };
    u8::try_from(parts).unwrap_or(u8::MAX)
}

/// Counts the septets of a character in the GSM 7-bit default alphabet (3GPP TS 23.038), if it is part of it.
fn septets(character: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¡ÄÖÑܧ¿äöñüà";
    const EXTENDED: &str = "^{}\\[~]|€\u{c}";
    match character {
        ' '..='?' | 'A'..='Z' | 'a'..='z' => Some(1),
        _ if BASIC.contains(character) => Some(1),
        _ if EXTENDED.contains(character) => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Parties, fragments};
    use std::collections::HashSet;

    #[test]
    fn numbers_are_fictitious_and_distinct() {
        let parties = Parties::new(1_000_000);
        let distinct: HashSet<&String> = parties.names.iter().collect();
        assert_eq!(distinct.len(), parties.names.len());
        for name in &parties.names {
            let number = name.bytes().all(|byte| byte.is_ascii_digit());
            let fictitious = name.starts_with("155501") || name.starts_with("7000");
            assert!(!number || (fictitious && name.len() == 11), "{name}");
        }
    }

    #[test]
    fn fragment_count_follows_alphabet_and_limits() {
        for (text, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(153 * 2), 2),
            ("a".repeat(153 * 2 + 1), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("я".repeat(70), 1),
            ("я".repeat(71), 2),
            ("я".repeat(67 * 3 + 1), 4),
            ("\u{1F69A}".repeat(35), 1),
            ("\u{1F69A}".repeat(36), 2),
        ] {
            assert_eq!(
                fragments(&text),
                expected,
                "{} characters",
                text.chars().count()
            );
        }
    }
}

//! The messages: the same for the same seed, on any machine, in any release.

mod parties;
mod record;
mod row;
mod text;

pub use row::{Cost, Field, Number, Row};

pub(crate) use row::DATE_FORMAT;

use crate::options::Order;
use crate::random::Random;
use crate::totals::Totals;
use parties::Parties;
use record::Record;

/// No message is newer than this (the last second of 2025, UTC): a reader whose clock is right sees all of them.
const NEWEST: u64 = 1_767_225_599;
const MEAN_SECONDS_BETWEEN: u64 = 100;
const LONGEST_PROCESSING: u64 = 30;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Direction {
    /// Received.
    In,
    /// Sent.
    Out,
}

impl Direction {
    pub(crate) fn word(self, lower_case: bool) -> &'static str {
        match (self, lower_case) {
            (Self::In, false) => "IN",
            (Self::In, true) => "in",
            (Self::Out, false) => "OUT",
            (Self::Out, true) => "out",
        }
    }
}

/// Which messages are asked for. Every part left out means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The exact sender, as digits or name.
    pub source_number: Option<String>,
    /// The exact receiver, as digits or name.
    pub destination_number: Option<String>,
    /// Which way.
    pub direction: Option<Direction>,
    /// Not before this second (since 1970, UTC).
    pub from_date: Option<i64>,
    /// Not after this second (since 1970, UTC).
    pub to_date: Option<i64>,
}

/// All messages of the account, in the order in which the API hands them out.
pub struct Dataset {
    seed: u64,
    parties: Parties,
    records: Vec<Record>,
}

/// One page of rows and the number of rows that match.
pub(crate) struct Selection<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    /// `None` only where a fault takes it away.
    pub(crate) total_count: Option<u64>,
}

impl Dataset {
    /// Generates the messages: 24 bytes each.
    pub fn new(messages: u32, seed: u64, order: Order) -> Self {
        let parties = Parties::new(u64::from(messages));
        let mut random = Random::new(seed);
        let (mut message_id, mut clock) = (5_000_000, 0);
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
        let mut records: Vec<Record> = steps
            .into_iter()
            .map(|(message_id, since)| {
                let time = u32::try_from(start + since).unwrap_or(u32::MAX);
                Record::new(seed, message_id, time, &parties)
            })
            .collect();
        match order {
            Order::Asc => {}
            Order::Desc => records.reverse(),
            Order::Shuffled => {
                for last in (1..records.len()).rev() {
                    records.swap(last, random.below(last as u64 + 1) as usize);
                }
            }
        }
        Self {
            seed,
            parties,
            records,
        }
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no message at all.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Every message, in the order of the API.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records
            .iter()
            .map(|record| record.row(self.seed, &self.parties))
    }

    /// Sums over all messages that match, made in one pass that knows nothing of pages.
    pub fn totals(&self, filter: &Filter) -> Totals {
        let mut totals = Totals::default();
        let matches = self.matcher(filter);
        for record in self.records.iter().filter(|record| matches(record)) {
            totals.add(
                u64::from(record.fragments),
                Cost(u64::from(record.cost)),
                record.direction.word(false),
                record.status_id(),
            );
        }
        totals
    }

    pub(crate) fn select(&self, filter: &Filter, offset: u64, count: u64) -> Selection<'_> {
        let end = offset.saturating_add(count);
        if *filter == Filter::default() {
            // Reading everything is what most readers do, page by page: no need to look at every record each time.
            let total_count = self.records.len() as u64;
            let page = offset.min(total_count) as usize..end.min(total_count) as usize;
            let rows = self.records[page].iter();
            return Selection {
                rows: rows
                    .map(|record| record.row(self.seed, &self.parties))
                    .collect(),
                total_count: Some(total_count),
            };
        }
        let matches = self.matcher(filter);
        let mut rows = Vec::new();
        let mut total_count = 0;
        for record in &self.records {
            let matches = matches(record);
            if matches && (offset..end).contains(&total_count) {
                rows.push(record.row(self.seed, &self.parties));
            }
            total_count += u64::from(matches);
        }
        let total_count = Some(total_count);
        Selection { rows, total_count }
    }

    /// The filter as a test of one record.
    fn matcher(&self, filter: &Filter) -> impl Fn(&Record) -> bool + use<> {
        // A number that nobody has matches nothing: u16::MAX is beyond any party's index.
        let party = |name: &Option<String>| {
            let name = name.as_deref()?;
            Some(self.parties.find(name).unwrap_or(u16::MAX))
        };
        let source = party(&filter.source_number);
        let destination = party(&filter.destination_number);
        let direction = filter.direction;
        let from = filter.from_date.unwrap_or(i64::MIN);
        let to = filter.to_date.unwrap_or(i64::MAX);
        move |record| {
            source.is_none_or(|party| party == record.source)
                && destination.is_none_or(|party| party == record.destination)
                && direction.is_none_or(|way| way == record.direction)
                && (from..=to).contains(&i64::from(record.time))
        }
    }
}

//! The messages: the same for the same seed, on any machine, in any release; and those that are added later.

mod block;
mod generate;
mod parties;
mod record;
mod row;
mod table;
mod text;

pub use row::{Cost, Field, Number, Row};

pub(crate) use record::Record;
pub(crate) use row::DATE_FORMAT;

use crate::options::{MOST_MESSAGES, Order};
use crate::totals::Totals;
use parties::Parties;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};
use table::Table;

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

/// A filter in the terms of the table. Nothing lies within times whose first is after the last.
#[derive(Clone, Debug)]
struct Wanted {
    source: Option<u16>,
    destination: Option<u16>,
    direction: Option<Direction>,
    from: u32,
    to: u32,
}

impl Wanted {
    fn is_about_time_alone(&self) -> bool {
        self.source.is_none() && self.destination.is_none() && self.direction.is_none()
    }
}

/// All messages of the account, in the order in which the API hands them out. It may grow while it is read: what
/// one call returns is of one moment.
pub struct Dataset {
    seed: u64,
    parties: Parties,
    table: RwLock<Table>,
    /// The newest id. Who holds it is the one who inserts.
    newest_id: Mutex<u64>,
}

/// One page of rows and the number of rows that match.
pub(crate) struct Selection {
    pub(crate) records: Vec<Record>,
    /// `None` only where a fault takes it away.
    pub(crate) total_count: Option<u64>,
}

/// Messages that do not fit any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("count: there would be more messages than {MOST_MESSAGES}")]
pub struct Full;

impl Dataset {
    /// Generates the messages: about 24 bytes each.
    pub fn new(messages: u32, seed: u64, order: Order) -> Self {
        let parties = Parties::new(u64::from(messages));
        let (records, newest_id) = generate::history(messages, seed, &parties);
        Self {
            seed,
            parties,
            table: RwLock::new(Table::new(records, order)),
            newest_id: Mutex::new(newest_id),
        }
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.table().len()
    }

    /// Whether there is no message at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every message that is there now, in the order of the API.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let mut records = Vec::with_capacity(self.len());
        let all = self.wanted(&Filter::default());
        self.table().each(&all, |record| records.push(record));
        records.into_iter().map(|record| self.row(&record))
    }

    /// Sums over all messages that match, made in one pass that knows nothing of pages.
    pub fn totals(&self, filter: &Filter) -> Totals {
        let mut totals = Totals::default();
        self.table().each(&self.wanted(filter), |record| {
            totals.add(
                u64::from(record.fragments),
                Cost(u64::from(record.cost)),
                record.direction.word(false),
                record.status_id(),
            );
        });
        totals
    }

    /// The ids of all messages that match, ascending.
    pub fn ids(&self, filter: &Filter) -> Vec<u64> {
        let mut ids = Vec::new();
        self.table()
            .each(&self.wanted(filter), |record| ids.push(record.message_id));
        ids.sort_unstable();
        ids
    }

    /// Adds so many messages of this second (since 1970, UTC), all of them at one moment. Their ids are larger than
    /// all before.
    ///
    /// # Errors
    /// If there would be more than [`MOST_MESSAGES`]; then none is added.
    pub fn insert(&self, count: u32, time: u32) -> Result<(), Full> {
        let mut newest_id = self
            .newest_id
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.len() + count as usize > MOST_MESSAGES as usize {
            return Err(Full);
        }
        // Made before the table is locked: readers wait for the insertion alone.
        let records: Vec<Record> = (0..count)
            .map(|_| {
                *newest_id = generate::next_id(self.seed, *newest_id);
                Record::new(self.seed, *newest_id, time, &self.parties)
            })
            .collect();
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        records.iter().for_each(|record| table.insert(record));
        Ok(())
    }

    pub(crate) fn select(&self, filter: &Filter, offset: u64, count: u64) -> Selection {
        self.table().select(&self.wanted(filter), offset, count)
    }

    /// A message as the API tells it.
    pub(crate) fn row(&self, record: &Record) -> Row<'_> {
        record.row(self.seed, &self.parties)
    }

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self, filter: &Filter) -> Wanted {
        // A number that nobody has matches nothing: u16::MAX is beyond any party's index.
        let party = |name: &Option<String>| {
            let name = name.as_deref()?;
            Some(self.parties.find(name).unwrap_or(u16::MAX))
        };
        let from = u32::try_from(filter.from_date.unwrap_or(0).max(0));
        let to = u32::try_from(filter.to_date.unwrap_or(i64::MAX).min(u32::MAX.into()));
        // A window after all that the table can hold, or before it, is an empty one.
        let (from, to) = match (from, to) {
            (Ok(from), Ok(to)) => (from, to),
            _ => (1, 0),
        };
        Wanted {
            source: party(&filter.source_number),
            destination: party(&filter.destination_number),
            direction: filter.direction,
            from,
            to,
        }
    }
}

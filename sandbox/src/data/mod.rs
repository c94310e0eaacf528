//! The account's messages: a generated history, and messages that are inserted later.

mod generate;
mod message;
mod profile;
mod table;

pub use message::{Cost, Direction, Field, PhoneNumber, Row};
pub use profile::Profile;
pub use table::Order;

pub(crate) use message::{DATE_FORMAT, Record, transaction_id};
pub(crate) use profile::{NEWEST, Shape};
pub(crate) use table::PageRecords;

use generate::Parties;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};
use table::{Table, TableFilter};

/// Maximum number of messages in a sandbox (24 bytes each).
pub const MAX_MESSAGES: u32 = 10_000_000;

/// A filter on messages. A part that is `None` matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The exact sender, as digits or name.
    pub source_number: Option<String>,
    /// The exact receiver, as digits or name.
    pub destination_number: Option<String>,
    /// The direction.
    pub direction: Option<Direction>,
    /// The first second (since 1970, UTC).
    pub from_date: Option<i64>,
    /// The last second (since 1970, UTC).
    pub to_date: Option<i64>,
}

/// Sums over the messages that a filter matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Number of messages.
    pub count: u64,
    /// Sum of their fragments.
    pub fragments: u64,
    /// Exact sum of their costs, in JSON a string with four decimals.
    #[serde(serialize_with = "as_text")]
    pub cost: Cost,
    /// Number of messages by direction, `IN` and `OUT`; without directions that have no message.
    pub by_direction: BTreeMap<&'static str, u64>,
    /// Number of messages by `status_id`; without statuses that have no message.
    pub by_status: BTreeMap<&'static str, u64>,
}

impl Totals {
    fn add(&mut self, record: &Record) {
        self.count += 1;
        self.fragments += u64::from(record.fragments);
        self.cost.0 += u64::from(record.cost);
        let direction = record.direction.word(false);
        *self.by_direction.entry(direction).or_default() += 1;
        *self.by_status.entry(record.status_id()).or_default() += 1;
    }
}

fn as_text<S: Serializer>(cost: &Cost, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cost)
}

/// All messages of the account, in the order in which the API returns them. Messages may be inserted at any time. Each
/// call sees the messages of one moment.
pub struct Dataset {
    seed: u64,
    shape: Shape,
    parties: Parties,
    table: RwLock<Table>,
    /// The newest id. An insertion holds this lock.
    newest_id: Mutex<u64>,
}

/// The error of an insertion beyond [`MAX_MESSAGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("count: expected at most {MAX_MESSAGES} messages in total, got more")]
pub struct DatasetFull;

impl Dataset {
    /// Generates the messages: about 24 bytes each.
    pub fn new(messages: u32, seed: u64, order: Order) -> Self {
        Self::with_shape(messages, seed, order, Shape::default())
    }

    pub(crate) fn with_shape(messages: u32, seed: u64, order: Order, shape: Shape) -> Self {
        let parties = Parties::new(u64::from(messages));
        let (records, newest_id) = generate::history(messages, seed, shape, &parties);
        Self {
            seed,
            shape,
            parties,
            table: RwLock::new(Table::new(records, order)),
            newest_id: Mutex::new(newest_id),
        }
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.table().len()
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All current messages, in the order of the API.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let mut records = Vec::with_capacity(self.len());
        let all = self.table_filter(&Filter::default());
        self.table().each(&all, |record| records.push(record));
        records.into_iter().map(|record| self.row(&record))
    }

    /// Sums over all matching messages, computed without pages.
    pub fn totals(&self, filter: &Filter) -> Totals {
        let mut totals = Totals::default();
        self.table()
            .each(&self.table_filter(filter), |record| totals.add(&record));
        totals
    }

    /// The ids of all matching messages, ascending.
    pub fn ids(&self, filter: &Filter) -> Vec<u64> {
        let mut ids = Vec::new();
        self.table().each(&self.table_filter(filter), |record| {
            ids.push(record.message_id);
        });
        ids.sort_unstable();
        ids
    }

    /// Inserts `count` messages of one second (since 1970, UTC) at one moment. Their ids are larger than all others.
    ///
    /// # Errors
    /// If there would be more than [`MAX_MESSAGES`]; then it inserts none.
    pub fn insert(&self, count: u32, time: u32) -> Result<(), DatasetFull> {
        let mut newest_id = self
            .newest_id
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.len() + count as usize > MAX_MESSAGES as usize {
            return Err(DatasetFull);
        }
        // Generated before the table is locked, so that readers wait only for the insertion itself.
        let records: Vec<Record> = (0..count)
            .map(|_| {
                *newest_id = generate::next_id(self.seed, *newest_id);
                generate::record(self.seed, *newest_id, time, self.shape, &self.parties)
            })
            .collect();
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        records.iter().for_each(|record| table.insert(record));
        Ok(())
    }

    /// Gives up to `count` waiting messages of a filter a final status: nine of ten are successful. Returns their number.
    pub fn settle(&self, filter: &Filter, count: u32) -> u32 {
        self.change(
            filter,
            count,
            |record| record.status == 3,
            |table, id| {
                table.set_status(id, if id.is_multiple_of(10) { 2 } else { 1 });
            },
        )
    }

    /// Removes up to `count` messages of a filter, spread evenly over all that match. Returns their number.
    pub fn remove(&self, filter: &Filter, count: u32) -> u32 {
        self.change(filter, count, |_| true, Table::remove)
    }

    /// Applies a change to up to `count` of the messages that match, spread evenly.
    fn change(
        &self,
        filter: &Filter,
        count: u32,
        matches: impl Fn(&Record) -> bool,
        apply: impl Fn(&mut Table, u64),
    ) -> u32 {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let mut ids = Vec::new();
        table.each(&self.table_filter(filter), |record| {
            if matches(&record) {
                ids.push(record.message_id);
            }
        });
        let step = (ids.len() / (count as usize).max(1)).max(1);
        let chosen = ids.iter().step_by(step).take(count as usize);
        let changed = chosen.map(|&id| apply(&mut table, id)).count();
        u32::try_from(changed).unwrap_or(u32::MAX)
    }

    pub(crate) fn select(&self, filter: &Filter, offset: u64, count: u64) -> PageRecords {
        self.table()
            .select(&self.table_filter(filter), offset, count)
    }

    pub(crate) fn row(&self, record: &Record) -> Row<'_> {
        generate::row(record, self.seed, self.shape, &self.parties)
    }

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table_filter(&self, filter: &Filter) -> TableFilter {
        // An unknown number matches nothing: u16::MAX is above the index of any party.
        let party = |name: &Option<String>| {
            let name = name.as_deref()?;
            Some(self.parties.find(name).unwrap_or(u16::MAX))
        };
        let from = u32::try_from(filter.from_date.unwrap_or(0).max(0));
        let to = u32::try_from(filter.to_date.unwrap_or(i64::MAX).min(u32::MAX.into()));
        // A time span outside the table's range is empty.
        let (from, to) = match (from, to) {
            (Ok(from), Ok(to)) => (from, to),
            _ => (1, 0),
        };
        TableFilter {
            source: party(&filter.source_number),
            destination: party(&filter.destination_number),
            direction: filter.direction,
            from,
            to,
        }
    }
}

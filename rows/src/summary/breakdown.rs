//! Totals by time bucket, direction and status, in one addition per row.

use super::{
    options::SummaryError,
    time_buckets::BucketKey,
    totals_map::{add, add_rarely},
    words::{CategoryTotals, Occurrence, Words},
};
use crate::page::Totals;

/// The totals of a time bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketTotals {
    /// The bucket. `None`: the messages without a date.
    pub key: Option<BucketKey>,
    /// The totals of its messages.
    pub totals: Totals,
    /// The directions that occur in the bucket: their index in
    /// [`SmsHistorySummary::directions`](super::SmsHistorySummary::directions), ascending, and their totals.
    pub directions: Vec<(usize, Totals)>,
    /// The statuses that occur in the bucket, in the same way by
    /// [`SmsHistorySummary::statuses`](super::SmsHistorySummary::statuses).
    pub statuses: Vec<(usize, Totals)>,
}

/// The most cells with an unknown value: 16 MB.
const MAX_UNUSUAL_CELLS: usize = 262_144;
/// The most cells of a bucket after which one with an unknown value is added: they are searched one by one.
const MAX_SEARCHED_CELLS: usize = 128;
/// The end of a list of cells.
const NONE: u32 = u32::MAX;

/// The totals of a direction and a status in a bucket.
struct Cell {
    direction: u8,
    status: u8,
    /// The index of the bucket's next cell.
    next: u32,
    totals: Totals,
}

/// Totals by bucket, direction and status. Few pairs of a direction and a status occur in a bucket, so it is a list of cells.
pub(super) struct Breakdown {
    directions: Words,
    statuses: Words,
    cells: Vec<Cell>,
    /// The index of the first cell of each bucket.
    first: Vec<u32>,
    unusual_cells: usize,
}

/// A finished breakdown.
pub(super) struct Breakdowns {
    pub(super) totals: Totals,
    pub(super) buckets: Vec<BucketTotals>,
    pub(super) directions: Vec<CategoryTotals>,
    pub(super) statuses: Vec<CategoryTotals>,
}

impl Breakdown {
    #[inline]
    pub(super) fn new() -> Self {
        Self {
            directions: Words::new(&["in", "out"]),
            statuses: Words::new(&["success", "error", "waiting"]),
            cells: Vec::new(),
            first: Vec::new(),
            unusual_cells: 0,
        }
    }

    /// Adds a row to the bucket of a number.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        bucket: usize,
        direction: Occurrence<'_>,
        status: Occurrence<'_>,
        row: &Totals,
    ) -> Result<(), SummaryError> {
        let direction = self.directions.number(direction);
        let status = self.statuses.number(status);
        let mut next = self.first.get(bucket).copied().unwrap_or(NONE);
        while let Some(cell) = self.cells.get_mut(next as usize) {
            if cell.direction == direction && cell.status == status {
                return add(&mut cell.totals, row);
            }
            next = cell.next;
        }
        let index = self.insert(bucket, direction, status);
        add_rarely(&mut self.cells[index].totals, row)
    }

    /// Adds a cell that the bucket does not have, and returns its index. Returns that of the values "other" if there are too
    /// many.
    #[cold]
    fn insert(&mut self, bucket: usize, direction: u8, status: u8) -> usize {
        if bucket >= self.first.len() {
            self.first.resize(bucket + 1, NONE);
        }
        let other = (self.directions.other(), self.statuses.other());
        let is_unusual = direction > other.0 || status > other.1;
        let pair = if is_unusual && self.unusual_cells == MAX_UNUSUAL_CELLS {
            (direction.min(other.0), status.min(other.1))
        } else {
            (direction, status)
        };
        let (mut last, mut searched) = (NONE, 0);
        let mut next = self.first[bucket];
        while let Some(cell) = self.cells.get(next as usize) {
            if (cell.direction, cell.status) == pair {
                return next as usize;
            }
            (last, next) = (next, cell.next);
            searched += 1;
        }
        if is_unusual && pair == (direction, status) {
            if searched >= MAX_SEARCHED_CELLS {
                return self.insert(bucket, direction.min(other.0), status.min(other.1));
            }
            self.unusual_cells += 1;
        }
        let index = self.cells.len();
        // At the end, because the most frequent pairs appear first.
        match self.cells.get_mut(last as usize) {
            Some(cell) => cell.next = index as u32,
            None => self.first[bucket] = index as u32,
        }
        self.cells.push(Cell {
            direction: pair.0,
            status: pair.1,
            next: NONE,
            totals: Totals::default(),
        });
        index
    }

    /// Finishes the buckets: their numbers and keys in the order of time.
    #[inline]
    pub(super) fn finish(
        mut self,
        sorted: Vec<(usize, Option<BucketKey>)>,
    ) -> Result<Breakdowns, SummaryError> {
        let (mut directions, mut statuses) = (Vec::new(), Vec::new());
        for cell in &self.cells {
            add_at(&mut directions, cell.direction.into(), &cell.totals)?;
            add_at(&mut statuses, cell.status.into(), &cell.totals)?;
        }
        let mut finished = Breakdowns {
            totals: sum(&directions)?,
            buckets: Vec::with_capacity(sorted.len()),
            directions: self.directions.list(&directions),
            statuses: self.statuses.list(&statuses),
        };
        for (number, key) in sorted {
            let (mut directions, mut statuses) = (Vec::new(), Vec::new());
            // A bucket without rows may have no number.
            let mut next = self.first.get(number).copied().unwrap_or(NONE);
            while let Some(cell) = self.cells.get(next as usize) {
                let direction = self.directions.place(cell.direction);
                add_at(&mut directions, direction, &cell.totals)?;
                add_at(
                    &mut statuses,
                    self.statuses.place(cell.status),
                    &cell.totals,
                )?;
                next = cell.next;
            }
            finished.buckets.push(BucketTotals {
                key,
                totals: sum(&directions)?,
                directions: normalized(directions),
                statuses: normalized(statuses),
            });
        }
        Ok(finished)
    }
}

/// Adds totals to those of an index in a short list, which is sorted by the index.
#[inline]
fn add_at(
    list: &mut Vec<(usize, Totals)>,
    index: usize,
    totals: &Totals,
) -> Result<(), SummaryError> {
    let at = list.partition_point(|(other, _)| *other < index);
    match list.get_mut(at) {
        Some((other, sum)) if *other == index => add_rarely(sum, totals),
        _ => {
            list.insert(at, (index, *totals));
            Ok(())
        }
    }
}

#[inline]
fn sum(list: &[(usize, Totals)]) -> Result<Totals, SummaryError> {
    let mut sum = Totals::default();
    for (_, totals) in list {
        add_rarely(&mut sum, totals)?;
    }
    Ok(sum.normalized())
}

/// The same list with normalized totals.
#[inline]
pub(super) fn normalized(mut list: Vec<(usize, Totals)>) -> Vec<(usize, Totals)> {
    for (_, totals) in &mut list {
        *totals = totals.normalized();
    }
    list
}

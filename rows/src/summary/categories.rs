//! Totals by direction or by status: a few known values, and unknown ones up to a limit.

use super::{
    options::SummaryError,
    totals_map::{TotalsMap, add, text_key},
};
use crate::page::Totals;

/// The totals of a direction or a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryTotals {
    /// The direction or status.
    pub word: Category,
    /// The totals of its messages.
    pub totals: Totals,
}

/// A direction or a status.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// A known value: `in`, `out`; `success`, `error`, `waiting`.
    Known(&'static str),
    /// A value that the API's documentation does not list, as sent, truncated to 512 bytes.
    Unknown(String),
    /// Any further unknown value, after the first hundred.
    Other,
    /// The field is absent.
    Absent,
}

/// The most unknown values with totals of their own.
const MAX_UNKNOWN: usize = 100;

/// A value as it occurs in a row.
pub(super) enum Occurrence<'a> {
    Absent,
    /// The index among the known values.
    Known(usize),
    Unknown(&'a str),
}

/// Totals by category.
pub(super) struct TotalsByCategory {
    known: Vec<(&'static str, Totals)>,
    unknown: TotalsMap,
    other: Totals,
    absent: Totals,
}

impl TotalsByCategory {
    pub(super) fn new(known: &[&'static str]) -> Self {
        let known = known.iter().map(|&value| (value, Totals::default()));
        Self {
            known: known.collect(),
            unknown: TotalsMap::default(),
            other: Totals::default(),
            absent: Totals::default(),
        }
    }

    pub(super) fn add(&mut self, value: Occurrence<'_>, row: &Totals) -> Result<(), SummaryError> {
        let totals = match value {
            Occurrence::Absent => &mut self.absent,
            Occurrence::Known(index) => &mut self.known[index].1,
            Occurrence::Unknown(value) => self.unknown_totals(text_key(value)),
        };
        add(totals, row)
    }

    fn unknown_totals(&mut self, key: &[u8]) -> &mut Totals {
        let index = match self.unknown.index_of(key) {
            Some(index) => index,
            None if self.unknown.len() < MAX_UNKNOWN => self.unknown.insert(key, 0),
            None => return &mut self.other,
        };
        self.unknown.totals_mut(index)
    }

    /// The categories that occur: known, unknown from the most messages to the fewest, other, absent.
    pub(super) fn finish(self) -> Vec<CategoryTotals> {
        let known = self.known.into_iter();
        let known = known.map(|(value, totals)| (Category::Known(value), totals));
        let unknown = self.unknown.ranked();
        let unknown = unknown.map(|(value, entry)| (Category::Unknown(value), entry.totals));
        let rest = [
            (Category::Other, self.other),
            (Category::Absent, self.absent),
        ];
        let all = known.chain(unknown).chain(rest);
        let occurring = all.filter(|(_, totals)| totals.count > 0);
        let list = occurring.map(|(word, totals)| CategoryTotals {
            word,
            totals: totals.normalized(),
        });
        list.collect()
    }
}

//! Totals by direction or by status: few words that are known, and few that are not.

use super::{
    SummaryError, add,
    figures::{Category, CategoryTotals},
    normalized,
    tally::{Tally, key},
};
use crate::page::Totals;

/// How many unknown words are told apart.
const MAX_UNKNOWN: usize = 100;

/// A word as it stands in a row.
pub(super) enum Seen<'a> {
    Absent,
    /// Its place among the known ones.
    Known(usize),
    Unknown(&'a str),
}

/// Totals by word.
pub(super) struct Words {
    known: Vec<(&'static str, Totals)>,
    unknown: Tally,
    other: Totals,
    absent: Totals,
}

impl Words {
    pub(super) fn new(known: &[&'static str]) -> Self {
        Self {
            known: known
                .iter()
                .map(|&word| (word, Totals::default()))
                .collect(),
            unknown: Tally::default(),
            other: Totals::default(),
            absent: Totals::default(),
        }
    }

    pub(super) fn add(&mut self, word: Seen<'_>, row: &Totals) -> Result<(), SummaryError> {
        let totals = match word {
            Seen::Absent => &mut self.absent,
            Seen::Known(place) => &mut self.known[place].1,
            Seen::Unknown(word) => self.unknown(key(word)),
        };
        add(totals, row)
    }

    fn unknown(&mut self, word: &[u8]) -> &mut Totals {
        let position = match self.unknown.find(word) {
            Some(position) => position,
            None if self.unknown.entries().len() < MAX_UNKNOWN => self.unknown.insert(word, 0),
            None => return &mut self.other,
        };
        self.unknown.totals(position)
    }

    pub(super) fn finish(self) -> Vec<CategoryTotals> {
        let mut list = Vec::new();
        for (word, totals) in self.known {
            push(&mut list, Category::Known(word), totals);
        }
        for position in self.unknown.ranked() {
            let word = Category::Unknown(self.unknown.text(position));
            push(&mut list, word, self.unknown.entries()[position].totals);
        }
        push(&mut list, Category::Other, self.other);
        push(&mut list, Category::Absent, self.absent);
        list
    }
}

fn push(list: &mut Vec<CategoryTotals>, word: Category, totals: Totals) {
    if totals.count > 0 {
        let totals = normalized(totals);
        list.push(CategoryTotals { word, totals });
    }
}

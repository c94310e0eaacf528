//! Totals by direction or by status: few words that are known, and few that are not.

use super::{
    figures::{Word, WordTotals},
    tally::{Tally, add, key, normalized},
};
use crate::{error::SmsHistoryError, page::Totals};

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
            unknown: Tally::new(),
            other: Totals::default(),
            absent: Totals::default(),
        }
    }

    pub(super) fn add(&mut self, word: Seen<'_>, row: &Totals) -> Result<(), SmsHistoryError> {
        let word = match word {
            Seen::Absent => return add(&mut self.absent, row),
            Seen::Known(place) => return add(&mut self.known[place].1, row),
            Seen::Unknown(word) => key(word),
        };
        let position = match self.unknown.find(word) {
            Some(position) => position,
            None if self.unknown.entries().len() < MAX_UNKNOWN => self.unknown.insert(word, 0),
            None => return add(&mut self.other, row),
        };
        self.unknown.add(position, row)
    }

    pub(super) fn finish(self) -> Vec<WordTotals> {
        let known = self.known.into_iter();
        let known = known.map(|(word, totals)| (Word::Known(word), totals));
        let unknown = self.unknown.ranked().into_iter().map(|position| {
            let totals = self.unknown.entries()[position].totals;
            (Word::Unknown(self.unknown.text(position)), totals)
        });
        let rest = [(Word::Other, self.other), (Word::Absent, self.absent)];
        known
            .chain(unknown)
            .chain(rest)
            .filter(|(_, totals)| totals.count > 0)
            .map(|(word, totals)| WordTotals {
                word,
                totals: normalized(totals),
            })
            .collect()
    }
}

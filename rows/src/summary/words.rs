//! The values of a field with a few known ones, as small numbers. Unknown values have numbers of their own up to a limit.

use super::totals_map::{TotalsMap, text_key};
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
    /// Further unknown values, after the first hundred. Also those after 128 pairs in one bucket, or after 262,144 triples of a
    /// bucket, a direction and a status with an unknown value.
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

/// Numbers the values of a field: the known ones, absent, other, and the unknown ones in the order of their appearance.
pub(super) struct Words {
    known: &'static [&'static str],
    unknown: TotalsMap,
    /// For each number its index in the list.
    places: Vec<usize>,
}

impl Words {
    #[inline]
    pub(super) fn new(known: &'static [&'static str]) -> Self {
        Self {
            known,
            unknown: TotalsMap::default(),
            places: Vec::new(),
        }
    }

    fn absent(&self) -> u8 {
        self.known.len() as u8
    }

    /// The number of all further unknown values. Higher ones are those of unknown values.
    pub(super) fn other(&self) -> u8 {
        self.absent() + 1
    }

    /// The number of a row's value.
    #[inline(always)]
    pub(super) fn number(&mut self, value: Occurrence<'_>) -> u8 {
        match value {
            Occurrence::Known(index) => index as u8,
            Occurrence::Absent => self.absent(),
            Occurrence::Unknown(value) => self.unknown_number(text_key(value)),
        }
    }

    #[cold]
    fn unknown_number(&mut self, key: &[u8]) -> u8 {
        // The highest number is below 256.
        let index = self.unknown.index_within(key, MAX_UNKNOWN);
        self.other() + index.map_or(0, |index| index as u8 + 1)
    }

    /// Lists the values that occur, by their totals by number: known, unknown from the most messages to the fewest, other,
    /// absent.
    #[inline]
    pub(super) fn list(&mut self, totals: &[(usize, Totals)]) -> Vec<CategoryTotals> {
        let (absent, other) = (self.absent().into(), self.other().into());
        for &(number, totals) in totals {
            if number > other {
                *self.unknown.totals_mut(number - other - 1) = totals;
            }
        }
        let mut numbers: Vec<usize> = (0..absent).collect();
        numbers.extend(self.unknown.ranked().iter().map(|index| other + 1 + index));
        numbers.extend([other, absent]);
        self.places = vec![0; numbers.len()];
        let mut list = Vec::new();
        for number in numbers {
            let Some((_, totals)) = totals.iter().find(|(found, _)| *found == number) else {
                continue;
            };
            self.places[number] = list.len();
            let word = match self.known.get(number) {
                Some(word) => Category::Known(word),
                None if number == absent => Category::Absent,
                None if number == other => Category::Other,
                None => Category::Unknown(self.unknown.text(number - other - 1)),
            };
            let totals = totals.normalized();
            list.push(CategoryTotals { word, totals });
        }
        list
    }

    /// The index of a number that occurs in the list.
    pub(super) fn place(&self, number: u8) -> usize {
        self.places[usize::from(number)]
    }
}

//! What rows add up to, while they are read.

use super::{Totals, cells::Number, read::Row};
use crate::decimal::Decimal;

/// The digits after the point that the quick sum has.
const SCALE: u32 = 8;
const POWERS: [i64; SCALE as usize + 1] = [
    100_000_000,
    10_000_000,
    1_000_000,
    100_000,
    10_000,
    1_000,
    100,
    10,
    1,
];
/// Costs up to here fit when they are scaled.
const MOST: i64 = i64::MAX / POWERS[0];

/// Sums of rows. Most costs are small: those are added up as whole numbers of 64 bits, and the rest exactly beside them.
#[derive(Default)]
pub(super) struct Sums {
    fragments: u64,
    quick: i64,
    exact: Decimal,
}

impl Sums {
    /// Adds a row; false when the sum has more digits than fit.
    #[inline(always)]
    pub(super) fn add(&mut self, row: &Row<'_>) -> bool {
        if let Some(fragments) = row.cells.read().number(Number::Fragments) {
            // The reader lets whole numbers from 0 to 2^53-1 into this cell, and nothing else.
            self.fragments = self.fragments.saturating_add(fragments as i64 as u64);
        }
        let (units, scale) = row.cost.parts();
        if let (Ok(units), Some(power)) = (i64::try_from(units), POWERS.get(scale as usize))
            && (-MOST..=MOST).contains(&units)
            && let Some(sum) = self.quick.checked_add(units * power)
        {
            self.quick = sum;
            return true;
        }
        self.add_exactly(row.cost)
    }

    #[cold]
    fn add_exactly(&mut self, cost: Decimal) -> bool {
        self.exact.accumulate(cost)
    }

    /// The sums of so many rows. `None` when the cost has more digits than fit.
    pub(super) fn totals(self, rows: usize) -> Option<Totals> {
        let quick = Decimal::new(i128::from(self.quick), SCALE).normalized();
        Some(Totals {
            count: rows as u64,
            fragments: self.fragments,
            cost: self.exact.checked_add(quick)?.normalized(),
        })
    }
}

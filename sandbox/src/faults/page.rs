//! Pages with something wrong in them. The command applies this to the page that it has selected, so that it holds
//! for every form of output.

use super::FaultKind;
use crate::random::Random;

/// A fault that is about the rows or the count of a page. Travels with the request to the command.
#[derive(Clone)]
pub(crate) struct PageFault {
    kind: FaultKind,
    random: Random,
}

impl PageFault {
    pub(super) fn of(kind: &FaultKind, random: &Random) -> Option<Self> {
        let about_pages = matches!(
            kind,
            FaultKind::TotalCount(_) | FaultKind::Duplicate(_) | FaultKind::DropRow(_)
        );
        about_pages.then(|| Self {
            kind: kind.clone(),
            random: random.clone(),
        })
    }

    /// Does it. A count that is `None` is to be left out.
    pub(crate) fn apply<T: Clone>(mut self, rows: &mut Vec<T>, total_count: &mut Option<u64>) {
        match self.kind {
            FaultKind::TotalCount(by) => {
                let wrong = |by| total_count.map(|count| count.saturating_add_signed(by));
                *total_count = by.and_then(wrong);
            }
            FaultKind::Duplicate(times) => {
                for _ in 0..times {
                    if let Some(place) = self.place(rows.len()) {
                        rows.insert(place, rows[place].clone());
                    }
                }
            }
            FaultKind::DropRow(times) => {
                for _ in 0..times {
                    if let Some(place) = self.place(rows.len()) {
                        rows.remove(place);
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&mut self, rows: usize) -> Option<usize> {
        (rows > 0).then(|| self.random.below(rows as u64) as usize)
    }
}

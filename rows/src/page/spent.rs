//! The storage of pages that are gone, for pages to come.
//!
//! A WebAssembly's memory never shrinks, and what lives longer, as the ids of a history do, settles in the room that a page
//! has left: the next page is then too large for it. Elsewhere the allocator gives memory back, and a page of a few rows
//! should not keep the room of a thousand.

use super::Columns;
use std::cell::RefCell;

/// As many pages as wait at most for one before them, and some that are being read.
const MOST_PAGES: usize = 8;
/// Larger ones are not kept: 1,000 messages have some 85 KB of text, and the API sends no more of them at a time.
const MOST_ROWS: usize = 1_000;
const MOST_TEXT: usize = 1 << 20;

thread_local! {
    static SPENT: RefCell<Vec<Columns>> = const { RefCell::new(Vec::new()) };
}

/// Empty columns with room, if there are any.
pub(super) fn take() -> Option<Columns> {
    SPENT.with_borrow_mut(Vec::pop)
}

/// Keeps the room of columns whose page is gone.
pub(super) fn give(columns: &mut Columns) {
    let is_kept = cfg!(any(test, target_family = "wasm"))
        && (1..=MOST_ROWS).contains(&columns.cells.capacity())
        && columns.arena.capacity() <= MOST_TEXT;
    if !is_kept {
        return;
    }
    // It fails when the thread ends, and these are dropped themselves.
    let _ = SPENT.try_with(|spent| {
        let mut spent = spent.borrow_mut();
        if spent.len() < MOST_PAGES {
            columns.clear();
            spent.push(std::mem::take(columns));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns of so many rows, and the place of their cells.
    fn columns(rows: usize) -> (Columns, *const u64) {
        let mut columns = Columns::default();
        columns.reserve(rows);
        let place = columns.cells.as_ptr().cast();
        (columns, place)
    }

    #[test]
    fn a_page_gets_the_room_of_one_that_is_gone() {
        let (mut first, place) = columns(500);
        let (_second, other) = columns(500);
        assert_ne!(place, other, "both are there");
        first.next(0);
        first.push(crate::decimal::Decimal::ZERO);
        drop(first);
        let (third, again) = columns(400);
        assert_eq!(
            (again, third.len()),
            (place, 0),
            "its room, and none of its rows"
        );
    }

    #[test]
    fn some_pages_of_usual_size_are_kept() {
        drop(columns(MOST_ROWS + 1));
        drop(Columns::default());
        assert!(take().is_none());
        let pages: Vec<_> = (0..MOST_PAGES + 2).map(|_| columns(10)).collect();
        drop(pages);
        assert_eq!(
            std::iter::from_fn(take).collect::<Vec<_>>().len(),
            MOST_PAGES
        );
    }
}

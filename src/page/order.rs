//! In which order a reply has its fields: as far as servers go, the same in each row.

use super::field::{FIELDS, Field};
use crate::json::{Cursor, Fault};

/// The place of a row's beginning among the fields.
pub(super) const BEGINNING: usize = FIELDS.len();

/// Which field followed on which when it came last.
pub(super) struct Order {
    next: [u8; BEGINNING + 1],
}

impl Order {
    /// Before the first row: the order of the API's specification.
    pub(super) fn new() -> Self {
        Self {
            next: std::array::from_fn(|field| ((field + 1) % (BEGINNING + 1)) as u8),
        }
    }

    /// The field that probably follows on the one at a place.
    #[inline(always)]
    pub(super) fn guess(&self, last: usize) -> Option<&'static Field> {
        FIELDS.get(usize::from(*self.next.get(last)?))
    }

    /// Reads a key that was not guessed. `None` for a field that is not known.
    #[inline(never)]
    pub(super) fn find(
        &mut self,
        last: usize,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<&'static Field>, Fault> {
        // Mostly some fields are left out, and one of the next comes.
        let (before, after) = FIELDS.split_at_checked(last).unwrap_or_default();
        let mut ring = after.iter().chain(before);
        let mut quick = cursor.quick();
        let mut found = ring.find(|field| quick.takes(&field.key));
        cursor.go_on(quick);
        if found.is_none() {
            let name = cursor.key()?.to_name();
            found = FIELDS.iter().find(|field| field.name == name);
        }
        if let (Some(field), Some(next)) = (found, self.next.get_mut(last)) {
            *next = field.place() as u8;
        }
        Ok(found)
    }
}

//! In which order a reply has its fields: as far as servers go, the same in each row.

use super::field::{FIELDS, Field};
use crate::json::{Cursor, ParseError};

/// The place of a row's beginning among the fields.
pub(super) const BEGINNING: usize = FIELDS.len();

/// The first four letters of each field's name, which no two have in common.
static INITIALS: [[u8; 4]; BEGINNING] = {
    let mut all = [[0; 4]; BEGINNING];
    let mut place = 0;
    while place < BEGINNING {
        if let Some(initials) = FIELDS[place].name.as_bytes().first_chunk() {
            all[place] = *initials;
        }
        place += 1;
    }
    all
};

/// Which field followed on which when it came last.
pub(super) struct Order {
    next: [Option<&'static Field>; BEGINNING + 1],
}

impl Order {
    /// Before the first row: the order of the API's specification.
    pub(super) fn new() -> Self {
        Self {
            next: std::array::from_fn(|place| FIELDS.get((place + 1) % (BEGINNING + 1))),
        }
    }

    /// The field that probably follows on the one at a place.
    #[inline(always)]
    pub(super) fn guess(&self, last: usize) -> Option<&'static Field> {
        *self.next.get(last)?
    }

    /// Reads a key, whatever it is, up to its value. `None` for a field that is not known.
    #[inline(never)]
    pub(super) fn find(
        &mut self,
        last: usize,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<&'static Field>, ParseError> {
        cursor.peek();
        let mut quick = cursor.quick();
        let mut found = quick
            .initials()
            .and_then(|initials| INITIALS.iter().position(|known| *known == initials))
            .and_then(|place| FIELDS.get(place))
            .filter(|field| quick.takes(&field.key));
        cursor.go_on(quick);
        if found.is_some() {
            cursor.colon()?;
        } else {
            let name = cursor.key()?.to_name();
            found = FIELDS.iter().find(|field| field.name == name);
        }
        if let (Some(field), Some(next)) = (found, self.next.get_mut(last)) {
            *next = Some(field);
        }
        cursor.peek();
        Ok(found)
    }
}

//! Memory that is used again. A WebAssembly's memory never shrinks, and of room that was given back in all sizes, some of it
//! taken by what lives longer, little fits again.

use std::{cell::Cell, thread::LocalKey};

/// Room for one page at a time, as it was given back.
pub type Pool = LocalKey<Cell<Vec<u8>>>;

thread_local! {
    /// For a page's body.
    pub static BODY_BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    /// For its texts, until they are all known.
    pub(crate) static TEXT_BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Longer room is not kept: a body of 1,000 messages has some 330 KB.
const MAX_POOLED_BYTES: usize = 1 << 20;

/// So many bytes to write into, whatever they hold: those that were given back, if they are enough.
pub fn acquire(spent: &'static Pool, length: usize) -> Vec<u8> {
    let mut room = spent.take();
    if room.capacity() < length {
        room = Vec::with_capacity(with_headroom(length));
    }
    // Here, where filling memory is compiled for speed. What was there before is not written once more.
    room.resize(length, 0);
    room
}

/// Gives room back, for the next page.
pub fn release(spent: &'static Pool, room: Vec<u8>) {
    if room.capacity() <= MAX_POOLED_BYTES {
        spent.set(room);
    }
}

/// Of as many rows the one page is longer than the other.
pub(crate) fn with_headroom(bytes: usize) -> usize {
    bytes + bytes / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_taken_again() {
        let (body, texts) = (
            acquire(&BODY_BUFFER, 300_000),
            acquire(&TEXT_BUFFER, 300_000),
        );
        let places = [body.as_ptr(), texts.as_ptr()];
        release(&BODY_BUFFER, body);
        release(&TEXT_BUFFER, texts);
        // Twice at once is from elsewhere.
        let rooms = [
            acquire(&BODY_BUFFER, 310_000),
            acquire(&TEXT_BUFFER, 10),
            acquire(&BODY_BUFFER, 310_000),
        ];
        assert_eq!(rooms.each_ref().map(Vec::len), [310_000, 10, 310_000]);
        assert_eq!([rooms[0].as_ptr(), rooms[1].as_ptr()], places);
    }

    #[test]
    fn what_is_far_too_long_is_not_kept() {
        release(&BODY_BUFFER, acquire(&BODY_BUFFER, MAX_POOLED_BYTES * 2));
        assert!(acquire(&BODY_BUFFER, 10).capacity() < MAX_POOLED_BYTES);
    }
}

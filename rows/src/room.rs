//! How much memory is taken at a time.

/// The room for a body of so many bytes, or for the texts of one: steps of 64 KB, so that what comes fits where what was
/// given back had been. Of room in all sizes little fits again, and a WebAssembly's memory never shrinks.
pub(crate) fn room_for(bytes: usize) -> usize {
    const STEP: usize = 65_536;
    if bytes < STEP {
        bytes
    } else {
        bytes.next_multiple_of(STEP)
    }
}

/// So many zeros, with room for a step. Here, where filling memory is compiled for speed.
pub fn zeros(length: usize) -> Vec<u8> {
    let mut zeros = vec![0; room_for(length)];
    zeros.truncate(length);
    zeros
}

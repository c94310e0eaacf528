//! Pools of reusable memory for the bodies, texts and columns of pages.
//!
//! WebAssembly memory never shrinks, and freeing buffers of different sizes fragments it. So the memory of one page is
//! kept for the next.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
};

/// Free values that wait for reuse, at most `max_free` of them.
pub(crate) struct Pool<T> {
    free: RefCell<Vec<T>>,
    max_free: usize,
}

impl<T> Pool<T> {
    pub(crate) const fn new(max_free: usize) -> Self {
        Self {
            free: RefCell::new(Vec::new()),
            max_free,
        }
    }

    /// Takes a free value that fits. If none fits, frees one to make way for a new one.
    pub(crate) fn acquire(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut free = self.free.borrow_mut();
        match free.iter().position(fits) {
            Some(index) => Some(free.swap_remove(index)),
            None => {
                free.pop();
                None
            }
        }
    }

    /// Takes a value for reuse, if the pool is not full.
    pub(crate) fn release(&self, value: &mut T)
    where
        T: Default,
    {
        let mut free = self.free.borrow_mut();
        if free.len() < self.max_free {
            free.push(std::mem::take(value));
        }
    }
}

/// Larger buffers are freed. The body of a page of 1,000 messages has 330 KB.
const MAX_POOLED_BYTES: usize = 1 << 20;
/// Smaller buffers, such as the bodies of errors, are freed. They would displace those of pages.
const MIN_POOLED_BYTES: usize = 1 << 12;

thread_local! {
    /// One for the body of a page, and one for its texts.
    static BUFFERS: Pool<Vec<u8>> = const { Pool::new(2) };
}

/// A byte buffer that returns to a pool when it is dropped.
#[derive(Clone, Debug, Default)]
pub struct PooledBuffer(Vec<u8>);

impl PooledBuffer {
    /// A buffer of `length` bytes with unspecified content.
    pub fn with_length(length: usize) -> Self {
        let fits = |buffer: &Vec<u8>| buffer.capacity() >= length;
        let mut buffer = BUFFERS
            .with(|pool| pool.acquire(fits))
            .unwrap_or_else(|| Vec::with_capacity(with_headroom(length)));
        // Writes only the bytes that this buffer has never had. The fill is compiled here, where the profile optimizes
        // for speed.
        buffer.resize(length, 0);
        Self(buffer)
    }

    /// Lengthens the buffer to `length` bytes.
    pub(crate) fn grow(&mut self, length: usize) {
        self.0.resize(length, 0);
    }

    /// The bytes as a plain vector, which leaves the pool.
    pub fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl From<Vec<u8>> for PooledBuffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Deref for PooledBuffer {
    type Target = [u8];

    #[inline(always)]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for PooledBuffer {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for PooledBuffer {
    fn drop(&mut self) {
        if (MIN_POOLED_BYTES..=MAX_POOLED_BYTES).contains(&self.0.capacity()) {
            // Fails only while the thread ends.
            let _ = BUFFERS.try_with(|pool| pool.release(&mut self.0));
        }
    }
}

/// Adds an eighth, because pages of the same number of rows differ in length.
pub(crate) fn with_headroom(bytes: usize) -> usize {
    bytes + bytes / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_buffers_are_reused() {
        let buffers = [300_000, 300_000].map(PooledBuffer::with_length);
        let mut addresses = buffers.each_ref().map(|buffer| buffer.as_ptr());
        drop(buffers);
        // The third one is new.
        let again = [310_000, 10, 310_000].map(PooledBuffer::with_length);
        assert_eq!(
            again.each_ref().map(|buffer| buffer.len()),
            [310_000, 10, 310_000]
        );
        let mut reused = [again[0].as_ptr(), again[1].as_ptr()];
        addresses.sort_unstable();
        reused.sort_unstable();
        assert_eq!(reused, addresses);
    }

    #[test]
    fn buffers_of_unusual_size_are_freed() {
        drop(PooledBuffer::with_length(MAX_POOLED_BYTES * 2));
        drop(PooledBuffer::with_length(10));
        assert!(BUFFERS.with(|pool| pool.acquire(|_| true)).is_none());
    }

    #[test]
    fn a_buffer_that_is_too_short_makes_way_for_a_longer_one() {
        drop([10_000, 10_000].map(PooledBuffer::with_length));
        drop([20_000, 20_000].map(PooledBuffer::with_length));
        let mut capacities = Vec::new();
        while let Some(buffer) = BUFFERS.with(|pool| pool.acquire(|_| true)) {
            capacities.push(buffer.capacity());
        }
        assert_eq!(capacities.len(), 2);
        assert!(
            capacities.iter().all(|&capacity| capacity >= 20_000),
            "{capacities:?}"
        );
    }
}

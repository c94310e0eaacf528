//! The highest counts that one call has seen. A response with a lower count may come from a replica that lags behind.

use std::cell::RefCell;

use super::span::TimeSpan;

/// The highest `total_count` of each span.
#[derive(Default)]
pub(super) struct HighestCounts(RefCell<Vec<(TimeSpan, u64)>>);

impl HighestCounts {
    /// The number of messages that a span has at least: its own count, or that of a span inside it.
    pub(super) fn of(&self, span: TimeSpan) -> u64 {
        let counts = self.0.borrow();
        let inside = counts.iter().filter(|(known, _)| span.includes(*known));
        inside.map(|&(_, count)| count).max().unwrap_or(0)
    }

    /// Sets the count of a span. A span inside it has no more messages than that.
    pub(super) fn set(&self, span: TimeSpan, count: u64) {
        /// Bounds the memory. A segment is read in some 300 parts.
        const MAX_SPANS: usize = 1024;
        let mut counts = self.0.borrow_mut();
        let mut is_known = false;
        for (known, highest) in counts.iter_mut() {
            if *known == span {
                (*highest, is_known) = (count, true);
            } else if span.includes(*known) {
                *highest = count.min(*highest);
            }
        }
        if !is_known {
            if counts.len() == MAX_SPANS {
                // The first one is the span of the whole history, unless that was resumed or its end has moved.
                counts.truncate(1);
            }
            counts.push((span, count));
        }
    }
}

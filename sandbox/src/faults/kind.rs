//! What a fault does.

use crate::delay::Delay;
use crate::random::Random;
use crate::retry_after::RetryAfter;
use std::time::Duration;

/// What happens to a reply that a fault strikes. [`Fault`](super::Fault) tells how each is written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// It is late.
    Latency(Delay),
    /// A bare HTTP status instead, 400 to 599.
    Status {
        /// The status.
        status: u16,
        /// Its `Retry-After`.
        retry_after: RetryAfter,
        /// Whether there is an HTML page, or nothing.
        html: bool,
    },
    /// An error of the API instead.
    ApiError {
        /// The API's number of the error.
        code: u16,
        /// The HTTP status: 200, or 400 to 599.
        status: u16,
        /// Its `Retry-After`.
        retry_after: RetryAfter,
    },
    /// A page of HTML instead, at 200.
    Html,
    /// It ends early.
    Truncate {
        /// Where.
        at: Place,
        /// Whether `Content-Length` is that of the whole, so that the connection is seen to end early; else it is
        /// that of what is left.
        full_length: bool,
    },
    /// A TCP reset: instead of the reply, or within its body.
    Reset(Option<Place>),
    /// Nothing more comes: instead of the reply, or within its body.
    Hang(Option<Place>),
    /// It comes slowly.
    Drip {
        /// So many bytes at once, at least 1.
        bytes: usize,
        /// Time between them.
        interval: Duration,
    },
    /// `total_count` is more by this, or fewer; `None`: it is left out.
    TotalCount(Option<i64>),
    /// So many rows come twice.
    Duplicate(u32),
    /// So many rows are missing.
    DropRow(u32),
    /// The server's clock is ahead by so many seconds, or behind.
    Clock(i64),
    /// The token has expired.
    TokenExpired {
        /// For all later requests too.
        stays: bool,
    },
}

/// A place within a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// After so many bytes.
    Byte(u64),
    /// Anywhere before the end.
    Random,
}

impl Place {
    /// The place in a body of this length; none if it lies beyond.
    pub(super) fn within(self, length: usize, random: &mut Random) -> Option<usize> {
        let place = match self {
            Self::Byte(place) => usize::try_from(place).ok()?,
            Self::Random => random.below(length as u64) as usize,
        };
        Some(place).filter(|&place| place < length)
    }
}

impl FaultKind {
    /// Whether it goes together with the fault that strikes the same request.
    pub(super) fn adds(&self) -> bool {
        matches!(self, Self::Latency(_) | Self::Clock(_))
    }
}

//! When a fault strikes.

use crate::random::Random;

/// When a fault strikes. [`When::default`]: at every request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct When {
    /// Which of the requests that the two filters below let by.
    pub which: Which,
    /// So many times at most; no limit by default.
    pub times: Option<u64>,
    /// Only requests with this offset.
    pub offset: Option<u64>,
    /// Only requests with this count.
    pub count: Option<u64>,
}

/// Which requests of many. They are counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Which {
    /// Every one.
    #[default]
    All,
    /// Some, by lot.
    Probability {
        /// How many of one, 0 to 1.
        of_one: f64,
        /// Same seed, same requests; by default the sandbox's own.
        seed: Option<u64>,
    },
    /// Each of so many.
    Every(u64),
    /// Those from the first to the last.
    Requests {
        /// The first.
        from: u64,
        /// The last.
        to: u64,
    },
}

impl Which {
    /// Whether the request of this number is one of them. `lots` is what the number draws from where it has to.
    pub(super) fn holds(self, number: u64, lots: impl FnOnce(Option<u64>) -> Random) -> bool {
        match self {
            Self::All => true,
            Self::Probability { of_one, seed } => lots(seed).unit() < of_one,
            Self::Every(every) => number.is_multiple_of(every),
            Self::Requests { from, to } => (from..=to).contains(&number),
        }
    }
}

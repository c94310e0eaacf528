//! Limits that several modules share.

use std::time::Duration;

/// 2^53 - 1, the largest integer that JavaScript represents exactly.
pub(crate) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;
/// The largest number of rows in a response.
pub(crate) const MAX_COUNT: u32 = 1000;
/// The largest number of attempts of a request.
pub(crate) const MAX_ATTEMPTS: u32 = 100;
/// One day.
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

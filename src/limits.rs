//! Limits that several modules share.

use std::time::Duration;

pub(crate) use voximplant_sms_history_rows::MAX_SAFE_INTEGER;

/// The largest number of rows in a response.
pub(crate) const MAX_COUNT: u32 = 1000;
/// The largest number of attempts of a request.
pub(crate) const MAX_ATTEMPTS: u32 = 100;
/// One day.
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

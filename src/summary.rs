//! Sums of a history by time, direction, status and number, in one pass and in bounded memory. The crate `rows`
//! implements them.
//!
//! ```
//! use voximplant_sms_history::summary::{Summarizer, SummaryOptions, Utc};
//!
//! let mut summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc))?;
//! summarizer.add(&voximplant_sms_history::SmsHistoryPage::default())?;
//! assert_eq!(summarizer.finish()?.totals.count, 0);
//! # Ok::<_, voximplant_sms_history::SmsHistoryError>(())
//! ```

use crate::error::{ErrorKind, SmsHistoryError};

pub use voximplant_sms_history_rows::summary::{
    Bucket, BucketKey, BucketTotals, Category, CategoryTotals, ErrorCodeList, ErrorCodeTotals,
    MAX_SENDERS, MAX_TOP, SenderTotals, SmsHistorySummary, Summarizer, SummaryError,
    SummaryOptions, TimeZone, TopEntry, TopList, Utc,
};

impl From<SummaryError> for SmsHistoryError {
    fn from(error: SummaryError) -> Self {
        let kind = match error {
            SummaryError::SumOverflow => ErrorKind::Format,
            _ => ErrorKind::InvalidOptions,
        };
        Self::new(kind, error.to_string())
    }
}

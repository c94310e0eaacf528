//! What a history adds up to, in one pass over its rows and in memory that does not grow with its length. How is in the
//! crate `rows`.
//!
//! ```
//! use voximplant_sms_history::summary::{Summarizer, SummaryOptions, Utc};
//!
//! let mut summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc))?;
//! summarizer.add(&voximplant_sms_history::SmsHistoryPage::default())?;
//! assert_eq!(summarizer.finish()?.totals.count, 0);
//! # Ok::<_, voximplant_sms_history::SmsHistoryError>(())
//! ```

pub use voximplant_sms_history_rows::summary::{
    Bucket, BucketKey, BucketTotals, Category, CategoryTotals, MAX_TOP, SmsHistorySummary,
    Summarizer, SummaryOptions, TimeZone, TopEntry, TopList, Utc,
};

//! One page of the history: rows as columns, exact totals. How it is read is in the crate `rows`.

pub(crate) use voximplant_sms_history_rows::page::{Columns, ReadError, read_rows};
pub use voximplant_sms_history_rows::page::{
    Direction, SmsHistoryPage, SmsMessage, Status, Totals,
};

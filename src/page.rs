//! One page of the history: rows as columns, exact totals. How it is read is in the crate `reader`.

pub(crate) use voximplant_sms_history_reader::page::{Columns, ReadError, read_rows};
pub use voximplant_sms_history_reader::page::{
    Direction, SmsHistoryPage, SmsMessage, Status, Totals,
};

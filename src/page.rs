//! One page of the history: rows as columns, and exact totals. The crate `rows` implements it.

pub(crate) use voximplant_sms_history_rows::page::{
    Columns, DAMAGED_KEY, ReadError, read_integer, read_rows,
};
pub use voximplant_sms_history_rows::page::{
    Direction, SmsHistoryPage, SmsMessage, Status, Totals,
};

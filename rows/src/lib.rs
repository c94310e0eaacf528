//! What is done with each row of an SMS history: replies of the HTTP method `GetSmsHistory` are read, JSON -> columns with
//! exact costs and dates; rows are added up.
//!
//! A crate of its own only because cargo optimises crate by crate: this one is to be fast, and all around it small. What of
//! it is for users is reached through `voximplant-sms-history`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod buffer_pool;
pub mod date;
pub mod decimal;
pub mod json;
pub mod page;

pub mod summary;

//! Reads the replies of the HTTP method `GetSmsHistory`: JSON -> rows as columns, exact costs, dates.
//!
//! A crate of its own only because cargo optimises crate by crate: this one is to be fast, and all around it small. What of
//! it is for users is reached through `voximplant-sms-history`.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod date;
pub mod decimal;
pub mod json;
pub mod page;
pub mod room;

//! Faults: what goes wrong on purpose, by rule or by lot, so that readers can be tested under trouble.
//!
//! A fault is a kind and a when. [`Fault`] tells how it is written: `429:retry-after=1,probability=0.05`.
//!
//! | file | knows |
//! |---|---|
//! | `kind`, `when` | what can happen, and to which requests |
//! | `parts`, `read`, `write`, `fault` | the text and the JSON of a fault |
//! | `set` | the faults that are set, and which of them strikes a request |
//! | `layer` | what a strike does to a request and its reply |
//! | `replies`, `body`, `page` | the other replies, the spoiled bodies, the spoiled pages |
//! | `admin` | faults over HTTP |

mod admin;
mod body;
mod fault;
mod kind;
mod layer;
mod page;
mod parts;
mod read;
mod replies;
mod set;
mod when;
mod write;

pub use fault::{Fault, FaultError};
pub use kind::{FaultKind, Place};
pub use set::FaultReport;
pub use when::{When, Which};

pub(crate) use admin::routes;
pub(crate) use layer::{Clock, NoReply, Spoiled, TokenExpired, spoil};
pub(crate) use page::PageFault;
pub(crate) use set::Faults;

/// How faults are written, for who reads the help of a program.
pub const FAULT_SYNTAX: &str = include_str!("syntax.txt");

//! Faults that the sandbox injects on purpose, by rule or by random draw. A fault is a kind and a trigger. [`Fault`]
//! documents its text form: `429:retry-after=1,probability=0.05`.
//!
//! | file | content |
//! |---|---|
//! | `model` | what a fault does, and to which requests |
//! | `syntax` | the text and the JSON of a fault |
//! | `inject` | the active faults, and the layer that applies them |
//! | `responses` | replacement responses and faulty bodies |
//! | `admin` | the admin route |

mod admin;
mod inject;
mod model;
mod responses;
mod syntax;

pub use inject::FaultReport;
pub use model::{
    CountError, DateForm, ErrorBody, Fault, FaultKind, FileNameForm, Occurrence, Position, RowId,
    Trigger, ValueField, ValueForm,
};
pub use syntax::{FAULT_SYNTAX, FaultError};

pub(crate) use admin::routes;
pub(crate) use inject::{
    FaultInjected, FaultSet, NoResponse, PageFault, ServerClock, TokenExpired, WithoutDate, inject,
};

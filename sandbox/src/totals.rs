//! Sums over messages.

use crate::data::Cost;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// What the messages of a filter come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Number of messages.
    pub count: u64,
    /// Sum of their fragments.
    pub fragments: u64,
    /// Sum of their costs: exact, written as a string with four decimals.
    #[serde(serialize_with = "as_text")]
    pub cost: Cost,
    /// Number of messages by direction, `IN` and `OUT`; a direction without messages is left out.
    pub by_direction: BTreeMap<&'static str, u64>,
    /// Number of messages by `status_id`; a status without messages is left out.
    pub by_status: BTreeMap<&'static str, u64>,
}

impl Totals {
    pub(crate) fn add(
        &mut self,
        fragments: u64,
        cost: Cost,
        direction: &'static str,
        status: &'static str,
    ) {
        self.count += 1;
        self.fragments += fragments;
        self.cost.0 += cost.0;
        *self.by_direction.entry(direction).or_default() += 1;
        *self.by_status.entry(status).or_default() += 1;
    }
}

fn as_text<S: Serializer>(cost: &Cost, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(cost)
}

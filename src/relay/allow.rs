//! What a relay lets its users ask for.

use std::{borrow::Cow, fmt};

use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    limits::{DAY, MAX_COUNT},
    query::{SmsHistoryQuery, normalize_number},
};

const SECOND: EpochMillis = 1_000;

/// Restricts the queries of a relay. The default restricts nothing. `Debug` shows no numbers.
///
/// A bound that a query leaves out is filled in, except for the span. A bound outside is refused, so that no result is
/// silently smaller than its query.
#[derive(Clone, Default)]
pub struct RelayAllow {
    numbers: Option<Vec<String>>,
    from_date: Option<EpochMillis>,
    to_date: Option<EpochMillis>,
    max_span_days: Option<u32>,
    max_count: Option<u32>,
}

impl RelayAllow {
    /// Allows every query.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requires that a query names one of these numbers or senders, as its source or destination. An empty list allows no
    /// query.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for a text that is neither a phone number nor a sender.
    pub fn with_numbers<N: AsRef<str>>(
        mut self,
        numbers: impl IntoIterator<Item = N>,
    ) -> Result<Self, SmsHistoryError> {
        let numbers = numbers
            .into_iter()
            .map(|number| normalize_number(number.as_ref()));
        let numbers: Result<Vec<_>, _> = numbers.collect();
        self.numbers = Some(numbers.map_err(|problem| invalid(&format!("numbers: {problem}")))?);
        Ok(self)
    }

    /// Sets the earliest time, rounded up to a second.
    #[must_use]
    pub fn with_from_date(mut self, at: EpochMillis) -> Self {
        self.from_date = Some(at.saturating_add(SECOND - 1).div_euclid(SECOND) * SECOND);
        self
    }

    /// Sets the latest time, rounded down to a second.
    #[must_use]
    pub fn with_to_date(mut self, at: EpochMillis) -> Self {
        self.to_date = Some(at.div_euclid(SECOND) * SECOND);
        self
    }

    /// Sets the longest time from a query's begin to its end, at least one day. Without an end, it ends now.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] for 0.
    pub fn with_max_span_days(mut self, days: u32) -> Result<Self, SmsHistoryError> {
        if days == 0 {
            return Err(invalid("max_span_days: expected at least 1, got 0"));
        }
        self.max_span_days = Some(days);
        Ok(self)
    }

    /// Sets the largest `count` of a page, 1 to 1000.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidOptions`] outside these limits.
    pub fn with_max_count(mut self, count: u32) -> Result<Self, SmsHistoryError> {
        if !(1..=MAX_COUNT).contains(&count) {
            return Err(invalid(&format!(
                "max_count: expected 1 to {MAX_COUNT}, got {count}"
            )));
        }
        self.max_count = Some(count);
        Ok(self)
    }

    /// Returns the query within the limits, or the error of a query that is outside.
    pub(super) fn restrict(
        &self,
        mut query: SmsHistoryQuery,
        now: EpochMillis,
    ) -> Result<SmsHistoryQuery, SmsHistoryError> {
        if let Some(numbers) = &self.numbers {
            let is_allowed = |number: Option<&str>| {
                let number = number.and_then(|number| normalize_number(number).ok());
                number.is_some_and(|number| numbers.contains(&number))
            };
            if !is_allowed(query.source_number()) && !is_allowed(query.destination_number()) {
                return refused(
                    "source_number or destination_number: expected a number that the relay allows, got another or none",
                );
            }
        }
        if let Some(first) = self.from_date {
            if query.to_date().is_some_and(|to| to < first) {
                return refused(
                    "to_date: expected a time that the relay allows, got an earlier one",
                );
            }
            let from = query.from_date().unwrap_or(first);
            if from < first {
                return refused(
                    "from_date: expected a time that the relay allows, got an earlier one",
                );
            }
            query = query.with_from_date(from);
        }
        if let Some(last) = self.to_date {
            if query.from_date().is_some_and(|from| from > last) {
                return refused(
                    "from_date: expected a time that the relay allows, got a later one",
                );
            }
            let to = query.to_date().unwrap_or(last);
            if to > last {
                return refused("to_date: expected a time that the relay allows, got a later one");
            }
            query = query.with_to_date(to);
        }
        if let Some(days) = self.max_span_days {
            let longest = EpochMillis::from(days) * DAY.as_millis() as EpochMillis;
            let to = query.to_date().unwrap_or(now);
            if query.from_date().is_none_or(|from| to - from > longest) {
                return refused(format!(
                    "from_date: expected a time at most {days} days before to_date or now, the longest span that the relay \
                     allows, got an earlier one or none"
                ));
            }
        }
        if let Some(most) = self.max_count {
            let count = query.count().unwrap_or(most);
            if count > most {
                return refused(format!(
                    "count: expected at most {most}, the largest that the relay allows, got a larger one; a history \
                     asks for {MAX_COUNT} unless count is set"
                ));
            }
            query = query.with_count(count);
        }
        Ok(query)
    }
}

fn refused<T>(message: impl Into<Cow<'static, str>>) -> Result<T, SmsHistoryError> {
    Err(SmsHistoryError::new(ErrorKind::InvalidQuery, message))
}

fn invalid(message: &str) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::InvalidOptions, format!("allow.{message}"))
}

impl fmt::Debug for RelayAllow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayAllow")
            .field("numbers", &self.numbers.as_ref().map(Vec::len))
            .field("from_date", &self.from_date)
            .field("to_date", &self.to_date)
            .field("max_span_days", &self.max_span_days)
            .field("max_count", &self.max_count)
            .finish()
    }
}

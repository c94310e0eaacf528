//! The checks that everything passes on its way out, and the order of the query string.

use std::borrow::Cow;

use super::{
    MAX_COUNT, MAX_OFFSET, SmsHistoryQuery,
    parameter::{Parameter, refuse},
    phone, value,
};
use crate::error::SmsHistoryError;

impl SmsHistoryQuery {
    /// Checks everything and gives the names and values for the query string: what was set, in the order of the API's
    /// description, then what is passed through. Not percent-encoded.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery), naming the parameter and what would be right, for a
    /// value outside its limits and for a time window that ends before it begins.
    pub fn to_pairs(&self) -> Result<Vec<(Cow<'static, str>, String)>, SmsHistoryError> {
        let values = [
            (
                Parameter::SourceNumber,
                self.source_number.as_deref().map(phone::normalize),
            ),
            (
                Parameter::DestinationNumber,
                self.destination_number.as_deref().map(phone::normalize),
            ),
            (
                Parameter::Direction,
                self.direction
                    .map(|direction| Ok(direction.as_str().into())),
            ),
            (Parameter::Count, self.count.map(count)),
            (Parameter::Offset, self.offset.map(offset)),
            (Parameter::FromDate, self.from_date.map(value::api_date)),
            (Parameter::ToDate, self.to_date.map(value::api_date)),
            (
                Parameter::Output,
                self.output.map(|output| Ok(output.as_str().into())),
            ),
        ];
        let mut pairs = Vec::with_capacity(values.len() + self.extra.len());
        for (parameter, value) in values {
            if let Some(value) = value {
                let value =
                    value.map_err(|problem| refuse(parameter.name(self.style), &problem))?;
                pairs.push((Cow::Borrowed(parameter.api_name()), value));
            }
        }
        if let (Some(from), Some(to)) = (self.from_date, self.to_date)
            && from > to
        {
            let end = Parameter::ToDate.name(self.style);
            let problem = format!("it is later than {end}; a time at or before {end} was expected");
            return Err(refuse(Parameter::FromDate.name(self.style), &problem));
        }
        pairs.extend(
            self.extra
                .iter()
                .map(|(name, value)| (Cow::Owned(name.clone()), value.clone())),
        );
        Ok(pairs)
    }
}

fn count(count: u32) -> Result<String, String> {
    match count {
        1..=MAX_COUNT => Ok(count.to_string()),
        _ => Err(format!(
            "{} was expected, got {count}",
            value::COUNT_EXPECTED
        )),
    }
}

fn offset(offset: u64) -> Result<String, String> {
    match offset {
        0..=MAX_OFFSET => Ok(offset.to_string()),
        _ => Err(format!(
            "{} was expected, got {offset}",
            value::OFFSET_EXPECTED
        )),
    }
}

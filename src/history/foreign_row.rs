//! Detects rows that a query does not select: the response may belong to another query.

use crate::{
    page::{Direction as RowDirection, SmsHistoryPage},
    query::{Direction, SmsHistoryQuery, normalize_number},
};

/// Finds a row of another number or direction than the query's. Returns its index and the field's name.
pub(super) fn foreign_row(
    query: &SmsHistoryQuery,
    page: &SmsHistoryPage,
) -> Option<(usize, &'static str)> {
    let direction = query.direction();
    let [source, destination] = [query.source_number(), query.destination_number()]
        .map(|number| number.and_then(|number| normalize_number(number).ok()));
    if source.is_none() && destination.is_none() && direction.is_none() {
        return None;
    }
    page.iter().enumerate().find_map(|(row, message)| {
        let has_other_direction = matches!(
            (direction, message.direction),
            (Some(Direction::In), Some(RowDirection::Out))
                | (Some(Direction::Out), Some(RowDirection::In))
        );
        let field = if has_other_direction {
            "direction"
        } else if differs(source.as_deref(), message.source_number) {
            "source_number"
        } else if differs(destination.as_deref(), message.destination_number) {
            "destination_number"
        } else {
            return None;
        };
        Some((row, field))
    })
}

/// Whether two phone numbers differ. They are equal if one is the end of the other, because only one may have the country code.
/// The zero of national calls may stand in its place.
fn differs(expected: Option<&str>, got: Option<&str>) -> bool {
    let [Some(expected), Some(got)] = [expected, got].map(|number| digits_of(number?)) else {
        return false;
    };
    !expected.ends_with(got) && !got.ends_with(expected)
}

/// The digits of a phone number without zeros before them, or `None` for a sender with other characters.
fn digits_of(number: &str) -> Option<&str> {
    let digits = number.trim_start_matches(['+', '0']);
    (digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

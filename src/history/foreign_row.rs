//! Detects rows that a query does not select: the response may belong to another query.

use crate::{
    page::{Direction as RowDirection, SmsHistoryPage},
    query::{Direction, SmsHistoryQuery, normalize_number},
    text,
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

/// Whether two phone numbers, or two senders, differ with certainty. One of each kind may belong to the same sender.
fn differs(expected: Option<&str>, got: Option<&str>) -> bool {
    let (Some(expected), Some(got)) = (expected, got) else {
        return false;
    };
    if let [Some(expected), Some(got)] = [expected, got].map(digits_of) {
        // Only one may have the country code. The zero of national calls may stand in its place.
        return !expected.ends_with(got) && !got.ends_with(expected);
    }
    let (Some(expected), Some(got)) = (folded_sender(expected), folded_sender(got)) else {
        return false;
    };
    // One may be cut off.
    !text::contains(&expected, &got) && !text::contains(&got, &expected)
}

/// The digits of a phone number without zeros before them, or `None` for a sender with other characters.
fn digits_of(number: &str) -> Option<&str> {
    let digits = number.trim_start_matches(['+', '0']);
    (digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The letters and digits of an alphanumeric sender in lower case. `None` for other characters, which may be encoded, shortened
/// or folded in another way.
fn folded_sender(sender: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_.".contains(&byte);
    let has_letter = sender.bytes().any(|byte| byte.is_ascii_alphabetic());
    (has_letter && sender.bytes().all(is_plain)).then(|| {
        let kept = sender.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|c| c.to_ascii_lowercase()).collect()
    })
}

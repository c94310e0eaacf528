//! What stands where something else should, described without quoting it.

use crate::decimal::Decimal;

/// What a text is that should be a number.
pub(super) fn digits_shape(digits: &str) -> String {
    if digits.starts_with('-') && Decimal::parse(digits).is_some() {
        "a negative number".into()
    } else if Decimal::parse(digits).is_some() {
        "a fraction".into()
    } else {
        format!(
            "{} characters that are no such number",
            digits.chars().count()
        )
    }
}

/// A date's pattern: digits as `d`, letters and all else as `a`, so that what is wrong can be seen without the value.
pub(super) fn date_shape(text: &str) -> String {
    let shape = |c: char| match c {
        '0'..='9' => 'd',
        ' ' | '-' | ':' | '.' | '/' | ',' | '+' => c,
        _ => 'a',
    };
    let pattern: String = text.chars().take(40).map(shape).collect();
    if pattern == "dddd-dd-dd dd:dd:dd" {
        "a date that does not exist".into()
    } else {
        format!("a string shaped \"{pattern}\"")
    }
}

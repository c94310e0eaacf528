//! Phone numbers and alphanumeric senders, brought to the form in which the API filters by them.

/// Fewest and most digits of a phone number. E.164 ends at 15; short codes and national prefixes need room on both sides.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=20;
/// A bound against nonsense. Networks allow 11 characters, but the API documents no limit.
const MAX_SENDER: usize = 64;

const EXPECTED: &str =
    "a phone number such as +1 415 555 0100 or an alphanumeric sender was expected";

/// The digits of a phone number, without `+` and separators; or an alphanumeric sender as it is, without outer spaces.
///
/// The error says what is wrong, never the number.
pub(super) fn normalize(text: &str) -> Result<String, String> {
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        return Err(format!(
            "{} with the control character U+{:04X}; {EXPECTED}",
            super::value::text_shape(text),
            c as u32
        ));
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(format!(
            "an empty string; {EXPECTED}, or leave it out to get all"
        ));
    }
    let bare: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return if DIGITS.contains(&digits.len()) {
            Ok(digits.to_owned())
        } else {
            let (least, most) = (DIGITS.start(), DIGITS.end());
            Err(format!(
                "a phone number of {} digits; {least} to {most} were expected",
                digits.len()
            ))
        };
    }
    sender(text)
}

fn sender(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphabetic();
    let shape = super::value::text_shape(text);
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!(
            "{shape} with U+{:04X}, which neither numbers nor senders have; {EXPECTED}",
            c as u32
        ));
    }
    if !text.chars().any(char::is_alphabetic) {
        return Err(format!(
            "{shape} with neither a letter nor digits alone; {EXPECTED}"
        ));
    }
    if text.chars().count() > MAX_SENDER {
        return Err(format!(
            "{shape}; {EXPECTED}, which has at most {MAX_SENDER} characters"
        ));
    }
    Ok(text.to_owned())
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '-' | '(' | ')' | '.' | '/')
}

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
    let allowed = |c: char| c.is_ascii_graphic() || c == ' ' || is_letter(c);
    let shape = super::value::text_shape(text);
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        return Err(format!(
            "{shape} with U+{:04X}, which neither numbers nor senders have; {EXPECTED}",
            c as u32
        ));
    }
    if !text.chars().any(is_letter) {
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

/// Whether a sender's name may have it for a letter: what scripts in use write words with. In ranges, because Unicode's own
/// table would be more than a kilobyte of what ships. Digits of other scripts in wide use are none: a number in them would
/// be taken for a name that nobody has.
fn is_letter(c: char) -> bool {
    let is_sign = match c {
        '×' | '÷' => true,
        // What stands before the Arabic letters, of which one is invisible; Arabic and Persian digits.
        '\u{600}'..='\u{61f}' | '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => true,
        // The digits of India's scripts, each of which has a block of 128.
        '\u{900}'..='\u{dff}' => (0x66..=0x6f).contains(&(u32::from(c) % 0x80)),
        // Thai, Lao, Tibetan, Myanmar, Khmer and Mongolian digits.
        '\u{e50}'..='\u{e59}' | '\u{ed0}'..='\u{ed9}' | '\u{f20}'..='\u{f29}' => true,
        '\u{1040}'..='\u{1049}' | '\u{17e0}'..='\u{17e9}' | '\u{1810}'..='\u{1819}' => true,
        _ => false,
    };
    // From Latin to Greek Extended, kana and its neighbours, Chinese to Hangul. What lies between are signs.
    c.is_ascii_alphabetic()
        || matches!(c, 'À'..='\u{1fff}' | '\u{3041}'..='\u{31bf}' | '\u{3400}'..='\u{d7a3}')
            && !is_sign
}

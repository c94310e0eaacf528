//! Did you mean: the error message for an unknown name, with the known name that is most like it.

/// The least similarity (Jaro-Winkler, 0 to 1) of a suggestion. `form` and `fromDate` have 0.775, `date` and `toDate` 0.764,
/// `text` and `output` 0.611.
const MIN_SIMILARITY: f64 = 0.77;
/// The similarity of a name that is the last word of a known one. Shorter words end too many: `id`, `url`, `date`.
const WORD_SIMILARITY: f64 = 0.9;
const MIN_WORD_CHARS: usize = 5;
/// A longer name is not repeated in a message.
const MAX_NAME_CHARS: usize = 24;
/// A name with more digits is not repeated: it may be a number, a key or a token.
const MAX_NAME_DIGITS: usize = 4;

/// Returns the message for a name that is none of `known`: `<what>: unknown <noun> <name>; <suggestion>`.
///
/// Text that does not look like a name is not repeated: it may be anything, a phone number as well.
pub(crate) fn unknown(what: &str, noun: &str, name: &str, known: &[&str]) -> String {
    let is_name = name.len() <= MAX_NAME_CHARS
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().filter(u8::is_ascii_digit).count() <= MAX_NAME_DIGITS
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if !is_name {
        let length = name.chars().count();
        return format!(
            "{what}: unknown {noun} with a name of {length} characters; {}",
            list(known)
        );
    }
    match suggest(name, known) {
        Some(nearest) => format!("{what}: unknown {noun} `{name}`; did you mean `{nearest}`?"),
        None => format!("{what}: unknown {noun} `{name}`; {}", list(known)),
    }
}

fn list(known: &[&str]) -> String {
    match known {
        [only] => format!("the only one is `{only}`"),
        _ => format!("known are {}", known.join(", ")),
    }
}

/// Returns the known name that a misspelt or shortened one most likely means. Case, `_` and `-` do not count.
fn suggest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let folded = fold(name);
    // A single letter is similar to every name that it begins.
    if folded.len() < 2 {
        return None;
    }
    // Of several that are most similar, `max_by` returns the last one.
    let ranked = known
        .iter()
        .rev()
        .map(|&known| (similarity(&folded, &fold(known)), known));
    ranked
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

fn similarity(name: &str, known: &str) -> f64 {
    let similarity = strsim::jaro_winkler(name, known);
    // `status` of `httpStatus`.
    if name.len() >= MIN_WORD_CHARS && known.ends_with(name) {
        similarity.max(WORD_SIMILARITY)
    } else {
        similarity
    }
}

/// Drops case and separators: `FROM-DATE`, `from_date` and `FromDate` are one name.
pub(crate) fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["baseUrl", "timeoutMs", "retry", "concurrency"];

    #[test]
    fn last_word_of_a_name_means_it() {
        let known = [
            "staleCursor",
            "httpStatus",
            "sourceNumber",
            "destinationNumber",
        ];
        assert_eq!(suggest("status", &known), Some("httpStatus"));
        assert_eq!(suggest("number", &known), Some("sourceNumber"));
    }

    #[test]
    fn misspelt_and_shortened_names_get_the_nearest_one() {
        for (name, nearest) in [
            ("baseurl", "baseUrl"),
            ("base", "baseUrl"),
            ("timeout", "timeoutMs"),
            ("timeout_ms", "timeoutMs"),
            ("retries", "retry"),
            ("concurency", "concurrency"),
        ] {
            assert_eq!(suggest(name, &KNOWN), Some(nearest), "{name}");
        }
        for name in ["limiter", "host", "url", "b", "_", ""] {
            assert_eq!(suggest(name, &KNOWN), None, "{name}");
        }
    }

    #[test]
    fn messages_repeat_names_and_no_other_text() {
        assert_eq!(
            unknown("options", "option", "retries", &KNOWN),
            "options: unknown option `retries`; did you mean `retry`?"
        );
        assert_eq!(
            unknown("options", "option", "zzz", &["signal"]),
            "options: unknown option `zzz`; the only one is `signal`"
        );
        for text in ["+4930777888", "tel4930777888", "a b", "é", &"x".repeat(41)] {
            let message = unknown("options", "option", text, &KNOWN);
            assert!(!message.contains(text), "{message}");
            assert!(
                message.ends_with("known are baseUrl, timeoutMs, retry, concurrency"),
                "{message}"
            );
        }
    }
}

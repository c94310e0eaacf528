//! Parses numbers by their decimal digits, without binary arithmetic.

/// A number as text.
pub(super) enum ParsedNumber {
    /// Plain digits without superfluous zeros.
    Exact(String),
    /// The text is not a number.
    Invalid,
    /// So long that the library may reject it.
    Undecided,
}

/// Parses a number. In strings it may have superfluous leading zeros, a plus sign, or no digit before the point.
pub(super) fn parse_number(text: &str) -> ParsedNumber {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent),
        None => (rest, "0"),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_integer = is_digits(integer) || (integer.is_empty() && mantissa.contains('.'));
    if !has_integer || !is_digits(fraction) || !is_digits(exponent.trim_start_matches(['+', '-'])) {
        return ParsedNumber::Invalid;
    }
    let Ok(exponent) = exponent.parse::<i32>() else {
        // It has two signs, or more digits than the oracle supports.
        return ParsedNumber::Undecided;
    };
    if integer.len() + fraction.len() > 25 || exponent.abs() > 12 {
        return ParsedNumber::Undecided;
    }
    // Pads the digits by zeros on both sides, so that the exponent only moves the point.
    let digits = format!("{0}{integer}{fraction}{0}", "0".repeat(12));
    let point = (12 + integer.len()) as i32 + exponent;
    let (before, after) = digits.split_at(point as usize);
    let (before, after) = (before.trim_start_matches('0'), after.trim_end_matches('0'));
    ParsedNumber::Exact(match (before, after) {
        ("", "") => "0".into(),
        ("", after) => format!("{sign}0.{after}"),
        (before, "") => format!("{sign}{before}"),
        (before, after) => format!("{sign}{before}.{after}"),
    })
}

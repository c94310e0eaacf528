//! Numbers by their digits, as texts.

/// What a text of a JSON number says.
pub(super) enum Read {
    /// Plain digits, as few as say it.
    Exact(String),
    /// No number.
    None,
    /// So long that it depends on limits.
    Unsure,
}

/// Reads the text of a number; inside a string further zeros may stand in front.
pub(super) fn read(text: &str) -> Read {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent),
        None => (rest, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole)
        || !is_digits(fraction)
        || !is_digits(exponent.trim_start_matches(['+', '-']))
    {
        return Read::None;
    }
    let Ok(exponent) = exponent.parse::<i32>() else {
        // Two signs, or more digits than the referee follows.
        return Read::Unsure;
    };
    if whole.len() + fraction.len() > 25 || exponent.abs() > 12 {
        return Read::Unsure;
    }
    // The point moves by the exponent through digits that have enough zeros on both sides.
    let digits = format!("{0}{whole}{fraction}{0}", "0".repeat(12));
    let point = (12 + whole.len()) as i32 + exponent;
    let (before, after) = digits.split_at(point as usize);
    let (before, after) = (before.trim_start_matches('0'), after.trim_end_matches('0'));
    Read::Exact(match (before, after) {
        ("", "") => "0".into(),
        ("", after) => format!("{sign}0.{after}"),
        (before, "") => format!("{sign}{before}"),
        (before, after) => format!("{sign}{before}.{after}"),
    })
}

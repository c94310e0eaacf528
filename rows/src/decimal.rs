//! Exact decimal numbers, because sums of money must not drift.
//!
//! This type is our own, because published crates round sums silently beyond their precision (`rust_decimal`: 28 digits).
//! Sums of [`Decimal`] return `None` instead.

use std::fmt;

/// The maximum number of digits after the point.
const MAX_SCALE: u32 = 30;

/// The number of digits after the point to which costs are rounded.
pub(crate) const COST_SCALE: u32 = 18;

/// The parts of a number as text.
pub(crate) struct Number<'a> {
    pub(crate) is_negative: bool,
    integer: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Number<'a> {
    /// Splits a JSON number. It also accepts a plus sign, leading zeros and `.5`, which name the same numbers.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let is_negative = take_sign(&mut rest);
        let mut integer = take_digits(&mut rest);
        let mut fraction: &[u8] = &[];
        if let [b'.', tail @ ..] = rest {
            rest = tail;
            fraction = take_digits(&mut rest);
            if fraction.is_empty() {
                return None;
            }
        }
        if integer.len() + fraction.len() == 0 {
            return None;
        }
        while let [head @ .., b'0'] = fraction {
            fraction = head;
        }
        let mut exponent = 0;
        if let [b'e' | b'E', tail @ ..] = rest {
            rest = tail;
            let is_negative = take_sign(&mut rest);
            let digits = take_digits(&mut rest);
            if digits.is_empty() {
                return None;
            }
            for digit in digits {
                // Larger exponents mean the same: a number with too many digits.
                exponent = (exponent * 10 + i64::from(digit - b'0')).min(1 << 30);
            }
            if is_negative {
                exponent = -exponent;
            }
        }
        while let ([head @ .., _], b"", ..0) = (integer, fraction, exponent)
            && integer.ends_with(b"0")
            && !head.is_empty()
        {
            integer = head;
            exponent += 1;
        }
        rest.is_empty().then_some(Self {
            is_negative,
            integer,
            fraction,
            exponent,
        })
    }

    /// The digits after the point, without trailing zeros. Negative: zeros before the point.
    pub(crate) fn scale(&self) -> i64 {
        self.fraction.len() as i64 - self.exponent
    }

    /// The number, rounded half away from zero to `max_scale` digits after the point. `None` when it has too many digits.
    pub(crate) fn to_decimal(&self, max_scale: Option<u32>) -> Option<Decimal> {
        let dropped = max_scale.map_or(0, |max| (self.scale() - i64::from(max)).max(0));
        let kept = (self.integer.len() + self.fraction.len()) as i64 - dropped;
        let digits = self.integer.iter().chain(self.fraction);
        let mut units: i128 = 0;
        for (index, digit) in digits.enumerate() {
            let digit = i128::from(digit - b'0');
            match index as i64 - kept {
                ..0 => units = units.checked_mul(10)?.checked_add(digit)?,
                0 => units = units.checked_add(digit / 5)?,
                _ => break,
            }
        }
        if units == 0 {
            return Some(Decimal::ZERO);
        }
        if self.is_negative {
            units = -units;
        }
        let scale = self.scale() - dropped;
        if scale < 0 {
            let factor = 10i128.checked_pow(u32::try_from(-scale).ok()?)?;
            return Some(Decimal::new(units.checked_mul(factor)?, 0));
        }
        let number = Decimal::new(units, u32::try_from(scale).ok()?).normalized();
        (number.scale <= MAX_SCALE).then_some(number)
    }
}

/// Takes a sign from a text, if there is one. True: a minus sign.
fn take_sign(text: &mut &[u8]) -> bool {
    let [sign @ (b'-' | b'+'), rest @ ..] = *text else {
        return false;
    };
    *text = rest;
    *sign == b'-'
}

/// Takes the digits at the beginning of a text.
#[inline(never)]
fn take_digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let is_other = |byte: &u8| !byte.is_ascii_digit();
    let count = text.iter().position(is_other).unwrap_or(text.len());
    let (digits, rest) = text.split_at(count);
    *text = rest;
    digits
}

/// An exact decimal number of at most 38 digits, at most 30 of them after the point.
///
/// Equal numbers may differ in trailing zeros. Compare the results of [`Decimal::normalized`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { units: 0, scale: 0 };

    /// Parses a JSON number (`-12.50`, `4.3437`, `1e-4`). `None` when the text is invalid or has too many digits.
    pub fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let is_json = unsigned.starts_with(|first: char| first.is_ascii_digit());
        Number::parse(text).filter(|_| is_json)?.to_decimal(None)
    }

    /// The number `units / 10^scale`, with a scale of at most 30.
    pub(crate) fn new(units: i128, scale: u32) -> Self {
        Self { units, scale }
    }

    /// The digits as an integer, and the scale.
    #[inline(always)]
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.units, self.scale)
    }

    /// The exact sum. `None` when it has too many digits.
    pub fn checked_add(mut self, other: Self) -> Option<Self> {
        self.accumulate(other).then_some(self)
    }

    /// Adds a number in place, which is faster when both have the same scale.
    ///
    /// Returns false when the sum has too many digits. This number is unspecified then.
    #[doc(hidden)]
    #[inline]
    pub fn accumulate(&mut self, other: Self) -> bool {
        if self.scale != other.scale {
            return self.accumulate_scaled(other);
        }
        let (units, overflow) = self.units.overflowing_add(other.units);
        self.units = units;
        !overflow
    }

    #[cold]
    fn accumulate_scaled(&mut self, other: Self) -> bool {
        let scale = self.scale.max(other.scale);
        match (self.rescaled(scale), other.rescaled(scale)) {
            (Some(one), Some(two)) => {
                *self = one;
                self.accumulate(two)
            }
            _ => false,
        }
    }

    /// The number of digits after the point, including trailing zeros.
    #[doc(hidden)]
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// The same number padded with trailing zeros to a scale. A number with a higher scale is returned unchanged.
    ///
    /// Numbers of the same scale are added without a multiplication. `None` when it has too many digits.
    #[doc(hidden)]
    pub fn rescaled(self, scale: u32) -> Option<Self> {
        if scale <= self.scale {
            return Some(self);
        }
        let digits = scale - self.scale;
        // The product with a billion does not overflow.
        const MAX_SMALL: i64 = i64::MAX / 1_000_000_000;
        let small = i64::try_from(self.units).ok();
        let small = small.filter(|units| (-MAX_SMALL..=MAX_SMALL).contains(units));
        if let (Some(units), 0..=9) = (small, digits) {
            // Avoids a 128-bit product, which is a call in WebAssembly.
            return Some(Self {
                units: i128::from(units * 10i64.pow(digits)),
                scale,
            });
        }
        let units = match (i64::try_from(self.units), 10i64.checked_pow(digits)) {
            // Cannot overflow, so the product needs no check, which is much faster.
            (Ok(units), Some(power)) => i128::from(units) * i128::from(power),
            _ => self.units.checked_mul(10i128.checked_pow(digits)?)?,
        };
        Some(Self { units, scale })
    }

    /// The same number without trailing zeros after the point.
    #[must_use]
    pub fn normalized(self) -> Self {
        let Self {
            mut units,
            mut scale,
        } = self;
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Self { units, scale }
    }

    /// The nearest IEEE 754 number.
    pub fn to_f64(self) -> f64 {
        // Both sides are exact, so the quotient is rounded once and is the nearest number (Clinger's fast path).
        const EXACT: i128 = 1 << 53;
        const POWERS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        match POWERS.get(self.scale as usize) {
            Some(power) if (-EXACT..=EXACT).contains(&self.units) => self.units as f64 / power,
            _ => nearest(&self.to_string()),
        }
    }
}

/// The nearest IEEE 754 number to a decimal number, by the JavaScript engine. Such numbers are rare, and the tables of the
/// standard library would be a tenth of the WebAssembly.
#[cfg(target_family = "wasm")]
pub(crate) fn nearest(digits: &str) -> f64 {
    js_sys::Number::parse_float(digits)
}

#[cfg(not(target_family = "wasm"))]
pub(crate) fn nearest(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// Formats a number of at most 127 bits in two parts, because the standard library's `u128` formatting is large.
fn digits(number: u128) -> String {
    const PART: u128 = 10u128.pow(19);
    match number / PART {
        0 => (number as u64).to_string(),
        high => format!("{}{:019}", high as u64, (number % PART) as u64),
    }
}

impl fmt::Display for Decimal {
    /// Writes plain digits without trailing zeros: `-0.5`, `12`, `4.3437`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { units, scale } = self.normalized();
        let digits = digits(units.unsigned_abs());
        let scale = scale as usize;
        let sign = if units < 0 { "-" } else { "" };
        match digits.split_at_checked(digits.len().saturating_sub(scale)) {
            _ if scale == 0 => write!(f, "{sign}{digits}"),
            Some((integer, fraction)) if !integer.is_empty() => {
                write!(f, "{sign}{integer}.{fraction}")
            }
            _ => write!(f, "{sign}0.{digits:0>scale$}"),
        }
    }
}

//! Exact decimal numbers: a money total must not drift.
//!
//! Own code, because the usual crates round without a word once their digits run out; this one says so instead.

use std::fmt;

/// The most digits after the point that are kept.
const MAX_SCALE: u32 = 30;

/// An exact decimal number, up to 38 digits, up to 30 of them after the point.
///
/// Two equal numbers may differ in trailing zeros: compare what [`Decimal::normalized`] gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { units: 0, scale: 0 };

    /// Reads the text of a JSON number (`-12.50`, `4.3437`, `1e-4`). `None` when it is no such text or has more digits
    /// than fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || (fraction.is_empty() && mantissa.contains('.')) {
            return None;
        }
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return None;
            }
            units = units
                .checked_mul(10)?
                .checked_add(i128::from(digit - b'0'))?;
        }
        if units == 0 {
            return Some(Self::ZERO);
        }
        let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
        let number = if scale < 0 {
            let factor = 10i128.checked_pow(u32::try_from(-scale).ok()?)?;
            Self {
                units: units.checked_mul(factor)?,
                scale: 0,
            }
        } else {
            Self {
                units,
                scale: u32::try_from(scale).ok()?,
            }
            .normalized()
        };
        (number.scale <= MAX_SCALE).then_some(if negative {
            Self {
                units: -number.units,
                ..number
            }
        } else {
            number
        })
    }

    /// `units` of which `scale` digits stand after the point; at most 30.
    pub(crate) fn new(units: i128, scale: u32) -> Self {
        Self { units, scale }
    }

    /// The digits as a whole number, and how many of them stand after the point.
    #[inline(always)]
    pub(crate) fn parts(self) -> (i128, u32) {
        (self.units, self.scale)
    }

    /// The exact sum. `None` when it has more digits than fit.
    pub fn checked_add(mut self, other: Self) -> Option<Self> {
        self.accumulate(other).then_some(self)
    }

    /// Adds a number to this one, quickly when both are of one scale. False when the sum has more digits than fit; this
    /// number is of no use then.
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

    /// How many digits after the point are kept, trailing zeros among them.
    #[doc(hidden)]
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// The same number with trailing zeros up to this many digits after the point, or as it is when it has more. Numbers
    /// of one scale add up without a multiplication. `None` when it has more digits than fit.
    #[doc(hidden)]
    pub fn rescaled(self, scale: u32) -> Option<Self> {
        if scale <= self.scale {
            return Some(self);
        }
        let digits = scale - self.scale;
        // What the product with a billion does not overflow.
        const SMALL: i64 = i64::MAX / 1_000_000_000;
        let small = i64::try_from(self.units).ok();
        let small = small.filter(|units| (-SMALL..=SMALL).contains(units));
        if let (Some(units), 0..=9) = (small, digits) {
            // Without a product of 128 bits, which in WebAssembly is a call.
            return Some(Self {
                units: i128::from(units * 10i64.pow(digits)),
                scale,
            });
        }
        let units = match (i64::try_from(self.units), 10i64.checked_pow(digits)) {
            // The product of such numbers can't overflow: not having to check that is much quicker.
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
        // Both sides exact and one rounding: the quotient is the nearest number (Clinger's fast path).
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

/// The nearest IEEE 754 number to a text of plain digits. In a JavaScript engine by the engine: the standard library's
/// tables for it would be a tenth of the wasm file, for numbers that hardly ever come.
#[cfg(target_family = "wasm")]
fn nearest(digits: &str) -> f64 {
    js_sys::Number::parse_float(digits)
}

#[cfg(not(target_family = "wasm"))]
fn nearest(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::NAN)
}

/// A number of at most 127 bits, written in two parts: the standard library's way is code that nothing else needs.
fn digits(number: u128) -> String {
    const PART: u128 = 10u128.pow(19);
    match number / PART {
        0 => (number as u64).to_string(),
        high => format!("{}{:019}", high as u64, (number % PART) as u64),
    }
}

impl fmt::Display for Decimal {
    /// Plain digits, as few as say the number exactly: `-0.5`, `12`, `4.3437`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { units, scale } = self.normalized();
        let digits = digits(units.unsigned_abs());
        let scale = scale as usize;
        let sign = if units < 0 { "-" } else { "" };
        if scale == 0 {
            write!(f, "{sign}{digits}")
        } else if digits.len() > scale {
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            write!(f, "{sign}{whole}.{fraction}")
        } else {
            write!(f, "{sign}0.{digits:0>scale$}")
        }
    }
}

//! Seeded random numbers (SplitMix64) and delays. The sequence of a seed never changes between releases.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest delay in milliseconds: ten minutes.
pub(crate) const MAX_DELAY_MS: u64 = 600_000;

/// A sequence of numbers that depends on its seed only.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5A4D_5342_4F58_0001))
    }

    /// The sequence of one item (a message, a request) for one purpose. It does not depend on the order of the items.
    pub(crate) fn of(seed: u64, item: u64, purpose: u64) -> Self {
        Self(mix(mix(seed.rotate_left(17) ^ item).wrapping_add(purpose)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number in `0..limit`. The bias of the modulo is far below what test data could show.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        let index = self.below(from.len() as u64) as usize;
        from[index]
    }
}

/// Mixes the bits of a number. It is a bijection.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A delay of whole milliseconds.
///
/// Its text form is `50` or `50-150`, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// Uniform between two bounds.
    Uniform {
        /// The lower bound.
        min: Duration,
        /// The upper bound.
        max: Duration,
    },
    /// Exponential: most delays are shorter than the mean, and a few are many times as long.
    LongTail {
        /// The mean, before the cap.
        mean: Duration,
        /// The longest delay.
        cap: Duration,
    },
}

impl Delay {
    pub(crate) fn draw(self, random: &mut Random) -> Duration {
        match self {
            Self::Fixed(delay) => delay,
            Self::Uniform { min, max } => min + max.saturating_sub(min).mul_f64(random.unit()),
            // One minus the unit is above zero, so its logarithm is finite.
            Self::LongTail { mean, cap } => cap.min(mean.mul_f64(-(1.0 - random.unit()).ln())),
        }
    }
}

impl Default for Delay {
    /// No delay.
    fn default() -> Self {
        Self::Fixed(Duration::ZERO)
    }
}

impl From<Duration> for Delay {
    fn from(delay: Duration) -> Self {
        Self::Fixed(delay)
    }
}

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("expected milliseconds like 50, or a range like 50-150, up to {MAX_DELAY_MS}")
        };
        let duration = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| plain);
            number
                .filter(|&number: &u64| number <= MAX_DELAY_MS)
                .map(Duration::from_millis)
                .ok_or_else(wrong)
        };
        match text.split_once('-') {
            None => Ok(Self::Fixed(duration(text)?)),
            Some((min, max)) => {
                let (min, max) = (duration(min)?, duration(max)?);
                if min > max {
                    let error = "expected a range that begins with its lower bound, got the upper";
                    return Err(error.to_owned());
                }
                Ok(Self::Uniform { min, max })
            }
        }
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(delay) => write!(f, "{}", delay.as_millis()),
            Self::Uniform { min, max } => write!(f, "{}-{}", min.as_millis(), max.as_millis()),
            Self::LongTail { mean, cap } => {
                write!(f, "about {}, at most {}", mean.as_millis(), cap.as_millis())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Delay, Random};
    use std::time::Duration;

    fn draws(delay: Delay) -> Vec<u64> {
        let mut random = Random::new(3);
        let draws = (0..20_000).map(|_| delay.draw(&mut random).as_millis() as u64);
        draws.collect()
    }

    #[test]
    fn delays_follow_their_distribution() {
        let ms = Duration::from_millis;
        assert!(draws(ms(7).into()).iter().all(|&ms| ms == 7));
        let even = draws("100-300".parse().unwrap());
        assert!(even.iter().all(|ms| (100..=300).contains(ms)));
        let mean = even.iter().sum::<u64>() / 20_000;
        assert!((195..=205).contains(&mean), "{mean}");
        let (mean, cap) = (ms(200), ms(1_500));
        let tail = draws(Delay::LongTail { mean, cap });
        let shorter = tail.iter().filter(|&&ms| ms < 200).count();
        // 1 - 1/e of them.
        assert!((12_300..=13_000).contains(&shorter), "{shorter}");
        assert_eq!(tail.iter().max(), Some(&1_500));
        let mean = tail.iter().sum::<u64>() / 20_000;
        assert!((190..=205).contains(&mean), "{mean}");
    }

    #[test]
    fn delay_texts_round_trip_or_are_rejected() {
        for text in ["0", "50", "50-150", "600000"] {
            assert_eq!(text.parse::<Delay>().unwrap().to_string(), text);
        }
        for text in ["", "x", "-1", "+5", "1.5", "600001", "5-", "-", "1-2-3"] {
            let error = text.parse::<Delay>().unwrap_err();
            assert!(error.contains("like 50-150"), "{text}: {error}");
        }
        let error = "9-8".parse::<Delay>().unwrap_err();
        assert!(error.contains("lower bound"), "{error}");
    }
}

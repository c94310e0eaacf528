//! How long a reply is held back.

use crate::random::Random;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest delay that can be written down, in milliseconds: ten minutes.
pub(crate) const LONGEST_MS: u64 = 600_000;

/// A delay, in whole milliseconds: always the same, evenly spread, or mostly short with a long tail.
///
/// As text it is `50` or `50-150`, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// Evenly spread from the shortest to the longest.
    Uniform {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
    },
    /// Exponential: most are shorter than the mean, a few are many times as long.
    LongTail {
        /// The mean, before the cap.
        mean: Duration,
        /// None is longer.
        cap: Duration,
    },
}

impl Delay {
    pub(crate) fn draw(self, random: &mut Random) -> Duration {
        match self {
            Self::Fixed(delay) => delay,
            Self::Uniform { min, max } => min + max.saturating_sub(min).mul_f64(random.unit()),
            // One minus the unit is above zero, so that its logarithm is finite.
            Self::LongTail { mean, cap } => cap.min(mean.mul_f64(-(1.0 - random.unit()).ln())),
        }
    }
}

impl Default for Delay {
    /// None.
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
            format!(
                "has to be milliseconds like 50, or a range like 50-150, none above {LONGEST_MS}"
            )
        };
        let duration = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| plain);
            number
                .filter(|&number: &u64| number <= LONGEST_MS)
                .map(Duration::from_millis)
                .ok_or_else(wrong)
        };
        match text.split_once('-') {
            None => Ok(Self::Fixed(duration(text)?)),
            Some((min, max)) => {
                let (min, max) = (duration(min)?, duration(max)?);
                if min > max {
                    return Err("the range has to begin with its lower end".to_owned());
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
    use super::Delay;
    use crate::random::Random;
    use std::time::Duration;

    fn draws(delay: Delay) -> Vec<u64> {
        let mut random = Random::new(3);
        let draws = (0..20_000).map(|_| delay.draw(&mut random).as_millis() as u64);
        draws.collect()
    }

    #[test]
    fn draws_are_spread_as_told() {
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
    fn texts_are_read_back_and_wrong_ones_refused() {
        for text in ["0", "50", "50-150", "600000"] {
            assert_eq!(text.parse::<Delay>().unwrap().to_string(), text);
        }
        for text in ["", "x", "-1", "+5", "1.5", "600001", "5-", "-", "1-2-3"] {
            let error = text.parse::<Delay>().unwrap_err();
            assert!(error.contains("like 50-150"), "{text}: {error}");
        }
        let error = "9-8".parse::<Delay>().unwrap_err();
        assert!(error.contains("lower end"), "{error}");
    }
}

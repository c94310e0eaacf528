//! Runs of digits, read eight at a time.

const ONES: u64 = u64::from_ne_bytes([1; 8]);

pub(super) const POWERS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The most digits that are read. All numbers of so many are exact in IEEE 754.
pub(super) const MOST: usize = 15;

/// The digits at the beginning of a text as a number, and how many they are. `None` when there are more than [`MOST`], or
/// when the text is about to end.
#[inline(always)]
pub(super) fn leading(text: &[u8]) -> Option<(u64, usize)> {
    let (high, count) = leading_eight(text)?;
    if count < 8 {
        return Some((high, count));
    }
    let (low, more) = leading_eight(text.get(8..)?)?;
    (more < 8).then(|| (high * POWERS[more] + low, 8 + more))
}

#[inline(always)]
fn leading_eight(text: &[u8]) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*text.first_chunk()?) ^ (ONES * 0x30);
    let count = others(word).trailing_zeros() as usize / 8;
    if count == 0 {
        return Some((0, 0));
    }
    // Zeros in front, then neighbours are joined: to two digits, to four, to eight.
    let two = pairs(word << (64 - 8 * count)) & 0x00ff_00ff_00ff_00ff;
    let four = (two.wrapping_mul(100).wrapping_add(two >> 16)) & 0x0000_ffff_0000_ffff;
    let eight = (four.wrapping_mul(10_000).wrapping_add(four >> 32)) & 0xffff_ffff;
    Some((eight, count))
}

/// The milliseconds since midnight of a time `HH:mm:ss`.
#[inline(always)]
pub(crate) fn time_of_day(text: &[u8; 8]) -> Option<u32> {
    let word = u64::from_le_bytes(*text) ^ u64::from_le_bytes(*b"00:00:00");
    if others(word) != 0 || word & 0x0000_ff00_00ff_0000 != 0 {
        return None;
    }
    let [hour, _, _, minute, _, _, second, _] = pairs(word).to_le_bytes().map(u32::from);
    (hour < 24 && minute < 60 && second < 60).then_some(((hour * 60 + minute) * 60 + second) * 1000)
}

/// Marks the bytes above 9 by their high bits. What such a byte carries over goes to those behind it: the first mark is
/// right, and so is it that there is none.
#[inline(always)]
fn others(word: u64) -> u64 {
    (word.wrapping_add(ONES * 0x76) | word) & (ONES * 0x80)
}

/// Each digit times ten and its neighbour, in the byte of the first of both.
#[inline(always)]
fn pairs(word: u64) -> u64 {
    word.wrapping_mul(10).wrapping_add(word >> 8)
}

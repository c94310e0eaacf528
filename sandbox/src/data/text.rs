//! Message texts as life has them, and the number of fragments that such a text takes on the air.

use crate::random::Random;

const PLAIN: &[&str] = &[
    "Your code is {n}. It is good for five minutes.",
    "Order {n} has left the warehouse and arrives tomorrow between 9 and 12.",
    "Reminder: your appointment is on Friday at 14:30. Reply 1 to confirm.",
    "Thanks! We got your payment of 12.50 for invoice {n}.",
    "Yes",
    "Will you be there at noon? @{n}",
];
const CYRILLIC: &[&str] = &[
    "Ваш код: {n}. Никому его не показывайте.",
    "Заказ {n} готов, ждём вас до 21:00.",
    "Спасибо, всё получил!",
];
const EMOJI: &[&str] = &[
    "On its way \u{1F69A}\u{1F4E6} ticket {n}",
    "\u{1F44D}\u{1F3FD}",
    "See you soon \u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{2764}\u{FE0F} {n}",
];
const DELICATE: &[&str] = &[
    "She said \"meet me at {n}\", then left.",
    "Path C:\\temp\\new\\{n} \\u0041 and a \"quoted \\\" mark\"",
    "Dear guest,\nyour table {n} is booked.\r\nSee you!",
    "=SUM({n},1);a,b,\"c\"",
    "tab\there, slash / and </script> {n}",
    "line\u{2028}separator, caf\u{e9}, \u{4f60}\u{597d}, \u{645}\u{631}\u{62d}\u{628}\u{627} {n}",
];
const SENTENCES: &[&str] = &[
    "The office stays closed on Monday and opens again on Tuesday at eight. ",
    "Please bring the printed form {n} and a pen. ",
    "Мы переехали: новый адрес на сайте. ",
    "Prices {from 5\u{20ac}} change next month. ",
];

/// The text of one message.
pub(crate) fn write(random: &mut Random) -> String {
    let number = (100_000 + random.below(900_000)).to_string();
    let template = match random.below(100) {
        0..=44 => random.pick(PLAIN).to_owned(),
        45..=64 => random.pick(CYRILLIC).to_owned(),
        65..=76 => random.pick(EMOJI).to_owned(),
        77..=91 => random.pick(DELICATE).to_owned(),
        92 => String::new(),
        _ => {
            let sentences = 2 + random.below(7);
            (0..sentences).map(|_| random.pick(SENTENCES)).collect()
        }
    };
    template.replace("{n}", &number)
}

/// How many fragments a text takes: 160 GSM-7 septets in one message or 153 in each of several; with any
/// character outside that alphabet 70 or 67 UTF-16 units. An empty text still takes one.
pub(crate) fn fragments(text: &str) -> u8 {
    let septets: Option<usize> = text.chars().map(septets).sum();
    let (length, alone, joined) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let parts = if length <= alone {
        1
    } else {
        length.div_ceil(joined)
    };
    u8::try_from(parts).unwrap_or(u8::MAX)
}

/// Septets that a character takes in the GSM 7-bit default alphabet (3GPP TS 23.038), if it is in there.
fn septets(character: char) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¡ÄÖÑܧ¿äöñüà";
    const EXTENDED: &str = "^{}\\[~]|€\u{c}";
    match character {
        ' '..='?' | 'A'..='Z' | 'a'..='z' => Some(1),
        _ if BASIC.contains(character) => Some(1),
        _ if EXTENDED.contains(character) => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fragments;

    #[test]
    fn fragments_follow_the_alphabet_and_its_limits() {
        for (text, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(153 * 2), 2),
            ("a".repeat(153 * 2 + 1), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("я".repeat(70), 1),
            ("я".repeat(71), 2),
            ("я".repeat(67 * 3 + 1), 4),
            ("\u{1F69A}".repeat(35), 1),
            ("\u{1F69A}".repeat(36), 2),
        ] {
            assert_eq!(
                fragments(&text),
                expected,
                "{} characters",
                text.chars().count()
            );
        }
    }
}

//! IP addresses as hosts of a URL. The standard library reads them as well, but its readers are more than a kilobyte of the
//! compressed wasm.

/// The number of groups of an IPv6 address.
const GROUPS: usize = 8;

/// The numbers of an IPv4 address: four, decimal, without zeros ahead.
pub(crate) fn v4(text: &str) -> Option<[u8; 4]> {
    let mut numbers = text.split('.').map(|number| {
        let is_plain = number == "0" || !number.starts_with(['0', '+']);
        number.parse().ok().filter(|_| is_plain)
    });
    let address = [
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
    ];
    numbers.next().is_none().then_some(address)
}

/// The groups of an IPv6 address: eight, of up to four hexadecimal digits, where `::` stands for some that are zero, and
/// the last two may be written as an IPv4 address (RFC 4291 §2.2).
pub(crate) fn v6(text: &str) -> Option<[u16; GROUPS]> {
    let Some(gap) = text.as_bytes().windows(2).position(|two| two == b"::") else {
        let (address, count) = groups(text, true)?;
        return (count == GROUPS).then_some(address);
    };
    let (mut address, before) = groups(text.get(..gap)?, false)?;
    let (after, count) = groups(text.get(gap + 2..)?, true)?;
    if before + count >= GROUPS {
        return None;
    }
    address
        .iter_mut()
        .rev()
        .zip(after.iter().take(count).rev())
        .for_each(|(group, &last)| *group = last);
    Some(address)
}

/// Groups on one side of the gap, and how many there are.
fn groups(text: &str, is_end: bool) -> Option<([u16; GROUPS], usize)> {
    let (mut address, mut count) = ([0; GROUPS], 0);
    let mut add = |group| {
        *address.get_mut(count)? = group;
        count += 1;
        Some(())
    };
    let mut rest = Some(text).filter(|text| !text.is_empty());
    while let Some(text) = rest {
        let (group, after) = match text.split_once(':') {
            Some((group, after)) => (group, Some(after)),
            None => (text, None),
        };
        if is_end && after.is_none() && group.contains('.') {
            let [a, b, c, d] = v4(group)?;
            add(u16::from_be_bytes([a, b]))?;
            add(u16::from_be_bytes([c, d]))?;
        } else {
            let is_hexadecimal = group.bytes().all(|b| b.is_ascii_hexdigit());
            ((1..=4).contains(&group.len()) && is_hexadecimal).then_some(())?;
            add(u16::from_str_radix(group, 16).ok()?)?;
        }
        rest = after;
    }
    Some((address, count))
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn assert_as_the_standard_library(text: &str) {
        let [v4_here, v4_there] = [v4(text), text.parse().ok().map(|ip: Ipv4Addr| ip.octets())];
        assert_eq!(v4_here, v4_there, "{text}");
        let [v6_here, v6_there] = [
            v6(text),
            text.parse().ok().map(|ip: Ipv6Addr| ip.segments()),
        ];
        assert_eq!(v6_here, v6_there, "{text}");
    }

    #[test]
    fn addresses_at_the_edges_are_the_standard_library_s() {
        for text in [
            "",
            ":",
            "::",
            ":::",
            "::1",
            "1::",
            ":1",
            "1:",
            "1::2::3",
            "::1::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "1:2:3:4:5:6:7",
            "12345::",
            "+1::",
            "g::",
            "::ffff:127.0.0.1",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3",
            "::01.2.3.4",
            "1.2.3.4",
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.0",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "00.0.0.0",
            "1..2.3",
            "+1.2.3.4",
            "1.2.3.4.",
            "1.2.3.1000",
        ] {
            assert_as_the_standard_library(text);
        }
    }

    proptest! {
        #[test]
        fn addresses_are_the_standard_library_s(
            text in "[0-9a-f]{0,4}((:|::|\\.)[0-9a-f]{0,4}){0,8}",
            octets: [u8; 4],
            segments: [u16; 8],
            zeros: u8,
        ) {
            assert_as_the_standard_library(&text);
            assert_as_the_standard_library(&Ipv4Addr::from(octets).to_string());
            let mut place = 0..8;
            let some_zero = segments.map(|segment| {
                if place.next().is_some_and(|place| zeros >> place & 1 == 1) { 0 } else { segment }
            });
            assert_as_the_standard_library(&Ipv6Addr::from(some_zero).to_string());
        }
    }
}

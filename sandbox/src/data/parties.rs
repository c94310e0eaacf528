//! The phone numbers and sender names of the data. Every one is fictitious and made here.

use crate::random::Random;

/// Names that can send, but nobody can answer to.
const SENDERS: &[&str] = &["DemoShop", "SANDBOX", "Info Desk", "Taxi24"];
const OWN_NUMBERS: u64 = 8;
const MOST_CUSTOMERS: u64 = 20_000;

/// Who sends and receives: the account's own numbers first, its sender names next, its customers last.
pub(crate) struct Parties {
    names: Vec<String>,
}

impl Parties {
    pub(crate) fn new(messages: u64) -> Self {
        let customers = (messages / 5).clamp(6, MOST_CUSTOMERS);
        let own = (0..OWN_NUMBERS).map(|n| format!("1555019{n:04}"));
        let senders = SENDERS.iter().map(|&sender| sender.to_owned());
        let names = own.chain(senders).chain((0..customers).map(customer));
        Self {
            names: names.collect(),
        }
    }

    pub(crate) fn name(&self, party: u16) -> &str {
        &self.names[usize::from(party)]
    }

    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        let index = self.names.iter().position(|known| known == name)?;
        u16::try_from(index).ok()
    }

    /// One of the account's own numbers; where a name will do, sometimes a name.
    pub(crate) fn own(&self, random: &mut Random, name_will_do: bool) -> u16 {
        if name_will_do && random.percent(25) {
            return (OWN_NUMBERS + random.below(SENDERS.len() as u64)) as u16;
        }
        random.below(OWN_NUMBERS) as u16
    }

    /// One of the customers. Few of them take part in most messages, as everywhere.
    pub(crate) fn customer(&self, random: &mut Random) -> u16 {
        let first = OWN_NUMBERS + SENDERS.len() as u64;
        let customers = self.names.len() as u64 - first;
        let reach = 1 + random.below(customers);
        (first + random.below(reach)) as u16
    }
}

/// Two ranges in which no telephone exists: 555-010x in North America, and a +7 area code of zeros.
fn customer(index: u64) -> String {
    let half = index / 2;
    if index.is_multiple_of(2) {
        format!("1555010{half:04}")
    } else {
        // 7919 has no factor in common with ten million: all different, none in sequence.
        format!("7000{:07}", half * 7919 % 10_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::Parties;
    use std::collections::HashSet;

    #[test]
    fn numbers_are_fictitious_and_all_different() {
        let parties = Parties::new(1_000_000);
        let distinct: HashSet<&String> = parties.names.iter().collect();
        assert_eq!(distinct.len(), parties.names.len());
        for name in &parties.names {
            let number = name.bytes().all(|byte| byte.is_ascii_digit());
            let fictitious = name.starts_with("155501") || name.starts_with("7000");
            assert!(!number || (fictitious && name.len() == 11), "{name}");
        }
    }
}

//! Generates responses in every form that JSON allows, and corrupts half of them.

const NAMES: [&str; 12] = [
    "message_id",
    "source_number",
    "destination_number",
    "direction",
    "fragments",
    "cost",
    "status_id",
    "error_message",
    "processed_date",
    "transaction_id",
    "text",
    "sms_id",
];
const SPACES: &[&str] = &["", "", "", "", " ", "\n", "\t", "\r\n", "  "];
/// The bytes that a corruption writes.
const CORRUPT_BYTES: &[u8] =
    b"\"\\{}[]:,0123456789eE+-. \n\ttrufalsn/x\x00\x1f\x7f\x80\xbf\xc3\xe2\xf0\xff";

/// Generates one response.
pub(super) struct Generator {
    state: u64,
    out: Vec<u8>,
    /// Whether there is white space around values.
    has_spaces: bool,
}

impl Generator {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ number.wrapping_mul(0xbf58_476d_1ce4_e5b9),
            out: Vec::new(),
            has_spaces: false,
        }
    }

    pub(super) fn generate(mut self) -> Vec<u8> {
        self.has_spaces = self.random(4) == 0;
        self.space();
        self.put("{");
        let members = if self.random(10) == 0 {
            self.random(4)
        } else {
            2
        };
        for member in 0..members {
            if member > 0 {
                self.put(",");
            }
            match member {
                0 => {
                    self.key("result");
                    match self.random(40) {
                        0 => self.any(1),
                        1 => self.put("null"),
                        _ => self.rows(),
                    }
                }
                1 => {
                    self.key("total_count");
                    if self.random(20) == 0 {
                        self.put("0");
                    } else {
                        self.integer();
                    }
                }
                _ => {
                    self.key("more");
                    self.any(3);
                }
            }
            self.space();
        }
        self.put("}");
        self.space();
        if self.random(2) == 0 {
            for _ in 0..=self.random(3) {
                self.corrupt();
            }
        }
        self.out
    }

    /// A random number below a limit (SplitMix64).
    pub(super) fn random(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random(from.len())]
    }

    pub(super) fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn space(&mut self) {
        if self.has_spaces {
            let space = self.pick(SPACES);
            self.put(space);
        }
    }

    pub(super) fn key(&mut self, name: &str) {
        self.space();
        self.put("\"");
        if self.random(30) == 0 {
            let (first, rest) = name.split_at(1);
            self.put(&format!("\\u{:04x}{rest}", first.as_bytes()[0]));
        } else {
            self.put(name);
        }
        self.put("\"");
        self.space();
        self.put(":");
        self.space();
    }

    fn rows(&mut self) {
        self.put("[");
        for row in 0..self.random(5) {
            if row > 0 {
                self.put(",");
            }
            self.space();
            self.row();
            self.space();
        }
        self.put("]");
    }

    fn row(&mut self) {
        self.put("{");
        let mut names: Vec<&str> = NAMES.to_vec();
        match self.random(4) {
            // In any order, with repeated and unknown fields.
            0 => {
                names.extend([
                    "message_id",
                    "text",
                    "direction",
                    "unknown",
                    "message",
                    "text2",
                ]);
                for at in (1..names.len()).rev() {
                    let other = self.random(at + 1);
                    names.swap(at, other);
                }
                names.truncate(self.random(names.len() + 1));
            }
            1 => names.retain(|_| self.random(3) > 0),
            _ => {}
        }
        for (at, name) in names.into_iter().enumerate() {
            if at > 0 {
                self.put(",");
            }
            self.key(name);
            self.value(name);
            self.space();
        }
        self.put("}");
    }

    fn corrupt(&mut self) {
        let at = self.random(self.out.len() + 1);
        let byte = self.pick(CORRUPT_BYTES);
        match self.random(6) {
            0 | 1 => self.out.insert(at, byte),
            2 | 3 if at < self.out.len() => self.out[at] = byte,
            4 if at < self.out.len() => drop(self.out.remove(at)),
            5 if self.random(4) == 0 => self.out.truncate(at),
            _ => {}
        }
    }
}

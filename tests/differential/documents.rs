//! Replies as servers might write them, in every form that JSON allows, and damaged ones.

const NAMES: [&str; 11] = [
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
];
const PIECES: &[&str] = &[
    "a",
    "Z",
    "0",
    "7",
    " ",
    "/",
    "é",
    "п",
    "你",
    "\u{1f600}",
    "\u{7f}",
    "\u{ffff}",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\b",
    "\\u0000",
    "sixteen bytes are",
    "'",
    "}",
    "]",
    ",",
    ":",
    "{\\\"",
];
const SPACES: &[&str] = &["", "", "", "", " ", "\n", "\t", "\r\n", "  "];
/// What damage puts in.
const DAMAGE: &[u8] =
    b"\"\\{}[]:,0123456789eE+-. \n\ttrufalsn/x\x00\x1f\x7f\x80\xbf\xc3\xe2\xf0\xff";

/// Makes one document.
pub(super) struct Documents {
    state: u64,
    out: Vec<u8>,
    /// Whether values have white space around them.
    is_loose: bool,
}

impl Documents {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ number.wrapping_mul(0xbf58_476d_1ce4_e5b9),
            out: Vec::new(),
            is_loose: false,
        }
    }

    pub(super) fn make(mut self) -> Vec<u8> {
        self.is_loose = self.lot(4) == 0;
        self.space();
        self.put("{");
        let members = if self.lot(10) == 0 { self.lot(4) } else { 2 };
        for member in 0..members {
            if member > 0 {
                self.put(",");
            }
            match member {
                0 => {
                    self.key("result");
                    self.rows();
                }
                1 => {
                    self.key("total_count");
                    self.whole();
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
        if self.lot(2) == 0 {
            for _ in 0..=self.lot(3) {
                self.damage();
            }
        }
        self.out
    }

    /// SplitMix64.
    fn lot(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.lot(from.len())]
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn space(&mut self) {
        if self.is_loose {
            let space = self.pick(SPACES);
            self.put(space);
        }
    }

    fn key(&mut self, name: &str) {
        self.space();
        self.put("\"");
        if self.lot(30) == 0 {
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
        for row in 0..self.lot(5) {
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
        match self.lot(4) {
            // Any order, with some twice and some unknown.
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
                    let other = self.lot(at + 1);
                    names.swap(at, other);
                }
                names.truncate(self.lot(names.len() + 1));
            }
            1 => names.retain(|_| self.lot(3) > 0),
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

    fn value(&mut self, name: &str) {
        if self.lot(12) == 0 {
            return self.put("null");
        }
        match name {
            "message_id" | "fragments" | "transaction_id" => self.whole(),
            "cost" => self.decimal(),
            "processed_date" => self.date(),
            "direction" => {
                let word = self.pick(&[
                    "\"IN\"",
                    "\"OUT\"",
                    "\"in\"",
                    "\"Out\"",
                    "\"\\u0049N\"",
                    "\"up\"",
                    "7",
                ]);
                self.put(word);
            }
            "status_id" => {
                let word = self.pick(&["\"1\"", "\"2\"", "\"3\"", "1", "\"17\"", "\"\"", "3.0"]);
                self.put(word);
            }
            "source_number" | "destination_number" if self.lot(2) == 0 => self.whole(),
            "source_number" | "destination_number" | "text" | "error_message" => self.string(),
            _ => self.any(4),
        }
    }

    fn digits(&mut self, most: usize) -> String {
        (0..=self.lot(most))
            .map(|_| char::from(b'0' + self.lot(10) as u8))
            .collect()
    }

    /// Mostly a whole number that is one.
    fn whole(&mut self) {
        let digits = self.digits(16);
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let written = match self.lot(12) {
            0..=2 => format!("\"{digits}\""),
            3 => format!("\"0{digits}\""),
            4 if digits.len() < 8 => format!("{digits}.0"),
            5 if digits.len() < 8 => format!("{digits}e{}", self.lot(4)),
            6 if self.lot(6) == 0 => self
                .pick(&[
                    "-0",
                    "-1",
                    "\"\"",
                    "1.5",
                    "1e-1",
                    "9007199254740992",
                    "9007199254740991",
                ])
                .into(),
            _ => digits.into(),
        };
        self.put(&written);
    }

    fn decimal(&mut self) {
        let whole = self.lot(1000);
        let fraction = self.digits(8);
        let written = match self.lot(10) {
            0 => format!("\"{whole}.{fraction}\""),
            1 => format!("{whole}"),
            2 => format!("-{whole}.{fraction}"),
            3 => format!("{whole}.{fraction}e-{}", self.lot(10)),
            4 => format!("{whole}.{fraction}E{}", self.lot(5)),
            5 => "\"\"".into(),
            _ => format!("{whole}.{fraction}"),
        };
        self.put(&written);
    }

    fn date(&mut self) {
        let (year, month, day) = (1970 + self.lot(80), 1 + self.lot(12), 1 + self.lot(28));
        let (hour, minute, second) = (self.lot(24), self.lot(60), self.lot(60));
        let written = match self.lot(30) {
            0 => "\"\"".into(),
            1 => format!("\"{year}-{month:02}-31 {hour:02}:{minute:02}:{second:02}\""),
            2..=15 => format!("\"2026-03-01 {hour:02}:{minute:02}:{second:02}\""),
            _ => format!("\"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}\""),
        };
        self.put(&written);
    }

    fn string(&mut self) {
        self.put("\"");
        for _ in 0..self.lot(12) {
            let piece = self.pick(PIECES);
            self.put(piece);
        }
        self.put("\"");
    }

    fn any(&mut self, depth: usize) {
        match self.lot(if depth == 0 { 5 } else { 7 }) {
            0 => self.string(),
            1 => self.decimal(),
            2 => self.put("true"),
            3 => self.put("false"),
            4 => self.put("null"),
            5 => {
                self.put("[");
                for at in 0..self.lot(3) {
                    self.put(if at > 0 { "," } else { "" });
                    self.any(depth - 1);
                }
                self.put("]");
            }
            _ => {
                self.put("{");
                for at in 0..self.lot(3) {
                    self.put(if at > 0 { "," } else { "" });
                    self.key("k");
                    self.any(depth - 1);
                }
                self.put("}");
            }
        }
    }

    fn damage(&mut self) {
        let at = self.lot(self.out.len() + 1);
        let byte = self.pick(DAMAGE);
        match self.lot(6) {
            0 | 1 => self.out.insert(at, byte),
            2 | 3 if at < self.out.len() => self.out[at] = byte,
            4 if at < self.out.len() => drop(self.out.remove(at)),
            5 if self.lot(4) == 0 => self.out.truncate(at),
            _ => {}
        }
    }
}

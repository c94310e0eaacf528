//! Generates the values of responses: mostly as servers write them, rarely invalid ones, and any other JSON.

use super::generator::Generator;

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

impl Generator {
    pub(super) fn value(&mut self, name: &str) {
        if self.random(12) == 0 {
            return self.put("null");
        }
        match name {
            "message_id" | "fragments" | "transaction_id" => self.integer(),
            "sms_id" if self.random(9) == 0 => self.any(2),
            "sms_id" => self.integer(),
            "cost" => self.decimal(),
            "processed_date" => self.date(),
            "direction" => {
                let value = self.pick(&[
                    "\"IN\"",
                    "\"OUT\"",
                    "\"in\"",
                    "\"Out\"",
                    "\"\\u0049N\"",
                    "\"up\"",
                    "\" in\\n\"",
                    "\"\"",
                    "7",
                ]);
                self.put(value);
            }
            "status_id" => {
                let value = self.pick(&[
                    "\"1\"",
                    "\"2\"",
                    "\"3\"",
                    "1",
                    "\"17\"",
                    "\"\"",
                    "3.0",
                    "20e-1",
                    "\" 2.00 \"",
                    "\"01\"",
                    "17.0",
                    "1.5",
                ]);
                self.put(value);
            }
            "source_number" | "destination_number" if self.random(2) == 0 => self.integer(),
            "source_number" | "destination_number" | "text" | "error_message" => self.string(),
            _ => self.any(4),
        }
    }

    fn digits(&mut self, max: usize) -> String {
        (0..=self.random(max))
            .map(|_| char::from(b'0' + self.random(10) as u8))
            .collect()
    }

    /// Writes an integer, mostly a valid one.
    pub(super) fn integer(&mut self) {
        let digits = self.digits(16);
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let written = match self.random(12) {
            0..=2 => format!("\"{digits}\""),
            3 => format!("\"0{digits}\""),
            4 if digits.len() < 8 => format!("{digits}.0"),
            5 if digits.len() < 8 => format!("{digits}e{}", self.random(4)),
            6 if self.random(6) == 0 => self
                .pick(&[
                    "-0",
                    "-1",
                    "\"\"",
                    "\" \"",
                    "\" 7\\t\"",
                    "\"+7\"",
                    "\"\\u0037\"",
                    "7.00",
                    "\"7.0\"",
                    "70E-1",
                    "7e+0",
                    "\"-7\"",
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
        let integer = self.random(1000);
        let fraction = self.digits(8);
        let written = match self.random(10) {
            0 => format!("\"{integer}.{fraction}\""),
            1 => format!("{integer}"),
            2 => format!("-{integer}.{fraction}"),
            3 => format!("{integer}.{fraction}e-{}", self.random(10)),
            4 => format!("{integer}.{fraction}E{}", self.random(5)),
            5 => "\"\"".into(),
            6 => self
                .pick(&[
                    "1.10000000000000008881784",
                    "\"0.100000000000000005551115\"",
                    "1.5e-18",
                    "4.9e-19",
                    "-5e-19",
                    "\".5\"",
                    "\"+1.5\"",
                    "\" 1.50 \"",
                    "\"1.\"",
                    "-0.0",
                ])
                .into(),
            _ => format!("{integer}.{fraction}"),
        };
        self.put(&written);
    }

    fn date(&mut self) {
        let (year, month, day) = (
            1970 + self.random(80),
            1 + self.random(12),
            1 + self.random(28),
        );
        let (hour, minute, second) = (self.random(24), self.random(60), self.random(60));
        let written = match self.random(30) {
            0 => "\"\"".into(),
            1 => format!("\"{year}-{month:02}-31 {hour:02}:{minute:02}:{second:02}\""),
            2 => self
                .pick(&[
                    "\"0000-00-00 00:00:00\"",
                    "\"0000-00-00\"",
                    "\"0000-00-00T00:00:00.000Z\"",
                    "\"-0001-11-30 00:00:00\"",
                    "\"0000-00-00T00:00:00+03:00\"",
                    "\"0001-01-01 00:00:00\"",
                    "\"0001-01-01T00:00:00Z\"",
                    "\"2026-03-01\"",
                    "\"2026-03-01 10:11\"",
                    "\"2026-02-29T10:11:12Z\"",
                ])
                .into(),
            3 | 4 => {
                let separator = self.pick(&[" ", "T", "t"]);
                let fraction = self.pick(&["", "", ".5", ",25", ".678901", "."]);
                let zone = self.pick(&[
                    "", "Z", "z", " UTC", " GMT", "+03:00", "-0530", "+02", " +0300", "+24:00",
                    "UTC", " Z",
                ]);
                format!(
                    "\"{year}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}{fraction}{zone}\""
                )
            }
            5..=15 => format!("\"2026-03-01 {hour:02}:{minute:02}:{second:02}\""),
            _ => format!("\"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}\""),
        };
        self.put(&written);
    }

    fn string(&mut self) {
        self.put("\"");
        for _ in 0..self.random(12) {
            let piece = self.pick(PIECES);
            self.put(piece);
        }
        self.put("\"");
    }

    pub(super) fn any(&mut self, depth: usize) {
        match self.random(if depth == 0 { 5 } else { 7 }) {
            0 => self.string(),
            1 => self.decimal(),
            2 => self.put("true"),
            3 => self.put("false"),
            4 => self.put("null"),
            5 => {
                self.put("[");
                for at in 0..self.random(3) {
                    self.put(if at > 0 { "," } else { "" });
                    self.any(depth - 1);
                }
                self.put("]");
            }
            _ => {
                self.put("{");
                for at in 0..self.random(3) {
                    self.put(if at > 0 { "," } else { "" });
                    self.key("k");
                    self.any(depth - 1);
                }
                self.put("}");
            }
        }
    }
}

//! The values of a document: fields as servers write them, seldom as none does, and what else JSON has.

use super::documents::Documents;

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

impl Documents {
    pub(super) fn value(&mut self, name: &str) {
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
    pub(super) fn whole(&mut self) {
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

    pub(super) fn any(&mut self, depth: usize) {
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
}

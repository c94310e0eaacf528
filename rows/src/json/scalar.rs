//! Strings, numbers and words, read thoroughly.

use super::{chunk::plain_run_end, cursor::Cursor, kind::ParseError, string::JsonStr};

impl<'a> Cursor<'a> {
    /// Reads a string.
    pub fn string(&mut self) -> Result<JsonStr<'a>, ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        let start = self.at + 1;
        let mut escaped = false;
        self.at = start;
        loop {
            self.at = plain_run_end(self.bytes(), self.at);
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.expected("a character that is no control character")),
            }
        }
        let raw = &self.text[start..self.at];
        self.at += 1;
        Ok(JsonStr { raw, escaped })
    }

    /// Reads a number and gives its text.
    pub fn number(&mut self) -> Result<&'a str, ParseError> {
        self.peek();
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    pub(super) fn word(&mut self, word: &'static str) -> Result<(), ParseError> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err(self.expected("true, false or null"));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start {
            Err(self.expected("a digit"))
        } else {
            Ok(())
        }
    }

    /// Passes an escape, at whose backslash the cursor stands.
    pub(super) fn escape(&mut self) -> Result<(), ParseError> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
            Some(b'u') => {
                for _ in 0..4 {
                    self.at += 1;
                    if !self.byte().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.expected("four hexadecimal digits"));
                    }
                }
            }
            _ => return Err(self.expected("an escape of RFC 8259 §7")),
        }
        self.at += 1;
        Ok(())
    }
}

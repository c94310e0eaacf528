//! The cursor: objects, arrays, strings, numbers and the values that nobody asked for.

use super::{scan::plain_run_end, string::JsonStr};

/// How deep objects and arrays may nest. A reply of the API nests three deep.
const MAX_DEPTH: u8 = 128;

/// Why a text is not JSON, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) kind: FaultKind,
}

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The text ends in the middle of a value.
    End,
    /// Something else should stand here; the words say what.
    Expected(&'static str),
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// What kind of value begins at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Kind {
    /// The kind in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "an array",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Null => "null",
        }
    }
}

/// A place in a JSON text.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// After the one value of a text: nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the text")),
        }
    }

    /// The kind of the value that begins here; white space before it is passed over.
    #[inline]
    pub(crate) fn kind(&mut self) -> Result<Kind, Fault> {
        Ok(match self.peek() {
            Some(b'"') => Kind::String,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Boolean,
            _ => return Err(self.expected("a value")),
        })
    }

    /// Reads an object. `each` gets every key, with the cursor before the key's value, which it must read.
    #[inline]
    pub(crate) fn object<E: From<Fault>>(
        &mut self,
        mut each: impl FnMut(&mut Self, JsonStr<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.enter(b'{', "an object")?;
        if self.peek() == Some(b'}') {
            self.leave();
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in quotes").into());
            }
            let key = self.string()?;
            if self.peek() != Some(b':') {
                return Err(self.expected("a colon").into());
            }
            self.at += 1;
            each(self, key)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.leave();
                    return Ok(());
                }
                _ => return Err(self.expected("a comma or a closing brace").into()),
            }
        }
    }

    /// Reads an array. `each` is called with the cursor before each element, which it must read.
    #[inline]
    pub(crate) fn array<E: From<Fault>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.enter(b'[', "an array")?;
        if self.peek() == Some(b']') {
            self.leave();
            return Ok(());
        }
        loop {
            each(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.leave();
                    return Ok(());
                }
                _ => return Err(self.expected("a comma or a closing bracket").into()),
            }
        }
    }

    /// Reads a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<JsonStr<'a>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        let start = self.at + 1;
        let mut escaped = false;
        self.at = start;
        loop {
            self.at = plain_run_end(self.text.as_bytes(), self.at);
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
    #[inline]
    pub(crate) fn number(&mut self) -> Result<&'a str, Fault> {
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

    /// Reads a value that nobody asked for, as strictly as any other.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        match self.kind()? {
            Kind::Object => self.object(|cursor, _| cursor.skip()),
            Kind::Array => self.array(Self::skip),
            Kind::String => self.string().map(|_| ()),
            Kind::Number => self.number().map(|_| ()),
            Kind::Null => self.word("null"),
            Kind::Boolean if self.byte() == Some(b't') => self.word("true"),
            Kind::Boolean => self.word("false"),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Fault> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return Err(self.expected("true, false or null"));
            }
            self.at += 1;
        }
        Ok(())
    }

    #[inline]
    fn digits(&mut self) -> Result<(), Fault> {
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

    fn escape(&mut self) -> Result<(), Fault> {
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

    fn enter(&mut self, open: u8, what: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(open) {
            return Err(self.expected(what));
        }
        if self.depth == MAX_DEPTH {
            return Err(Fault {
                at: self.at,
                kind: FaultKind::TooDeep,
            });
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    fn expected(&self, what: &'static str) -> Fault {
        let kind = if self.at >= self.text.len() {
            FaultKind::End
        } else {
            FaultKind::Expected(what)
        };
        Fault { at: self.at, kind }
    }
}

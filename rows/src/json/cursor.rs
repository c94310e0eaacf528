//! The strict cursor: reads any JSON value, and says where and why a text is not JSON.

use super::{fast::FastCursor, simd::plain_run_end, string::JsonStr};

/// The maximum nesting depth of objects and arrays. A response of the API nests three deep.
const MAX_DEPTH: u8 = 128;

/// The error of a text that is not JSON, and the byte at which it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The index of the byte.
    pub at: usize,
    /// The kind of the error.
    pub kind: ParseErrorKind,
}

/// The reasons why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// The text ends in the middle of a value.
    End,
    /// Another token is expected here, which the string names.
    Expected(&'static str),
    /// The text nests deeper than the cursor supports.
    TooDeep,
}

/// The kind of the value at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `{`
    Object,
    /// `[`
    Array,
    /// In quotes.
    String,
    /// A digit or a minus sign.
    Number,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
}

impl ValueKind {
    /// The kind in words, with its article.
    pub fn name(self) -> &'static str {
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

/// A position in a JSON text.
pub struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

/// Objects and arrays.
impl<'a> Cursor<'a> {
    /// Creates a cursor at the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// The length of the text in bytes.
    pub(crate) fn length(&self) -> usize {
        self.text.len()
    }

    /// Checks that only white space follows.
    pub fn end(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the text")),
        }
    }

    /// The kind of the next value. Skips the white space before it.
    pub fn kind(&mut self) -> Result<ValueKind, ParseError> {
        Ok(match self.peek() {
            Some(b'"') => ValueKind::String,
            Some(b'-' | b'0'..=b'9') => ValueKind::Number,
            Some(b'{') => ValueKind::Object,
            Some(b'[') => ValueKind::Array,
            Some(b'n') => ValueKind::Null,
            Some(b't' | b'f') => ValueKind::Boolean,
            _ => return Err(self.expected("a value")),
        })
    }

    /// Reads an object. Calls `each` with every key and the cursor before the key's value, which `each` must read.
    pub fn object<E: From<ParseError>>(
        &mut self,
        mut each: impl FnMut(&mut Self, JsonStr<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.enter(b'{', b'}', "an object")? {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            each(self, key)?;
            if !self.has_next(b'}', "a comma or a closing brace")? {
                return Ok(());
            }
        }
    }

    /// Reads an array. Calls `each` with the cursor before every element, which `each` must read.
    #[inline]
    pub fn array<E: From<ParseError>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.enter(b'[', b']', "an array")? {
            return Ok(());
        }
        loop {
            each(self)?;
            if !self.has_next(b']', "a comma or a closing bracket")? {
                return Ok(());
            }
        }
    }

    /// Enters an array of objects, which the caller reads by the fast cursor. `None`: the array is empty, and read.
    pub(crate) fn enter_objects(&mut self) -> Result<Option<FastCursor<'a>>, ParseError> {
        if !self.enter(b'[', b']', "an array")? {
            return Ok(None);
        }
        // The depth inside the objects, which the fast cursor does not count.
        self.increase_depth()?;
        Ok(Some(self.fast()))
    }

    /// Leaves an array of objects, after its closing bracket.
    pub(crate) fn leave_objects(&mut self, fast: FastCursor<'a>) {
        self.resume(fast);
        self.depth -= 2;
    }

    /// A fast cursor at this position. After each move of this cursor, the caller needs a new one.
    #[inline(always)]
    pub(crate) fn fast(&self) -> FastCursor<'a> {
        FastCursor::new(self.bytes(), self.at)
    }

    /// Resumes at an earlier position, outside of any value.
    pub(crate) fn seek(&mut self, position: usize) {
        self.at = position;
    }

    /// Resumes at the position of the fast cursor.
    #[inline(always)]
    pub(crate) fn resume(&mut self, fast: FastCursor<'a>) {
        self.at = fast.position();
    }

    /// Reads a key and its colon.
    pub fn key(&mut self) -> Result<JsonStr<'a>, ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let key = self.string()?;
        self.colon()?;
        Ok(key)
    }

    /// Reads the colon after a key.
    pub fn colon(&mut self) -> Result<(), ParseError> {
        if self.peek() != Some(b':') {
            return Err(self.expected("a colon"));
        }
        self.at += 1;
        Ok(())
    }

    /// Skips a value, and checks it as strictly as any other.
    pub fn skip(&mut self) -> Result<(), ParseError> {
        match self.kind()? {
            ValueKind::Object => self.object(|cursor, _| cursor.skip()),
            ValueKind::Array => self.array(Self::skip),
            ValueKind::String => self.string().map(|_| ()),
            ValueKind::Number => self.number().map(|_| ()),
            ValueKind::Null => self.keyword("null"),
            ValueKind::Boolean if self.byte() == Some(b't') => self.keyword("true"),
            ValueKind::Boolean => self.keyword("false"),
        }
    }

    /// Reads the opening bracket. False: the closing bracket follows, and is read too.
    #[inline]
    fn enter(&mut self, open: u8, close: u8, what: &'static str) -> Result<bool, ParseError> {
        if self.peek() != Some(open) {
            return Err(self.expected(what));
        }
        self.increase_depth()?;
        self.at += 1;
        let is_empty = self.peek() == Some(close);
        if is_empty {
            self.at += 1;
            self.depth -= 1;
        }
        Ok(!is_empty)
    }

    fn increase_depth(&mut self) -> Result<(), ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(ParseError {
                at: self.at,
                kind: ParseErrorKind::TooDeep,
            });
        }
        self.depth += 1;
        Ok(())
    }

    /// Reads the comma before the next element, or the closing bracket (false).
    #[inline]
    fn has_next(&mut self, close: u8, what: &'static str) -> Result<bool, ParseError> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return Err(self.expected(what));
        }
        self.at += 1;
        let has_next = next == Some(b',');
        if !has_next {
            self.depth -= 1;
        }
        Ok(has_next)
    }

    #[inline(always)]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// The next byte that is not white space.
    #[inline(always)]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// The error that `what` is expected at this position.
    #[cold]
    pub fn expected(&self, what: &'static str) -> ParseError {
        let kind = if self.at >= self.text.len() {
            ParseErrorKind::End
        } else {
            ParseErrorKind::Expected(what)
        };
        ParseError { at: self.at, kind }
    }
}

/// Strings, numbers and keywords.
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
        let raw = self.text_from(start);
        self.at += 1;
        Ok(JsonStr { raw, escaped })
    }

    /// Reads a number and returns its text.
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
        Ok(self.text_from(start))
    }

    /// The text from an index to the next byte. Never the default: ASCII characters begin at both.
    fn text_from(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn keyword(&mut self, keyword: &'static str) -> Result<(), ParseError> {
        for expected in keyword.bytes() {
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

    /// Reads an escape, at whose backslash the cursor stands.
    fn escape(&mut self) -> Result<(), ParseError> {
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

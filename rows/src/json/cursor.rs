//! The cursor: objects, arrays, and the values that nobody asked for.

use super::{
    kind::{ParseError, ParseErrorKind, ValueKind},
    quick::Quick,
    string::JsonStr,
};

/// How deep objects and arrays may nest. A reply of the API nests three deep.
const MAX_DEPTH: u8 = 128;

/// A place in a JSON text.
pub struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: u8,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
        }
    }

    /// The length of the text, in bytes.
    pub(crate) fn length(&self) -> usize {
        self.text.len()
    }

    /// After the one value of a text: nothing but white space may follow.
    pub fn end(&mut self) -> Result<(), ParseError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the text")),
        }
    }

    /// The kind of the value that begins here; white space before it is passed over.
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

    /// Reads an object. `each` gets every key, with the cursor before the key's value, which it must read.
    pub fn object<E: From<ParseError>>(
        &mut self,
        mut each: impl FnMut(&mut Self, JsonStr<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.begin(b'{', b'}', "an object")? {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            each(self, key)?;
            if !self.goes_on(b'}', "a comma or a closing brace")? {
                return Ok(());
            }
        }
    }

    /// Reads an array. `each` is called with the cursor before each element, which it must read.
    #[inline]
    pub fn array<E: From<ParseError>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.begin(b'[', b']', "an array")? {
            return Ok(());
        }
        loop {
            each(self)?;
            if !self.goes_on(b']', "a comma or a closing bracket")? {
                return Ok(());
            }
        }
    }

    /// Enters an array of objects, to read those by wide loads; `None` when it is empty, and passed. After each move of
    /// the cursor a new [`Quick`] goes on from it.
    pub(crate) fn begin_objects(&mut self) -> Result<Option<Quick<'a>>, ParseError> {
        if !self.begin(b'[', b']', "an array")? {
            return Ok(None);
        }
        // The depth within the objects, which the quick way does not count.
        self.deepen()?;
        Ok(Some(self.quick()))
    }

    /// After the last of such objects.
    pub(crate) fn end_objects(&mut self, quick: Quick<'a>) {
        self.go_on(quick);
        self.depth -= 2;
    }

    /// Where this cursor is.
    #[inline(always)]
    pub(crate) fn quick(&self) -> Quick<'a> {
        Quick {
            text: self.bytes(),
            at: self.at,
        }
    }

    /// Takes over where that is.
    #[inline(always)]
    pub(crate) fn go_on(&mut self, quick: Quick<'a>) {
        self.at = quick.at;
    }

    /// Reads a key and the colon behind it.
    pub fn key(&mut self) -> Result<JsonStr<'a>, ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let key = self.string()?;
        self.colon()?;
        Ok(key)
    }

    /// Passes the colon behind a key.
    pub fn colon(&mut self) -> Result<(), ParseError> {
        if self.peek() != Some(b':') {
            return Err(self.expected("a colon"));
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a value that nobody asked for, as strictly as any other.
    pub fn skip(&mut self) -> Result<(), ParseError> {
        match self.kind()? {
            ValueKind::Object => self.object(|cursor, _| cursor.skip()),
            ValueKind::Array => self.array(Self::skip),
            ValueKind::String => self.string().map(|_| ()),
            ValueKind::Number => self.number().map(|_| ()),
            ValueKind::Null => self.word("null"),
            ValueKind::Boolean if self.byte() == Some(b't') => self.word("true"),
            ValueKind::Boolean => self.word("false"),
        }
    }

    #[inline]
    fn begin(&mut self, open: u8, close: u8, what: &'static str) -> Result<bool, ParseError> {
        if self.peek() != Some(open) {
            return Err(self.expected(what));
        }
        self.deepen()?;
        self.at += 1;
        let is_empty = self.peek() == Some(close);
        if is_empty {
            self.at += 1;
            self.depth -= 1;
        }
        Ok(!is_empty)
    }

    fn deepen(&mut self) -> Result<(), ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(ParseError {
                at: self.at,
                kind: ParseErrorKind::TooDeep,
            });
        }
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn goes_on(&mut self, close: u8, what: &'static str) -> Result<bool, ParseError> {
        let next = self.peek();
        if next != Some(b',') && next != Some(close) {
            return Err(self.expected(what));
        }
        self.at += 1;
        let goes_on = next == Some(b',');
        if !goes_on {
            self.depth -= 1;
        }
        Ok(goes_on)
    }

    #[inline(always)]
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline(always)]
    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    #[inline(always)]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// What should stand here.
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

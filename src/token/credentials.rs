//! A service account's credentials in the form of the vendor's `credentials.json`.
//!
//! The crate's own JSON cursor reads them. `serde_json` unescapes a string in a buffer of its own, which would leave a copy
//! of the private key in freed memory. Its errors quote values, too.

use std::fmt;

use zeroize::Zeroizing;

use super::{
    PrivateKey,
    unwrap::{self, PEM_BEGIN},
};
use crate::{
    error::{ErrorKind, SmsHistoryError},
    json::{Cursor, JsonStr, ParseError, ParseErrorKind, ValueKind},
    limits::MAX_SAFE_INTEGER,
    text,
};

/// The ids and the key of a service account. `Debug` shows only the two ids.
pub struct Credentials {
    account_id: u64,
    key_id: String,
    private_key: PrivateKey,
}

impl Credentials {
    /// Reads the text of a `credentials.json`: an object with `account_id` (a number or a string of digits), `key_id` and
    /// `private_key` (PEM). That object may be the member `result` of another one. Other members are ignored.
    ///
    /// The text may have the wrappings that secrets get: quotes, escapes, base64, percent-encoding, UTF-16, and real line
    /// breaks in the key.
    ///
    /// A parent account names a child account by the argument `account_id`, which replaces the one in the text.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`]. Its message names missing members, members of a wrong type, the byte at which the text
    /// stops being JSON, or the fault of the key. Of another text it says what that resembles. It quotes no value.
    pub fn from_json(json: &str, account_id: Option<u64>) -> Result<Self, SmsHistoryError> {
        let raw = parse(json)?;
        let missing: Vec<&str> = [
            (
                "account_id",
                account_id.is_none() && matches!(raw.account_id, Field::Absent),
            ),
            ("key_id", matches!(raw.key_id, Field::Absent)),
            ("private_key", matches!(raw.private_key, Field::Absent)),
        ]
        .into_iter()
        .filter_map(|(name, is_missing)| is_missing.then_some(name))
        .collect();
        if !missing.is_empty() {
            return Err(invalid(
                "credentials",
                "an object with account_id, key_id and private_key",
                &format!("one without {}", missing.join(" and ")),
            ));
        }
        Ok(Self {
            account_id: match account_id {
                Some(id) => valid_id(Some(id))?,
                None => raw.account_id.into_id()?,
            },
            key_id: valid_key_id(&raw.key_id.into_text("key_id")?)?,
            private_key: PrivateKey::from_pem(&raw.private_key.into_text("private_key")?)?,
        })
    }

    /// The account that the tokens are for: the `iss` claim.
    pub fn account_id(&self) -> u64 {
        self.account_id
    }

    /// The id of this key of the service account: the `kid` header.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The key to sign with.
    pub fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("account_id", &self.account_id)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The three required members, not yet validated.
#[derive(Default)]
struct RawCredentials {
    account_id: Field,
    key_id: Field,
    private_key: Field,
}

#[derive(Default)]
enum Field {
    #[default]
    Absent,
    Text(Zeroizing<String>),
    Integer(u64),
    /// The type's name of any other value.
    Other(&'static str),
}

impl Field {
    fn into_id(self) -> Result<u64, SmsHistoryError> {
        let got = match self {
            Self::Integer(id) => return valid_id(Some(id)),
            Self::Text(text) => {
                let digits = text.trim();
                // `parse` alone would accept a plus sign.
                if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
                    return valid_id(digits.parse().ok());
                }
                "a string that is not all digits"
            }
            Self::Other(got) => got,
            Self::Absent => "nothing",
        };
        Err(wrong_type("account_id", got))
    }

    fn into_text(self, name: &str) -> Result<Zeroizing<String>, SmsHistoryError> {
        let got = match self {
            Self::Text(text) if text.trim().is_empty() => "an empty string",
            Self::Text(text) => return Ok(text),
            Self::Integer(_) => "a number",
            Self::Other(got) => got,
            Self::Absent => "nothing",
        };
        Err(wrong_type(name, got))
    }
}

fn valid_id(id: Option<u64>) -> Result<u64, SmsHistoryError> {
    id.filter(|id| (1..=MAX_SAFE_INTEGER).contains(id))
        .ok_or_else(|| wrong_type("account_id", "an integer out of range"))
}

/// The longest key id, in bytes. The API documents no limit: its ids are much shorter, and a key is longer in every form.
const MAX_KEY_ID: usize = 128;

/// Returns the key id without outer white space. It is sent in each token's header, so no key may take its place.
fn valid_key_id(text: &str) -> Result<String, SmsHistoryError> {
    let id = text.trim();
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:@/+=".contains(&b);
    let got = if text::contains(id, PEM_BEGIN.trim_end()) {
        "a PEM; it belongs into private_key"
    } else if let Some(shape) = text::describe_unset(id) {
        shape
    } else if id.len() > MAX_KEY_ID {
        "a longer string"
    } else if !id.bytes().all(is_allowed) {
        "a string with other characters"
    } else {
        return Ok(id.to_owned());
    };
    let expected = format!("at most {MAX_KEY_ID} ASCII letters, digits and -._~:@/+=");
    Err(invalid("key_id", &expected, got))
}

/// An error for a member of the credentials that has another type than expected.
pub(crate) fn wrong_type(name: &str, got: &str) -> SmsHistoryError {
    let expected = match name {
        "account_id" => "an integer from 1 to 2^53-1 or a string of its digits",
        _ => "a string",
    };
    invalid(name, expected, got)
}

fn invalid(name: &str, expected: &str, got: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Credentials,
        format!("{name}: expected {expected}, got {got}"),
    )
}

fn parse(json: &str) -> Result<RawCredentials, SmsHistoryError> {
    let invalid = |got: &str| invalid("credentials", "the text of credentials.json", got);
    let unwrapped = unwrap::unwrap(json);
    let content = unwrapped.as_deref().map_or(json, String::as_str);
    if let Some(tool) = unwrap::encrypted_by(content) {
        return Err(invalid(&format!(
            "a file encrypted by {tool}; decrypt it first"
        )));
    }
    let text = unwrapped
        .ok_or_else(|| invalid(unwrap::describe(json).unwrap_or("text without a JSON object")))?;
    if text.starts_with(PEM_BEGIN) {
        return Err(invalid("a PEM alone; pass the whole file"));
    }
    read(&text).or_else(|error| {
        let repaired = unwrap::repair_line_breaks(&text);
        read(&repaired).map_err(|second| {
            if let Some(shape) = unwrap::describe(&text) {
                return invalid(shape);
            }
            if let Some(word) = word_at(&repaired, second.error.at) {
                return match second.member {
                    Some(member) => wrong_type(member, word),
                    None => invalid(&format!("JSON with {word}; JSON has no such value")),
                };
            }
            // Bytes of the caller's text, if it has no wrapping.
            let is_wrapped = !unwrap::is_object(unwrap::trim(json));
            let (start, end) = match json.find('{') {
                Some(start) if !is_wrapped => (start, json.len()),
                _ => (0, text.len()),
            };
            invalid(&match second.error.kind {
                ParseErrorKind::End => {
                    format!("JSON that ends at byte {end}; the text is cut off")
                }
                ParseErrorKind::Expected(_) | ParseErrorKind::TooDeep => format!(
                    "text that is not a JSON object (wrong at byte {})",
                    start + error.error.at
                ),
            })
        })
    })
}

/// A fault of the JSON, and the required member that has it as its value.
struct ReadError {
    error: ParseError,
    member: Option<&'static str>,
}

impl From<ParseError> for ReadError {
    fn from(error: ParseError) -> Self {
        Self {
            error,
            member: None,
        }
    }
}

/// Returns the word around this byte if other languages than JSON have it as a value. Other words are not quoted.
fn word_at(text: &str, at: usize) -> Option<&'static str> {
    const WORDS: [&str; 8] = [
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "undefined",
        "None",
        "True",
        "False",
    ];
    let (before, after) = text.split_at_checked(at)?;
    let is_other = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    let start = before.rfind(is_other).map_or(0, |index| index + 1);
    let end = after.find(is_other).map_or(text.len(), |index| at + index);
    WORDS
        .into_iter()
        .find(|word| text.get(start..end) == Some(word))
}

fn read(text: &str) -> Result<RawCredentials, ReadError> {
    let mut cursor = Cursor::new(text);
    let mut raw = RawCredentials::default();
    let mut wrapped = None;
    cursor.object(|cursor, key| {
        if key.to_name() == "result" && cursor.kind()? == ValueKind::Object {
            let inner = wrapped.insert(RawCredentials::default());
            cursor.object(|cursor, key| inner.read_member(cursor, key))
        } else {
            raw.read_member(cursor, key)
        }
    })?;
    cursor.end()?;
    Ok(wrapped.unwrap_or(raw))
}

impl RawCredentials {
    /// Reads a member's value. The last member of a name counts, as in `JSON.parse`.
    fn read_member(&mut self, cursor: &mut Cursor<'_>, key: JsonStr<'_>) -> Result<(), ReadError> {
        let (member, field) = match &*key.to_name() {
            "account_id" => ("account_id", &mut self.account_id),
            "key_id" => ("key_id", &mut self.key_id),
            "private_key" => ("private_key", &mut self.private_key),
            _ => return Ok(cursor.skip()?),
        };
        *field = Field::read(cursor).map_err(|error| ReadError {
            error,
            member: Some(member),
        })?;
        Ok(())
    }
}

impl Field {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, ParseError> {
        Ok(match cursor.kind()? {
            ValueKind::String => Self::Text(Zeroizing::new(cursor.string()?.to_text())),
            ValueKind::Number => {
                let number = cursor.number()?;
                let integer = text::parse_integer(number).and_then(|id| id.try_into().ok());
                integer.map_or(
                    Self::Other("a number that is negative, too large or not an integer"),
                    Self::Integer,
                )
            }
            other => {
                cursor.skip()?;
                Self::Other(other.name())
            }
        })
    }
}

//! A service account's credentials, as the vendor's `credentials.json` has them.

use std::fmt;

use zeroize::Zeroizing;

use super::PrivateKey;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    json::{Cursor, JsonStr, ParseError, ParseErrorKind, ValueKind},
};

/// Integers above this lose digits in JavaScript, so no id above it can be right: 2^53 - 1.
const MAX_ID: u64 = (1 << 53) - 1;

/// Who signs, for which account, and with which key. `Debug` shows the two ids alone.
pub struct Credentials {
    account_id: u64,
    key_id: String,
    private_key: PrivateKey,
}

impl Credentials {
    /// Reads the text of a `credentials.json`: an object with `account_id` (a number or a string of digits), `key_id` and
    /// `private_key` (PEM), or the same object as the member `result` of another one. Other members are ignored.
    ///
    /// A parent account names a child account by `account_id`; it takes the place of the one in the text.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`], which names the members that are missing or of a wrong type, the byte at which the
    /// text stops being JSON, or what is wrong with the key; and quotes none of it.
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
            return Err(refuse(format!(
                "the credentials lack {}; an object with account_id, key_id and private_key was expected",
                missing.join(" and ")
            )));
        }
        Ok(Self {
            account_id: match account_id {
                Some(id) => valid_id(Some(id))?,
                None => raw.account_id.into_id()?,
            },
            key_id: raw.key_id.into_text("key_id")?.to_string(),
            private_key: PrivateKey::from_pem(&raw.private_key.into_text("private_key")?)?,
        })
    }

    /// The account that tokens are for: the `iss` claim.
    pub fn account_id(&self) -> u64 {
        self.account_id
    }

    /// Which of the service account's keys this is: the `kid` header.
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

/// The three members that matter, as they stand in the text.
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
    /// Something else: its type's name.
    Other(&'static str),
}

impl Field {
    fn into_id(self) -> Result<u64, SmsHistoryError> {
        match self {
            Self::Integer(id) => valid_id(Some(id)),
            // Digits alone: `parse` would take a plus sign too.
            Self::Text(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                valid_id(text.parse().ok())
            }
            Self::Text(_) => Err(wrong_type(
                "account_id",
                "a string that is not all digits",
                ID,
            )),
            Self::Other(got) => Err(wrong_type("account_id", got, ID)),
            Self::Absent => Err(wrong_type("account_id", "missing", ID)),
        }
    }

    fn into_text(self, name: &str) -> Result<Zeroizing<String>, SmsHistoryError> {
        let got = match self {
            Self::Text(text) if text.trim().is_empty() => "an empty string",
            Self::Text(text) => return Ok(text),
            Self::Integer(_) => "a number",
            Self::Other(got) => got,
            Self::Absent => "missing",
        };
        Err(wrong_type(name, got, "a string"))
    }
}

const ID: &str = "a whole number from 1 to 2^53-1 or a string of its digits";

fn valid_id(id: Option<u64>) -> Result<u64, SmsHistoryError> {
    id.filter(|id| (1..=MAX_ID).contains(id))
        .ok_or_else(|| wrong_type("account_id", "out of range", ID))
}

fn wrong_type(name: &str, got: &str, expected: &str) -> SmsHistoryError {
    refuse(format!(
        "the credentials' {name} is {got}; {expected} was expected"
    ))
}

fn refuse(what: String) -> SmsHistoryError {
    SmsHistoryError::new(ErrorKind::Credentials, what)
}

/// Reads the JSON; this function alone knows by what.
fn parse(json: &str) -> Result<RawCredentials, SmsHistoryError> {
    // Windows editors put a byte order mark first.
    let text = json.strip_prefix('\u{feff}').unwrap_or(json);
    read(text).map_err(|fault| {
        let what = match fault.kind {
            _ if text.trim().is_empty() => "are an empty text".to_owned(),
            _ if text.trim_start().starts_with("-----BEGIN") => "are a PEM alone".to_owned(),
            ParseErrorKind::End => format!("are cut off: the JSON ends at byte {}", json.len()),
            ParseErrorKind::Expected(_) | ParseErrorKind::TooDeep => {
                format!(
                    "are not a JSON object (wrong at byte {})",
                    json.len() - text.len() + fault.at
                )
            }
        };
        refuse(format!(
            "the credentials {what}; the text of credentials.json was expected"
        ))
    })
}

fn read(text: &str) -> Result<RawCredentials, ParseError> {
    let mut cursor = Cursor::new(text);
    let mut raw = RawCredentials::default();
    let mut wrapped = None;
    cursor.object(|cursor, key| {
        if key.to_name() == "result" && cursor.kind()? == ValueKind::Object {
            let inner = wrapped.insert(RawCredentials::default());
            cursor.object(|cursor, key| inner.member(cursor, key))
        } else {
            raw.member(cursor, key)
        }
    })?;
    cursor.end()?;
    Ok(wrapped.unwrap_or(raw))
}

impl RawCredentials {
    /// Reads a member's value. Of several with one name the last counts, as in `JSON.parse`.
    fn member(&mut self, cursor: &mut Cursor<'_>, key: JsonStr<'_>) -> Result<(), ParseError> {
        let field = match &*key.to_name() {
            "account_id" => &mut self.account_id,
            "key_id" => &mut self.key_id,
            "private_key" => &mut self.private_key,
            _ => return cursor.skip(),
        };
        *field = match cursor.kind()? {
            ValueKind::String => Field::Text(Zeroizing::new(cursor.string()?.to_text())),
            ValueKind::Number => {
                let number = cursor.number()?;
                number.parse().map_or(
                    Field::Other("a number that is negative, too large or not whole"),
                    Field::Integer,
                )
            }
            other => {
                cursor.skip()?;
                Field::Other(other.name())
            }
        };
        Ok(())
    }
}

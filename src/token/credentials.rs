//! A service account's credentials in the form of the vendor's `credentials.json`.
//!
//! The crate's own JSON cursor reads them, not `serde_json`: that unescapes a string in a buffer of its own, which would
//! leave a copy of the private key in freed memory. Its errors quote values, too.

use std::fmt;

use zeroize::Zeroizing;

use super::PrivateKey;
use crate::{
    error::{ErrorKind, SmsHistoryError},
    json::{Cursor, JsonStr, ParseError, ParseErrorKind, ValueKind},
    limits::MAX_SAFE_INTEGER,
};

/// The ids and the key of a service account. `Debug` shows only the two ids.
pub struct Credentials {
    account_id: u64,
    key_id: String,
    private_key: PrivateKey,
}

impl Credentials {
    /// Reads the text of a `credentials.json`: an object with `account_id` (a number or a string of digits), `key_id` and
    /// `private_key` (PEM), or that object as the member `result` of another one. Other members are ignored.
    ///
    /// A parent account names a child account by the argument `account_id`, which replaces the one in the text.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] names missing members, members of a wrong type, the byte at which the text stops being
    /// JSON, or the fault of the key. The message quotes no value.
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
            key_id: raw.key_id.into_text("key_id")?.to_string(),
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
            // `parse` alone would accept a plus sign.
            Self::Text(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                return valid_id(text.parse().ok());
            }
            Self::Text(_) => "a string that is not all digits",
            Self::Other(got) => got,
            Self::Absent => "nothing",
        };
        Err(invalid("account_id", ID, got))
    }

    fn into_text(self, name: &str) -> Result<Zeroizing<String>, SmsHistoryError> {
        let got = match self {
            Self::Text(text) if text.trim().is_empty() => "an empty string",
            Self::Text(text) => return Ok(text),
            Self::Integer(_) => "a number",
            Self::Other(got) => got,
            Self::Absent => "nothing",
        };
        Err(invalid(name, "a string", got))
    }
}

const ID: &str = "an integer from 1 to 2^53-1 or a string of its digits";

fn valid_id(id: Option<u64>) -> Result<u64, SmsHistoryError> {
    id.filter(|id| (1..=MAX_SAFE_INTEGER).contains(id))
        .ok_or_else(|| invalid("account_id", ID, "an integer out of range"))
}

fn invalid(name: &str, expected: &str, got: &str) -> SmsHistoryError {
    SmsHistoryError::new(
        ErrorKind::Credentials,
        format!("{name}: expected {expected}, got {got}"),
    )
}

fn parse(json: &str) -> Result<RawCredentials, SmsHistoryError> {
    // Windows editors write a byte order mark.
    let text = json.strip_prefix('\u{feff}').unwrap_or(json);
    read(text).map_err(|error| {
        let got = match error.kind {
            _ if text.trim().is_empty() => "an empty text".to_owned(),
            _ if text.trim_start().starts_with("-----BEGIN") => {
                "a PEM alone; pass the whole file".to_owned()
            }
            ParseErrorKind::End => {
                format!("JSON that ends at byte {}; the text is cut off", json.len())
            }
            ParseErrorKind::Expected(_) | ParseErrorKind::TooDeep => format!(
                "text that is not a JSON object (wrong at byte {})",
                json.len() - text.len() + error.at
            ),
        };
        invalid("credentials", "the text of credentials.json", &got)
    })
}

fn read(text: &str) -> Result<RawCredentials, ParseError> {
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
    fn read_member(&mut self, cursor: &mut Cursor<'_>, key: JsonStr<'_>) -> Result<(), ParseError> {
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
                    Field::Other("a number that is negative, too large or not an integer"),
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

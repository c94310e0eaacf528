//! Bearer tokens and their sources.

mod cache;
#[cfg(target_family = "wasm")]
mod callback;
#[cfg(feature = "sign")]
mod credentials;
#[cfg(feature = "sign")]
mod private_key;
#[cfg(feature = "sign")]
mod service_account;
#[cfg(feature = "sign")]
mod unwrap;
#[cfg(all(target_family = "wasm", feature = "sign"))]
mod webcrypto;

use std::{borrow::Cow, fmt, future::Future, rc::Rc};

use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
    redact, text,
};

pub use cache::CachedTokenSource;
#[cfg(target_family = "wasm")]
pub use callback::CallbackToken;
#[cfg(feature = "sign")]
pub use credentials::Credentials;
#[cfg(all(target_family = "wasm", feature = "sign", feature = "js"))]
pub(crate) use credentials::wrong_type;
#[cfg(feature = "sign")]
pub use private_key::PrivateKey;
#[cfg(feature = "sign")]
pub use service_account::{ServiceAccount, Signer};
#[cfg(all(target_family = "wasm", feature = "sign"))]
pub use webcrypto::WebCryptoSigner;

/// A bearer token. `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken(String);

impl BearerToken {
    /// Checks a token against the syntax of the `Authorization` header (RFC 6750 §2.1, `b64token`).
    ///
    /// # Errors
    /// [`ErrorKind::Token`] for an empty string, the prefix `Bearer `, and characters that the header does not allow, such
    /// as line breaks and quotes. The same for the words of an unset variable, such as `undefined`, and for base64 of a PEM or
    /// of a JSON object. The message never quotes the token.
    pub fn new(token: impl Into<String>) -> Result<Self, SmsHistoryError> {
        let token = token.into();
        let invalid = |got: String| {
            Err(SmsHistoryError::new(
                ErrorKind::Token,
                format!("token: expected a JWT, got {got}"),
            ))
        };
        if token.is_empty() {
            return invalid("an empty string".into());
        }
        let prefix = token.get(..7).unwrap_or_default();
        if prefix.eq_ignore_ascii_case("bearer ") {
            return invalid("text that begins with \"Bearer \"; pass the token alone".into());
        }
        // Padding may end a token, but not be all of it.
        let unpadded = token.trim_end_matches('=').len().max(1);
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
        let wrong = token.bytes().take(unpadded).position(|b| !is_allowed(b));
        if let Some(index) = wrong {
            let what = match token.as_bytes()[index] {
                b'=' => "padding before the end",
                b'\n' | b'\r' => "a line break",
                b' ' | b'\t' => "white space",
                b'"' | b'\'' => "a quote",
                b'{' | b'<' => "a bracket (JSON or HTML instead of a token?)",
                _ => "a character that tokens do not contain",
            };
            return invalid(format!("{} bytes with {what} at byte {index}", token.len()));
        }
        if let Some(shape) = text::describe_unset(&token) {
            return invalid(shape.into());
        }
        // Base64 of `-----BEGIN`, and of the beginnings of an object: `{"`, `{` and a line break. A JWT has dots.
        let is_secret = ["LS0tLS1CRUdJT", "eyJ", "ewo", "ew0"]
            .iter()
            .any(|begin| token.starts_with(begin));
        if is_secret && !token.contains('.') {
            return invalid(
                "base64 of a PEM or of JSON; keep a key to yourself, and pass a token signed with it".into(),
            );
        }
        Ok(Self(token))
    }

    /// The token itself, for the `Authorization` header.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Replaces the token by `…` wherever a text repeats it: whole, in part, cut, in another case, or percent-encoded.
    ///
    /// A part is any 8 characters or more that occur in the token. A shorter token is replaced where it is a whole word.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        redact::without_token(text, &self.0)
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerToken(<{} bytes>)", self.0.len())
    }
}

/// A source of tokens, asked before each request.
pub trait TokenSource {
    /// Returns a token that should be valid now. `renew` means that the API rejected the last one, so the source must not
    /// return it again.
    fn bearer(&self, renew: bool) -> impl Future<Output = Result<BearerToken, SmsHistoryError>>;

    /// Whether the source may have another token. If not, the caller gets the API's rejection of this one.
    fn can_renew(&self) -> bool {
        true
    }

    /// The cached token that the next request will use, if there is one.
    fn cached_token(&self) -> Option<BearerToken> {
        None
    }

    /// Sets the clock skew in milliseconds: server time minus local time, or 0 if it is negligible.
    ///
    /// The client calls this before `bearer(true)` if the response that rejected the token had a `Date` header.
    fn set_clock_skew(&self, _skew: EpochMillis) {}
}

// Several clients may share one service account, and so one cached token.
impl<T: TokenSource> TokenSource for Rc<T> {
    fn bearer(&self, renew: bool) -> impl Future<Output = Result<BearerToken, SmsHistoryError>> {
        T::bearer(self, renew)
    }

    fn can_renew(&self) -> bool {
        T::can_renew(self)
    }

    fn cached_token(&self) -> Option<BearerToken> {
        T::cached_token(self)
    }

    fn set_clock_skew(&self, skew: EpochMillis) {
        T::set_clock_skew(self, skew);
    }
}

/// The token source of clients behind a relay: there is none.
#[derive(Clone, Copy, Debug)]
pub enum NoToken {}

impl TokenSource for NoToken {
    async fn bearer(&self, _renew: bool) -> Result<BearerToken, SmsHistoryError> {
        match *self {}
    }
}

/// A token source that returns the same token for every request.
#[derive(Clone, Debug)]
pub struct StaticToken(BearerToken);

impl StaticToken {
    /// Creates a source of this token.
    pub fn new(bearer: BearerToken) -> Self {
        Self(bearer)
    }
}

impl TokenSource for StaticToken {
    /// # Errors
    /// [`ErrorKind::Token`] with `renew`: there is no second token.
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        if renew {
            return Err(SmsHistoryError::new(
                ErrorKind::Token,
                "token: expected one that the API accepts, got a rejected fixed token; pass a callback to renew it",
            ));
        }
        Ok(self.0.clone())
    }

    fn can_renew(&self) -> bool {
        false
    }
}

//! Where bearer tokens come from: the trait, the redacted token, and one file a source.

mod cache;
#[cfg(target_family = "wasm")]
mod callback;
#[cfg(feature = "sign")]
mod credentials;
#[cfg(feature = "sign")]
mod der;
mod expiry;
#[cfg(feature = "sign")]
mod jwt;
#[cfg(feature = "sign")]
mod pem;
#[cfg(feature = "sign")]
mod service_account;
mod static_token;
#[cfg(all(target_family = "wasm", feature = "sign"))]
mod webcrypto;

use std::{fmt, future::Future, rc::Rc};

use crate::{
    clock::EpochMillis,
    error::{ErrorKind, SmsHistoryError},
};

pub use cache::CachedTokenSource;
#[cfg(target_family = "wasm")]
pub use callback::CallbackToken;
#[cfg(feature = "sign")]
pub use credentials::Credentials;
#[cfg(feature = "sign")]
pub use pem::PrivateKey;
#[cfg(feature = "sign")]
pub use service_account::{ServiceAccount, Signer};
pub use static_token::StaticToken;
#[cfg(all(target_family = "wasm", feature = "sign"))]
pub use webcrypto::WebCryptoSigner;

/// A bearer token. `Debug` shows its length alone.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken(String);

impl BearerToken {
    /// Takes a token as it stands in the `Authorization` header after `BearerToken ` (RFC 6750 §2.1, `b64token`).
    ///
    /// # Errors
    /// [`ErrorKind::Token`] when it is empty, begins with `BearerToken `, or has a character that is not allowed there (a
    /// newline, a quote, ...).
    pub fn new(token: impl Into<String>) -> Result<Self, SmsHistoryError> {
        let token = token.into();
        let refuse = |what: String| Err(SmsHistoryError::new(ErrorKind::Token, what));
        if token.is_empty() {
            return refuse("the token is an empty string; a JWT was expected".into());
        }
        if token
            .get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
        {
            return refuse("the token begins with \"Bearer \"; give the token alone".into());
        }
        // Padding stands at the end alone, and not by itself.
        let padded = token.trim_end_matches('=').len().max(1);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b);
        let wrong = token.bytes().take(padded).position(|b| !allowed(b));
        if let Some(at) = wrong {
            let what = match token.as_bytes()[at] {
                b'=' => "a = where no padding belongs",
                b'\n' | b'\r' => "a line break",
                b' ' | b'\t' => "white space",
                b'"' | b'\'' => "a quote",
                b'{' | b'<' => "a bracket (is it JSON or HTML instead of a token?)",
                _ => "a character that no token has",
            };
            return refuse(format!(
                "the token ({} bytes) has {what} at byte {at}; a JWT was expected",
                token.len()
            ));
        }
        Ok(Self(token))
    }

    /// The token itself, for the `Authorization` header.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer(<{} bytes>)", self.0.len())
    }
}

/// Gives a token for the next request.
pub trait TokenSource {
    /// A token that should be valid now. With `renew` the last one was refused: a cached token must not come again.
    fn bearer(&self, renew: bool) -> impl Future<Output = Result<BearerToken, SmsHistoryError>>;

    /// Whether there may be another token. If not, the API's refusal of this one is what the caller gets.
    fn can_renew(&self) -> bool {
        true
    }

    /// The token that is kept for further requests, if one is.
    fn cached_token(&self) -> Option<BearerToken> {
        None
    }

    /// Learns by how many milliseconds the server's clock is ahead of this machine's (behind: negative; as good as the same:
    /// 0). Called before `bearer(true)` when the reply that refused the token told the server's time.
    fn set_clock_skew(&self, _skew: EpochMillis) {}
}

// One service account (and so one cached token) may serve several clients.
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

//! A token that was made elsewhere and stays what it is.

use super::{BearerToken, TokenSource};
use crate::error::{ErrorKind, SmsHistoryError};

/// Gives the same token for every request, until it is refused.
#[derive(Clone, Debug)]
pub struct StaticToken(BearerToken);

impl StaticToken {
    /// A source of this one token.
    pub fn new(bearer: BearerToken) -> Self {
        Self(bearer)
    }
}

impl TokenSource for StaticToken {
    /// # Errors
    /// [`ErrorKind::Token`] with `renew`: there is no second token to give.
    async fn bearer(&self, renew: bool) -> Result<BearerToken, SmsHistoryError> {
        if renew {
            return Err(SmsHistoryError::new(
                ErrorKind::Token,
                "the token was refused and a fixed token can't be renewed; give a callback",
            ));
        }
        Ok(self.0.clone())
    }

    fn can_renew(&self) -> bool {
        false
    }
}

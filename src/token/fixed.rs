//! A token that was made elsewhere and stays what it is.

use super::{Bearer, TokenSource};
use crate::error::{ErrorKind, SmsHistoryError};

/// Gives the same token for every request, until it is refused.
#[derive(Clone, Debug)]
pub struct FixedToken(Bearer);

impl FixedToken {
    /// A source of this one token.
    pub fn new(bearer: Bearer) -> Self {
        Self(bearer)
    }
}

impl TokenSource for FixedToken {
    /// # Errors
    /// [`ErrorKind::Token`] with `renew`: there is no second token to give.
    async fn bearer(&self, renew: bool) -> Result<Bearer, SmsHistoryError> {
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

//! The straight line: query -> request -> token -> transport -> response -> page.

use crate::{
    base_url::BaseUrl,
    error::{ErrorKind, SmsHistoryError},
    page::SmsHistoryPage,
    query::{Output, SmsHistoryQuery},
    request::Request,
    response::{self, SmsHistoryFile},
    token::TokenSource,
    transport::{Reply, Transport},
};

/// Reads the SMS history over any [`Transport`], with tokens from any [`TokenSource`].
#[derive(Debug)]
pub struct SmsHistoryClient<T, S> {
    base_url: BaseUrl,
    transport: T,
    tokens: S,
}

impl<T: Transport, S: TokenSource> SmsHistoryClient<T, S> {
    /// A client of the API behind `base_url`.
    pub fn new(base_url: BaseUrl, transport: T, tokens: S) -> Self {
        Self {
            base_url,
            transport,
            tokens,
        }
    }

    /// Reads one page, of at most 1,000 messages.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] before anything is sent, also when the query asks for a file; [`ErrorKind::Token`] when
    /// there is no token; what the [`Transport`] and [`response::read_page`] say otherwise.
    pub async fn get_sms_history(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryPage, SmsHistoryError> {
        if query.output() != Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: a page is read as JSON; for a CSV or XLS file call download()",
            ));
        }
        response::read_page(&self.send(query).await?)
    }

    /// Reads one page, of at most 1,000 messages, as the CSV or XLS file that the API makes of it.
    ///
    /// # Errors
    /// As [`SmsHistoryClient::get_sms_history`]; [`ErrorKind::InvalidQuery`] when the query asks for no file.
    pub async fn download(
        &self,
        query: &SmsHistoryQuery,
    ) -> Result<SmsHistoryFile, SmsHistoryError> {
        if query.output() == Output::Json {
            return Err(SmsHistoryError::new(
                ErrorKind::InvalidQuery,
                "output: expected \"csv\" or \"xls\" to download a file",
            ));
        }
        response::read_file(self.send(query).await?)
    }

    async fn send(&self, query: &SmsHistoryQuery) -> Result<Reply, SmsHistoryError> {
        let pairs = query.pairs()?;
        let bearer = self.tokens.bearer(false).await?;
        self.transport
            .send(&Request::new(&self.base_url, &pairs, bearer))
            .await
    }
}

//! A whole history as a file.

use futures_util::stream::{Stream, unfold};

use super::{ExportOptions, Exporter, Format};
use crate::{
    clock::{Clock, SystemClock},
    error::SmsHistoryError,
    history::History,
    http::Transport,
    token::TokenSource,
};

/// A whole history as a file, chunk by chunk. Its first page has arrived, so a server that sends it can still answer with an
/// error until then. Dropping it aborts its requests.
///
/// The file is complete when [`HistoryExport::next`] has returned `None`. See [`ExportOptions::trailer`] for receivers that
/// cannot see an error.
pub struct HistoryExport<T, S, C = SystemClock> {
    history: History<T, S, C>,
    exporter: Exporter,
    total: Option<u64>,
    /// The chunk of the first page.
    first: Option<Vec<u8>>,
    has_ended: bool,
}

impl<T, S, C> HistoryExport<T, S, C>
where
    T: Transport + 'static,
    S: TokenSource + 'static,
    C: Clock + 'static,
{
    pub(crate) async fn open(
        history: History<T, S, C>,
        options: ExportOptions,
    ) -> Result<Self, SmsHistoryError> {
        let mut export = Self {
            history,
            exporter: Exporter::new(options)?,
            total: None,
            first: None,
            has_ended: false,
        };
        export.first = export.read().await.transpose()?;
        let rows_to_come = export.history.rows_to_come();
        export.total = rows_to_come.map(|rows| export.exporter.rows() + rows);
        Ok(export)
    }

    /// Returns the next bytes of the file. `None` after the last ones.
    ///
    /// # Errors
    /// Those of [`History::next`]. The bytes before the error are not a complete file.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, SmsHistoryError>> {
        match self.first.take() {
            Some(chunk) => Some(Ok(chunk)),
            None => self.read().await,
        }
    }

    /// Turns the export into a stream of bytes.
    pub fn into_stream(self) -> impl Stream<Item = Result<Vec<u8>, SmsHistoryError>> {
        unfold(self, |mut export| async {
            let chunk = export.next().await?;
            Some((chunk, export))
        })
    }

    /// The number of messages that the file will have, as far as the first page says. `None` if the API sent no count.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The number of messages in the chunks so far.
    pub fn rows(&self) -> u64 {
        self.exporter.rows()
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.exporter.format()
    }

    async fn read(&mut self) -> Option<Result<Vec<u8>, SmsHistoryError>> {
        while !self.has_ended {
            let page = match self.history.next().await.transpose() {
                Ok(page) => page,
                Err(error) => {
                    self.has_ended = true;
                    return Some(Err(error));
                }
            };
            self.has_ended = page.is_none();
            let chunk = self.exporter.chunk(page.as_ref());
            if !chunk.is_empty() {
                return Some(Ok(chunk));
            }
        }
        None
    }
}

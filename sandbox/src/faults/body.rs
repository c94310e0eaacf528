//! Bodies that end early, stop, or come slowly.

use crate::connection::Line;
use axum::body::{Body, Bytes};
use futures_util::stream;
use std::io::{Error, ErrorKind};
use std::time::Duration;

/// What comes after the part of a body that is sent.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing, for as long as the client waits.
    Hang,
}

/// A body of which this is all that is sent. It is surely sent before the ending comes: what a server still holds
/// when a body fails is thrown away, so the ending waits until the system has it all.
pub(super) fn cut(bytes: Bytes, ending: Ending, line: Line) -> Body {
    enum Step {
        Send(Bytes),
        End(u64),
    }
    let steps = stream::try_unfold(Step::Send(bytes), move |step| {
        let line = line.clone();
        async move {
            let since = match step {
                Step::Send(bytes) if !bytes.is_empty() => {
                    return Ok(Some((bytes, Step::End(line.flushes()))));
                }
                Step::Send(_) => line.flushes(),
                Step::End(since) => since,
            };
            line.flushed(since).await;
            match ending {
                Ending::Close => {}
                Ending::Reset => line.reset(),
                Ending::Hang => std::future::pending().await,
            }
            Err(Error::new(ErrorKind::UnexpectedEof, "cut on purpose"))
        }
    });
    Body::from_stream(steps)
}

/// A body that comes in drops, one at once and one after each interval.
pub(super) fn drip(bytes: Bytes, size: usize, interval: Duration) -> Body {
    let drops = stream::unfold((bytes, true), move |(mut rest, first)| async move {
        if rest.is_empty() {
            return None;
        }
        if !first {
            tokio::time::sleep(interval).await;
        }
        let drop = rest.split_to(size.min(rest.len()));
        Some((Ok::<_, Error>(drop), (rest, false)))
    });
    Body::from_stream(drops)
}

//! Connections that can be broken off on purpose.
//!
//! HTTP servers take care that connections end well. Faults need the opposite: a reset instead of a reply, or bytes
//! that were surely sent before the connection dies. So every connection is accepted by the listener here, and each
//! of its requests gets a [`Line`], the handle to the connection that it came over.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A handle to the connection of a request.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<State>);

#[derive(Default)]
struct State {
    reset: AtomicBool,
    flushes: AtomicU64,
    flushed: Notify,
}

impl Line {
    /// Ends the connection with a TCP reset as soon as the server touches it again: nothing more is sent.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Release);
    }

    /// How often all that the server had to say was handed to the system. To be held against [`Self::flushed`].
    pub(crate) fn flushes(&self) -> u64 {
        self.0.flushes.load(Ordering::Acquire)
    }

    /// Waits until all is handed to the system once more.
    pub(crate) async fn flushed(&self, since: u64) {
        loop {
            // Made before the look at the counter, so that no flush falls between the two.
            let next = self.0.flushed.notified();
            if self.flushes() > since {
                return;
            }
            next.await;
        }
    }
}

/// What a connection is made of: a TCP stream, or something around one.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The stream that has the socket.
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// A connection that its [`Line`] can reset.
pub(crate) struct Connection<S: Stream> {
    stream: S,
    line: Line,
}

impl<S: Stream> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        // Drops of bytes are to arrive as drops. A system that refuses only makes them larger.
        let _ = stream.tcp().set_nodelay(true);
        Self {
            stream,
            line: Line::default(),
        }
    }

    pub(crate) fn line(&self) -> Line {
        self.line.clone()
    }

    fn check(&self) -> Result<()> {
        if self.line.0.reset.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::ConnectionReset, "reset on purpose"));
        }
        Ok(())
    }
}

impl<S: Stream> Drop for Connection<S> {
    fn drop(&mut self) {
        if self.check().is_err() {
            // Closed with nothing to linger for, a connection ends by RST instead of FIN.
            let _ = self.stream.tcp().set_zero_linger();
        }
    }
}

impl<S: Stream> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: Stream> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    // The server flushes when it has written all it had.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.check()?;
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = flushed {
            self.line.0.flushes.fetch_add(1, Ordering::AcqRel);
            self.line.0.flushed.notify_waiters();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Accepts connections as they come.
pub(crate) struct Plain(pub(crate) TcpListener);

impl Listener for Plain {
    type Io = Connection<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        // axum's own waits and tries again if the system is out of something.
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Connection::new(stream), address)
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Plain>> for Line {
    fn connect_info(stream: IncomingStream<'_, Plain>) -> Self {
        stream.io().line()
    }
}

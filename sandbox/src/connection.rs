//! Connections that faults can break, over TCP and TLS.
//!
//! HTTP servers close connections in order. Faults need a reset instead of a response, or a proof that bytes were sent
//! before the connection ends. The listeners here give each request a [`ConnectionHandle`] for that.

use crate::error::StartError;
use axum::serve::Listener;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// A handle to the connection that a request came over.
#[derive(Clone, Default)]
pub(crate) struct ConnectionHandle(Arc<State>);

#[derive(Default)]
struct State {
    reset: AtomicBool,
    flushes: AtomicU64,
    flushed: Notify,
}

impl ConnectionHandle {
    /// Ends the connection with a TCP reset at the server's next read or write. No more bytes are sent.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Release);
    }

    /// How many times the server has passed all of its bytes to the system. An argument for [`Self::flushed`].
    pub(crate) fn flushes(&self) -> u64 {
        self.0.flushes.load(Ordering::Acquire)
    }

    /// Waits until the number of flushes is larger than `since`.
    pub(crate) async fn flushed(&self, since: u64) {
        loop {
            // Created before the counter is read, so that no flush is missed between the two.
            let next = self.0.flushed.notified();
            if self.flushes() > since {
                return;
            }
            next.await;
        }
    }
}

/// A TCP stream, or a stream over one.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The TCP stream.
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// A connection that its [`ConnectionHandle`] can reset.
pub(crate) struct Connection<S: Stream> {
    stream: S,
    handle: ConnectionHandle,
}

impl<S: Stream> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        // Small writes must arrive as small packets. If the system does not support it, they are merged.
        let _ = stream.tcp().set_nodelay(true);
        Self {
            stream,
            handle: ConnectionHandle::default(),
        }
    }

    pub(crate) fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    fn check(&self) -> Result<()> {
        if self.handle.0.reset.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::ConnectionReset, "injected reset"));
        }
        Ok(())
    }
}

impl<S: Stream> Drop for Connection<S> {
    fn drop(&mut self) {
        if self.check().is_err() {
            // With zero linger, closing sends RST instead of FIN.
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

    // The server flushes when it has written all of its bytes.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.check()?;
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = flushed {
            self.handle.0.flushes.fetch_add(1, Ordering::AcqRel);
            self.handle.0.flushed.notify_waiters();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Accepts TCP connections.
pub(crate) struct TcpConnections(pub(crate) TcpListener);

impl Listener for TcpConnections {
    type Io = Connection<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        // axum's listener waits and retries if the system has no free file descriptors.
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Connection::new(stream), address)
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A key and a self-signed certificate, generated for each sandbox.
pub(crate) struct Identity {
    /// The certificate in PEM, which clients have to trust.
    pub(crate) certificate: String,
    acceptor: TlsAcceptor,
}

impl Identity {
    pub(crate) fn generate() -> std::result::Result<Self, StartError> {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let generated = rcgen::generate_simple_self_signed(names).map_err(tls_error)?;
        let key = PrivatePkcs8KeyDer::from(generated.signing_key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(tls_error)?
            .with_no_client_auth()
            .with_single_cert(
                vec![generated.cert.der().clone()],
                PrivateKeyDer::Pkcs8(key),
            )
            .map_err(tls_error)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate: generated.cert.pem(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }
}

fn tls_error(error: impl std::fmt::Display) -> StartError {
    StartError::Tls(error.to_string())
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Accepts TLS connections. Handshakes run concurrently, so that a slow client does not block others.
pub(crate) struct TlsConnections {
    address: SocketAddr,
    accepted: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl TlsConnections {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn bind(identity: &Identity) -> std::result::Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(tls_error)?;
        let address = listener.local_addr().map_err(tls_error)?;
        let (sender, accepted) = mpsc::channel(64);
        tokio::spawn(accept_handshakes(
            listener,
            identity.acceptor.clone(),
            sender,
        ));
        Ok(Self { address, accepted })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Accepts connections until the receiver is dropped.
async fn accept_handshakes(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let (stream, address) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = sender.closed() => return,
        };
        let handshake = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream));
        let sender = sender.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate disconnects. That is no error of the sandbox.
            if let Ok(Ok(stream)) = handshake.await {
                let _ = sender.send((stream, address)).await;
            }
        });
    }
}

impl Listener for TlsConnections {
    type Io = Connection<TlsStream<TcpStream>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.accepted.recv().await {
            Some((stream, address)) => (Connection::new(stream), address),
            // The runtime is shutting down.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.address)
    }
}

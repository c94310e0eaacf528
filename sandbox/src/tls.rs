//! The second port, which speaks TLS: the vendor's SDKs know no other way.

use crate::connection::{Connection, Line, Stream};
use crate::error::StartError;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io::Result;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// How long a client may take to shake hands.
const PATIENCE: Duration = Duration::from_secs(10);

/// A key and a certificate that signs itself, made anew for each sandbox.
pub(crate) struct Identity {
    /// The certificate, in PEM: what a client has to trust.
    pub(crate) certificate: String,
    acceptor: TlsAcceptor,
}

impl Identity {
    pub(crate) fn generate() -> std::result::Result<Self, StartError> {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).map_err(failed)?;
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
            .map_err(failed)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            certificate: made.cert.pem(),
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }
}

fn failed(error: impl std::fmt::Display) -> StartError {
    StartError::Tls(error.to_string())
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Accepts connections whose handshake is done. They shake hands side by side: one that dawdles holds up nobody.
pub(crate) struct Tls {
    address: SocketAddr,
    shaken: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl Tls {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn bind(identity: &Identity) -> std::result::Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (sender, shaken) = mpsc::channel(64);
        tokio::spawn(shake_hands(listener, identity.acceptor.clone(), sender));
        Ok(Self { address, shaken })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Goes on until nobody takes the connections any more.
async fn shake_hands(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let (stream, address) = tokio::select! {
            // axum's own waits and tries again if the system is out of something.
            accepted = Listener::accept(&mut listener) => accepted,
            () = sender.closed() => return,
        };
        let handshake = tokio::time::timeout(PATIENCE, acceptor.accept(stream));
        let sender = sender.clone();
        tokio::spawn(async move {
            // A client that does not trust the certificate goes away: nothing to tell anybody.
            if let Ok(Ok(stream)) = handshake.await {
                let _ = sender.send((stream, address)).await;
            }
        });
    }
}

impl Listener for Tls {
    type Io = Connection<TlsStream<TcpStream>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        match self.shaken.recv().await {
            Some((stream, address)) => (Connection::new(stream), address),
            // The runtime is going down, and this with it.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, Tls>> for Line {
    fn connect_info(stream: IncomingStream<'_, Tls>) -> Self {
        stream.io().line()
    }
}

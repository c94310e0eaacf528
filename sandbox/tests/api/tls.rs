//! The API and its faults over TLS, with a self-signed certificate.

use crate::common::{start, with};
use crate::faults::raw::RawResponse;
use sandbox::{Options, Sandbox};
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const TIMEOUT: Duration = Duration::from_secs(10);

async fn encrypted() -> Sandbox {
    with(Options {
        messages: 200,
        tls: true,
        ..Options::default()
    })
    .await
}

fn address(sandbox: &Sandbox) -> String {
    let (url, _) = sandbox.tls().unwrap();
    let rest = url.strip_prefix("https://").unwrap();
    rest.strip_suffix("/platform_api").unwrap().to_owned()
}

/// Connects and trusts only this certificate.
async fn connect(
    sandbox: &Sandbox,
    name: &'static str,
    certificate: &str,
) -> Result<TlsStream<TcpStream>, Error> {
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address(sandbox)).await.unwrap();
    let name = ServerName::try_from(name).unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

async fn ask(sandbox: &Sandbox, time: Duration) -> RawResponse {
    let (_, certificate) = sandbox.tls().unwrap();
    let stream = connect(sandbox, "127.0.0.1", certificate).await.unwrap();
    RawResponse::over(stream, sandbox, "count=100", time).await
}

#[tokio::test]
async fn pages_are_equal_over_tls() {
    let sandbox = encrypted().await;
    let plain = RawResponse::history(&sandbox, "count=100", TIMEOUT).await;
    let page = ask(&sandbox, TIMEOUT).await;
    assert!(page.body == plain.body && page.end == Some(Ok(())));
    assert_eq!(sandbox.stats().requests, 2);
    let (_, certificate) = sandbox.tls().unwrap();
    assert!(connect(&sandbox, "localhost", certificate).await.is_ok());
    assert!(connect(&sandbox, "example.com", certificate).await.is_err());
    // Another sandbox has another certificate.
    let other = encrypted().await;
    assert!(connect(&other, "127.0.0.1", certificate).await.is_err());
    assert_eq!(start(1).await.tls(), None);
}

#[tokio::test]
async fn client_without_handshake_does_not_block_others() {
    let sandbox = encrypted().await;
    let _silent = TcpStream::connect(address(&sandbox)).await.unwrap();
    assert_eq!(ask(&sandbox, TIMEOUT).await.end, Some(Ok(())));
    let start = std::time::Instant::now();
    sandbox.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn wire_faults_apply_over_tls() {
    let sandbox = encrypted().await;
    let whole = ask(&sandbox, TIMEOUT).await.body;
    let faulty = async |spec: String| {
        sandbox.set_faults(vec![spec.parse().unwrap()]);
        ask(&sandbox, Duration::from_secs(2)).await
    };
    let last = whole.len() - 1;
    for at in [0, 9_000, last] {
        let response = faulty(format!("truncate:at={at}")).await;
        assert_eq!(response.content_length(), whole.len());
        assert!(
            response.body == whole[..at],
            "{at}: {}",
            response.body.len()
        );
        assert_eq!(
            response.end,
            Some(Err(ErrorKind::UnexpectedEof)),
            "without close_notify"
        );
    }
    let before = faulty("reset".to_owned()).await;
    assert_eq!(
        (before.end, before.head.len()),
        (Some(Err(ErrorKind::ConnectionReset)), 0)
    );
    let within = faulty("reset:at=9000".to_owned()).await;
    assert_eq!(within.end, Some(Err(ErrorKind::ConnectionReset)));
    let hangs = faulty("hang:at=9000".to_owned()).await;
    assert!(hangs.end.is_none() && hangs.body == whole[..9_000]);
}

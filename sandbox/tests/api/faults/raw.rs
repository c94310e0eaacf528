//! A client that records the bytes on the wire, and how the connection ends.
#![allow(dead_code, reason = "each test program uses a part")]

use sandbox::Sandbox;
use std::io::ErrorKind;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// All bytes received over a connection.
pub(crate) struct RawResponse {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// How it ended: in order, or with an error. `None` if it did not end in time.
    pub(crate) end: Option<Result<(), ErrorKind>>,
    /// Arrival and length of each read.
    pub(crate) reads: Vec<(Duration, usize)>,
}

impl RawResponse {
    /// Requests a page over TCP.
    pub(crate) async fn history(sandbox: &Sandbox, query: &str, time: Duration) -> Self {
        let address = sandbox.origin().replace("http://", "");
        let stream = TcpStream::connect(address).await.unwrap();
        Self::over(stream, sandbox, query, time).await
    }

    /// Requests a page with `Connection: close`, and reads until the connection ends or `time` is over.
    pub(crate) async fn over(
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        sandbox: &Sandbox,
        query: &str,
        time: Duration,
    ) -> Self {
        let token = sandbox.token(Duration::from_secs(60)).unwrap();
        let request = format!(
            "POST /platform_api/GetSmsHistory?{query} HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {token}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let mut reads = Vec::new();
        let start = Instant::now();
        let read = async {
            loop {
                let before = bytes.len();
                match stream.read_buf(&mut bytes).await {
                    Ok(0) => return Ok(()),
                    Ok(_) => reads.push((start.elapsed(), bytes.len() - before)),
                    Err(error) => return Err(error.kind()),
                }
            }
        };
        let end = tokio::time::timeout(time, read).await.ok();
        let blank = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let body = blank.map_or(Vec::new(), |blank| bytes[blank + 4..].to_vec());
        bytes.truncate(blank.unwrap_or(bytes.len()));
        Self {
            head: String::from_utf8(bytes).unwrap(),
            body,
            end,
            reads,
        }
    }

    pub(crate) fn content_length(&self) -> usize {
        let line = self
            .head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        line.unwrap().parse().unwrap()
    }
}

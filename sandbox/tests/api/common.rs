//! What the tests share: a sandbox, and a client that knows nothing of it but HTTP.

use reqwest::header::HeaderMap;
use sandbox::{Options, Sandbox};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let reply = request.send().await.unwrap();
        Self {
            status: reply.status().as_u16(),
            headers: reply.headers().clone(),
            body: reply.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn error_code(&self) -> Option<u64> {
        let body = self.json();
        assert_eq!(body["error"], body["errors"][0]);
        body["error"]["code"].as_u64()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

pub(crate) async fn start(messages: u32) -> Sandbox {
    with(Options {
        messages,
        ..Options::default()
    })
    .await
}

pub(crate) async fn with(options: Options) -> Sandbox {
    Sandbox::start(options).await.unwrap()
}

pub(crate) fn contract_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/contract/openapi.yaml")
}

/// `name=value` pairs, encoded.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(crate) fn method(sandbox: &Sandbox, query: &str) -> String {
    format!("{}/GetSmsHistory?{query}", sandbox.url())
}

pub(crate) async fn history(sandbox: &Sandbox, pairs: &[(&str, &str)]) -> Reply {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let request = reqwest::Client::new().post(method(sandbox, &query(pairs)));
    Reply::of(request.bearer_auth(token)).await
}

pub(crate) async fn tool(sandbox: &Sandbox, path: &str) -> Reply {
    let url = format!("{}/sandbox/{path}", sandbox.origin());
    Reply::of(reqwest::Client::new().get(url)).await
}

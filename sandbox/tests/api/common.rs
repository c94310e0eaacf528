//! Shared helpers: a sandbox, and an HTTP client.

use reqwest::header::HeaderMap;
use sandbox::{Options, Sandbox};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl HttpResponse {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.unwrap().to_vec(),
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

/// Encodes `name=value` pairs.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

pub(crate) fn method(sandbox: &Sandbox, query: &str) -> String {
    format!("{}/GetSmsHistory?{query}", sandbox.url())
}

pub(crate) async fn history(sandbox: &Sandbox, pairs: &[(&str, &str)]) -> HttpResponse {
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let request = reqwest::Client::new().post(method(sandbox, &query(pairs)));
    HttpResponse::of(request.bearer_auth(token)).await
}

pub(crate) async fn admin(sandbox: &Sandbox, path: &str) -> HttpResponse {
    let url = format!("{}/sandbox/{path}", sandbox.origin());
    HttpResponse::of(reqwest::Client::new().get(url)).await
}

//! A transport over reqwest, as a Rust program would write it.

use reqwest::{Client, Method, header, redirect::Policy};
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    http::{FORM, HttpRequest, METHOD},
    http::{HttpResponse, Transport},
};

#[derive(Debug)]
pub(crate) struct Reqwest(Client);

impl Reqwest {
    pub(crate) fn new() -> Self {
        Self(
            Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .build()
                .unwrap(),
        )
    }
}

impl Transport for Reqwest {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        // The URL holds phone numbers: it must not be in an error.
        let failed = |error: reqwest::Error| {
            SmsHistoryError::new(ErrorKind::Network, "the request failed")
                .with_source(error.without_url())
        };
        let method = Method::from_bytes(METHOD.as_bytes()).unwrap();
        let mut sent = self.0.request(method, request.url());
        if let Some(bearer) = request.bearer() {
            sent = sent.bearer_auth(bearer.expose());
        }
        if let Some(body) = request.body() {
            sent = sent
                .header(header::CONTENT_TYPE, FORM)
                .body(body.to_owned());
        }
        let response = sent.send().await.map_err(failed)?;
        let header = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Ok(HttpResponse {
            status: response.status().as_u16(),
            content_type: header(header::CONTENT_TYPE),
            content_disposition: header(header::CONTENT_DISPOSITION),
            retry_after: header(header::RETRY_AFTER),
            date: header(header::DATE),
            received_at: None,
            body: response.bytes().await.map_err(failed)?.to_vec().into(),
            ..HttpResponse::default()
        })
    }
}

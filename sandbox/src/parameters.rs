//! The parameters of a request, from wherever clients put them: the query string, a url-encoded form, a multipart form.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// More than any form of this API needs.
const LONGEST_FORM: usize = 64 * 1024;

/// Names and values: those of the query string, then those of the body.
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    pairs: Arc<Vec<(String, String)>>,
    broken: bool,
}

impl Parameters {
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a name; of several, the last.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.pairs().filter(|(known, _)| *known == name);
        named.last().map(|(_, value)| value)
    }

    /// Whether the body was what its content type says.
    pub(crate) fn readable(&self) -> bool {
        !self.broken
    }
}

/// The layer: reads the parameters for all that come after it. A body of any other type holds none.
pub(crate) async fn read(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let media = content_type.and_then(|value| value.split(';').next());
    let media = media.map(|media| media.trim().to_ascii_lowercase());
    let (parts, body) = request.into_parts();
    let form = match media.as_deref() {
        Some("application/x-www-form-urlencoded") => url_encoded(body).await,
        Some("multipart/form-data") => multipart(Request::from_parts(parts.clone(), body)).await,
        _ => Some(Vec::new()),
    };
    let broken = form.is_none();
    pairs.extend(form.unwrap_or_default());
    let pairs = Arc::new(pairs);
    let mut request = Request::from_parts(parts, Body::empty());
    request
        .extensions_mut()
        .insert(Parameters { pairs, broken });
    next.run(request).await
}

async fn url_encoded(body: Body) -> Option<Vec<(String, String)>> {
    let bytes = to_bytes(body, LONGEST_FORM).await.ok()?;
    Some(form_urlencoded::parse(&bytes).into_owned().collect())
}

async fn multipart(request: Request) -> Option<Vec<(String, String)>> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut pairs = Vec::new();
    let mut length = 0;
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        let value = field.text().await.ok()?;
        length += name.len() + value.len();
        if length > LONGEST_FORM {
            return None;
        }
        pairs.push((name, value));
    }
    Some(pairs)
}

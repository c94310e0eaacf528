//! The parameters of GetSmsHistory: read from the query string or a form, and validated against the API's limits.

use crate::data::{DATE_FORMAT, Direction, Filter};
use crate::error::ApiError;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{NaiveDateTime, Timelike};
use std::sync::Arc;

/// Far above the size of any form of this API.
const MAX_FORM_BYTES: usize = 64 * 1024;
const MAX_COUNT: u64 = 1_000;
const MAX_NUMBER_LENGTH: usize = 20;

/// Parameter names and values: of the query string, then of the body.
#[derive(Clone, Default)]
pub(crate) struct Parameters {
    pairs: Arc<Vec<(String, String)>>,
    malformed: bool,
}

impl Parameters {
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let named = self.pairs().filter(|(known, _)| *known == name);
        named.last().map(|(_, value)| value)
    }

    /// Whether the body was the form that its content type declares.
    pub(crate) fn is_readable(&self) -> bool {
        !self.malformed
    }
}

/// The layer that reads the parameters for the inner layers. A body of another content type has none.
pub(crate) async fn read_parameters(request: Request, next: Next) -> Response {
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
    let malformed = form.is_none();
    pairs.extend(form.unwrap_or_default());
    let pairs = Arc::new(pairs);
    let mut request = Request::from_parts(parts, Body::empty());
    request
        .extensions_mut()
        .insert(Parameters { pairs, malformed });
    next.run(request).await
}

async fn url_encoded(body: Body) -> Option<Vec<(String, String)>> {
    let bytes = to_bytes(body, MAX_FORM_BYTES).await.ok()?;
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
        if length > MAX_FORM_BYTES {
            return None;
        }
        pairs.push((name, value));
    }
    Some(pairs)
}

/// The format of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Json,
    Csv,
    Xls,
}

/// The validated parameters of a request.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: Filter,
    pub(crate) count: u64,
    pub(crate) offset: u64,
    pub(crate) output: Output,
}

impl Query {
    /// Parses a query string.
    pub(crate) fn parse(query: &str) -> Result<Self, Vec<ApiError>> {
        Self::from_pairs(form_urlencoded::parse(query.as_bytes()))
    }

    /// Validates names and values. It ignores unknown names and empty values, and takes the last value of a name. It
    /// returns all errors, in the order of the pairs.
    pub(crate) fn from_pairs(
        pairs: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>,
    ) -> Result<Self, Vec<ApiError>> {
        let mut parsed = Self {
            filter: Filter::default(),
            count: MAX_COUNT,
            offset: 0,
            output: Output::Json,
        };
        let mut errors = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            if value.is_empty() {
                continue;
            }
            if let Err(error) = parsed.set(name, value) {
                errors.push(error);
            }
        }
        if let (Some(from), Some(to)) = (parsed.filter.from_date, parsed.filter.to_date)
            && from > to
        {
            let msg = "from_date is after to_date";
            errors.push(ApiError::new(ApiError::INVALID_DATE_RANGE, msg));
        }
        if errors.is_empty() {
            Ok(parsed)
        } else {
            Err(errors)
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "source_number" => self.filter.source_number = Some(number(name, value)?),
            "destination_number" => self.filter.destination_number = Some(number(name, value)?),
            "direction" => self.filter.direction = Some(direction(value)?),
            "from_date" => self.filter.from_date = Some(date(name, value)?),
            "to_date" => self.filter.to_date = Some(date(name, value)?),
            "count" => {
                self.count = integer(value)
                    .filter(|count| (1..=MAX_COUNT).contains(count))
                    .ok_or_else(|| invalid("count is not an integer from 1 to 1000"))?;
            }
            "offset" => {
                self.offset = integer(value)
                    .ok_or_else(|| invalid("offset is not an integer of 0 or more"))?;
            }
            "output" => self.output = output(value)?,
            _ => {}
        }
        Ok(())
    }
}

fn invalid(msg: &str) -> ApiError {
    ApiError::new(ApiError::INVALID_ARGUMENTS, msg)
}

/// Parses digits. `parse` alone would accept a plus sign.
fn integer(value: &str) -> Option<u64> {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| digits)
}

/// Validates a phone number or a sender name. A leading plus is accepted but matches nothing, because the API's numbers
/// have none.
fn number(name: &str, value: &str) -> Result<String, ApiError> {
    let rest = value.strip_prefix('+').unwrap_or(value);
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" ._-".contains(&byte);
    if rest.is_empty() || value.len() > MAX_NUMBER_LENGTH || !rest.bytes().all(is_allowed) {
        let msg = format!("{name} is neither a phone number nor a sender name");
        return Err(ApiError::new(ApiError::INVALID_NUMBER, msg));
    }
    Ok(value.to_owned())
}

fn direction(value: &str) -> Result<Direction, ApiError> {
    match value.to_ascii_uppercase().as_str() {
        "IN" => Ok(Direction::In),
        "OUT" => Ok(Direction::Out),
        _ => {
            let msg = "direction is neither IN nor OUT";
            Err(ApiError::new(ApiError::INVALID_DIRECTION, msg))
        }
    }
}

fn date(name: &str, value: &str) -> Result<i64, ApiError> {
    NaiveDateTime::parse_from_str(value, DATE_FORMAT)
        .ok()
        // The parser accepts missing leading zeros and leap seconds. The API's format has neither.
        .filter(|date| date.format(DATE_FORMAT).to_string() == value)
        .filter(|date| date.nanosecond() == 0)
        .map(|date| date.and_utc().timestamp())
        .ok_or_else(|| {
            let msg = format!("{name} is not a date like yyyy-MM-dd HH:mm:ss in UTC");
            ApiError::new(ApiError::INVALID_DATE, msg)
        })
}

fn output(value: &str) -> Result<Output, ApiError> {
    match value {
        "json" => Ok(Output::Json),
        "csv" => Ok(Output::Csv),
        "xls" => Ok(Output::Xls),
        _ => {
            let msg = "output is not json, csv or xls";
            Err(ApiError::new(ApiError::UNSUPPORTED_OUTPUT, msg))
        }
    }
}

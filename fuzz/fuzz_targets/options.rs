//! Options. Each line is a name, a type marker, and a value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use voximplant_sms_history::{
    ErrorKind, HistoryOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryQuery,
    base_url::BaseUrl,
    client::rate_limiter::RateLimiter,
    client::retry::RetryPolicy,
    export::{Column, Delimiter, ExportOptions, Format},
    http::HttpRequest,
    http::{HttpResponse, Transport},
    query::Value,
    summary::{Bucket, SummaryOptions},
    token::{BearerToken, StaticToken},
};

/// A transport that is never used, because options are checked before a request.
struct NoTransport;

impl Transport for NoTransport {
    async fn send(&self, _: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        panic!("a request was sent");
    }
}

fuzz_target!(|text: &str| {
    let mut query = SmsHistoryQuery::new();
    let mut history = HistoryOptions::default();
    let mut export = ExportOptions::default();
    for line in text.split('\n') {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        let marker = rest.chars().next().unwrap_or(' ');
        let value = &rest[marker.len_utf8().min(rest.len())..];
        let number = value.parse::<f64>().unwrap_or(f64::NAN);
        let result = match name {
            "+" => query.set_extra(&rest[..rest.len() - value.len()], value),
            "concurrency" => {
                history.concurrency = number as usize;
                Ok(())
            }
            "limit" => {
                history.limit = Some(number as u64);
                Ok(())
            }
            "cursor" => {
                history.cursor = Some(value.to_owned());
                Ok(())
            }
            "baseUrl" => base_url(value, marker == 'h'),
            "retry" => {
                let millis = Duration::from_millis(number.abs() as u64 % (1 << 40));
                RetryPolicy::new(number as u32, millis, millis / 2 * 3).map(drop)
            }
            "rate" => RateLimiter::new(Some(number), Some(number as usize)).map(drop),
            "top" => {
                let options = SummaryOptions {
                    bucket: Bucket::from_name(value).unwrap_or_default(),
                    top: number as u32,
                    empty_buckets: marker == 'b',
                    by_source_number: marker == 's',
                };
                options.check().map_err(Into::into)
            }
            "columns" => {
                export.format = Format::from_name(value).unwrap_or_default();
                export.byte_order_mark = marker == 'b';
                export.delimiter = if marker == 't' {
                    Delimiter::Tab
                } else {
                    Delimiter::Comma
                };
                export.columns = value.split(',').filter_map(Column::from_name).collect();
                export.check()
            }
            name => {
                let value = match marker {
                    'n' => Value::Number(number),
                    'd' => Value::Instant(number),
                    'o' => Value::Other("a symbol"),
                    _ => Value::Text(value.to_owned()),
                };
                query.set(name, value)
            }
        };
        check(result);
    }
    check(query.to_pairs().map(drop));
    let token = StaticToken::new(BearerToken::new("a.b.c").unwrap());
    let client = SmsHistoryClient::new(BaseUrl::default(), NoTransport, token);
    check(client.history(&query, history).map(drop));
});

fn base_url(text: &str, allow_http: bool) -> Result<(), SmsHistoryError> {
    let url = BaseUrl::new(text, allow_http)?;
    let again = BaseUrl::new(url.as_str(), allow_http)?;
    assert_eq!(again.as_str(), url.as_str());
    Ok(())
}

fn check(result: Result<(), SmsHistoryError>) {
    if let Err(error) = result {
        let kinds = [ErrorKind::InvalidQuery, ErrorKind::InvalidOptions];
        assert!(kinds.contains(&error.kind()), "{error}");
        assert!(!error.message().chars().any(char::is_control), "{error:?}");
        assert!(!error.message().is_empty());
    }
}

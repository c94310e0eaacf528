//! A page as JSON, CSV or XLS.

mod biff8;
mod files;

use crate::data::Row;
use crate::request::Output;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

#[derive(Serialize)]
struct Page<'a> {
    result: &'a [Row<'a>],
    #[serde(skip_serializing_if = "Option::is_none")]
    total_count: Option<u64>,
}

/// Builds the response with a page. Files have the rows of the page and no count.
pub(crate) fn response(rows: &[Row<'_>], total_count: Option<u64>, output: Output) -> Response {
    let (file, name) = match output {
        Output::Json => {
            let page = Page {
                result: rows,
                total_count,
            };
            // Not axum's `Json`: its buffer makes a page take a sixth longer.
            return match serde_json::to_vec(&page) {
                Ok(body) => json_response(body),
                Err(error) => internal_error(&error.into()),
            };
        }
        Output::Csv => (files::csv(rows), "sms_history.csv"),
        Output::Xls => (files::xls(rows), "sms_history.xls"),
    };
    match file {
        Ok(bytes) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream"),
                (header::CONTENT_DISPOSITION, disposition.as_str()),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => internal_error(&error),
    }
}

/// Builds the response with a JSON page.
pub(crate) fn json_response(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Writing to memory does not fail, so an error is a bug of the sandbox.
fn internal_error(error: &std::io::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

//! Response bodies of the API, and of gateways in front of it.
#![cfg(not(target_family = "wasm"))]

mod errors;
mod files;
mod rows;

use voximplant_sms_history::{
    SmsHistoryError, SmsHistoryPage, http::HttpResponse, response::read_page,
};

fn response(status: u16, body: impl AsRef<[u8]>) -> HttpResponse {
    HttpResponse {
        status,
        body: body.as_ref().to_vec().into(),
        ..HttpResponse::default()
    }
}

fn page(body: &str) -> SmsHistoryPage {
    read_page(&response(200, body)).unwrap()
}

fn read_error(status: u16, body: impl AsRef<[u8]>) -> SmsHistoryError {
    read_page(&response(status, body)).unwrap_err()
}

/// A page of one row.
fn row(fields: &str) -> SmsHistoryPage {
    page(&format!(r#"{{"result":[{{{fields}}}],"total_count":1}}"#))
}

const FULL: &str = r#"{"result":[{"message_id":90071,"source_number":15550100001,"destination_number":"15550100002",
  "direction":"OUT","fragments":2,"cost":4.3437,"status_id":"2","error_message":"Error send sms to 15550100002",
  "processed_date":"2026-03-29 01:30:00","transaction_id":17,"text":"a \"quote\" \\ \u043f\u0440\u0438\u0432\u0435\u0442 😀"}],
  "total_count":12345}"#;

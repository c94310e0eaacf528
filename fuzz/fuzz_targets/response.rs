//! Response bodies, compared with `serde_json`: both must read the same values.
#![no_main]

#[path = "../../tests/bodies/oracle.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;
use voximplant_sms_history::{
    http::HttpResponse,
    response::{read_file, read_page},
};

fuzz_target!(|body: &[u8]| {
    oracle::judge(body);
    let response = |status| HttpResponse {
        status,
        body: body.to_vec().into(),
        ..HttpResponse::default()
    };
    let _ = read_page(&response(503));
    let _ = read_file(response(200));
});

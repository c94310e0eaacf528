//! Bodies of replies, against serde_json: what is a page to one is a page to the other, with the same values.
#![no_main]

#[path = "../../tests/bodies/oracle.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;
use voximplant_sms_history::{
    response::{read_file, read_page},
    http::HttpResponse,
};

fuzz_target!(|body: &[u8]| {
    oracle::judge(body);
    let reply = |status| HttpResponse {
        status,
        body: body.to_vec().into(),
        ..HttpResponse::default()
    };
    let _ = read_page(&reply(503));
    let _ = read_file(reply(200));
});

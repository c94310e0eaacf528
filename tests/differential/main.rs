//! Pages by this crate against pages by `serde_json`: generated replies, most of them damaged, must be refused by both or
//! mean the same to both. `DIFFERENTIAL_DOCUMENTS` says how many, `DIFFERENTIAL_SEED` which.
#![cfg(not(target_family = "wasm"))]

mod documents;
mod numbers;
mod referee;
mod values;

use documents::Documents;
use referee::{Verdict, judge};
use voximplant_sms_history::{
    SmsHistoryPage,
    http::HttpResponse,
    page::{Direction, SmsMessage, Status},
    response::read_page,
};

fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

#[test]
fn pages_are_those_of_serde_json() {
    let seed = asked("DIFFERENTIAL_SEED", 1);
    let count = asked("DIFFERENTIAL_DOCUMENTS", 20_000);
    let (mut pages, mut refused, mut unsure) = (0u64, 0u64, 0u64);
    for number in 0..count {
        let document = Documents::new(seed, number).make();
        let reply = HttpResponse {
            status: 200,
            body: document.clone().into(),
            ..HttpResponse::default()
        };
        let ours = read_page(&reply);
        let shown = || format!("seed {seed}, {number}: {}", document.escape_ascii());
        match (judge(&document), ours) {
            (Verdict::Page(rows, total), Ok(page)) => {
                assert_eq!(page.total_count(), total, "{}", shown());
                assert_eq!(fields(&page), rows, "{}", shown());
                pages += 1;
            }
            (Verdict::Refused, Err(_)) => refused += 1,
            // JSON, but numbers longer than what the referee decides about.
            (Verdict::Unsure, _) => unsure += 1,
            (verdict, ours) => panic!("{verdict:?}, but {ours:?}: {}", shown()),
        }
    }
    println!("{count} documents: {pages} pages, {refused} refused, {unsure} unsure");
    // What is generated must be worth comparing.
    assert!(pages > count / 3 && refused > count / 10 && unsure < count / 20);
}

/// A row's fields as texts, in the order of the specification.
fn fields(page: &SmsHistoryPage) -> Vec<[Option<String>; 11]> {
    page.iter().map(|message| row(&message)).collect()
}

fn row(message: &SmsMessage<'_>) -> [Option<String>; 11] {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let whole = |number: Option<u64>| number.map(|number| number.to_string());
    let direction = message.direction.map(|direction| match direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::Unknown(word) => word,
    });
    let status = message.status.map(|status| match status {
        Status::Success => "1",
        Status::Error => "2",
        Status::Waiting => "3",
        Status::Unknown(word) => word,
    });
    [
        whole(message.message_id),
        text(message.source_number),
        text(message.destination_number),
        text(direction),
        whole(message.fragments),
        message.cost.map(|cost| cost.to_string()),
        text(status),
        text(message.error_message),
        message.processed_date.map(|millis| millis.to_string()),
        whole(message.transaction_id),
        text(message.text),
    ]
}

//! Compares this crate with `serde_json` on generated responses, half of which are corrupted. Both must reject a response, or
//! read the same values. `DIFFERENTIAL_DOCUMENTS` sets their number, `DIFFERENTIAL_SEED` the random seed.
#![cfg(not(target_family = "wasm"))]

mod generator;
mod generator_values;
mod numbers;
mod oracle;

use generator::Generator;
use oracle::{Verdict, judge};
use voximplant_sms_history::{
    SmsHistoryPage,
    http::HttpResponse,
    page::{Direction, SmsMessage, Status},
    response::read_page,
};

fn env_or(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn generated_responses_match_serde_json() {
    let seed = env_or("DIFFERENTIAL_SEED", 1);
    let count = env_or("DIFFERENTIAL_DOCUMENTS", 20_000);
    let (mut pages, mut rejected, mut undecided) = (0u64, 0u64, 0u64);
    for number in 0..count {
        let document = Generator::new(seed, number).generate();
        let response = HttpResponse {
            status: 200,
            body: document.clone().into(),
            ..HttpResponse::default()
        };
        let ours = read_page(&response);
        let context = || format!("seed {seed}, {number}: {}", document.escape_ascii());
        match (judge(&document), ours) {
            (Verdict::Page(rows, total), Ok(page)) => {
                assert_eq!(page.total_count(), total, "{}", context());
                assert_eq!(fields(&page), rows, "{}", context());
                pages += 1;
            }
            (Verdict::Rejected, Err(_)) => rejected += 1,
            // Valid JSON, with numbers that are too long for the oracle.
            (Verdict::Undecided, _) => undecided += 1,
            (verdict, ours) => panic!("{verdict:?}, but {ours:?}: {}", context()),
        }
    }
    println!("{count} documents: {pages} pages, {rejected} rejected, {undecided} undecided");
    // Otherwise the generated responses would test little.
    assert!(pages > count / 3 && rejected > count / 10 && undecided < count / 20);
}

/// The fields of each row as texts, in the order of the specification.
fn fields(page: &SmsHistoryPage) -> Vec<[Option<String>; 11]> {
    page.iter().map(|message| row(&message)).collect()
}

fn row(message: &SmsMessage<'_>) -> [Option<String>; 11] {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let integer = |number: Option<u64>| number.map(|number| number.to_string());
    let direction = message.direction.map(|direction| match direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::Unknown(value) => value,
    });
    let status = message.status.map(|status| match status {
        Status::Success => "1",
        Status::Error => "2",
        Status::Waiting => "3",
        Status::Unknown(value) => value,
    });
    [
        integer(message.message_id),
        text(message.source_number),
        text(message.destination_number),
        text(direction),
        integer(message.fragments),
        message.cost.map(|cost| cost.to_string()),
        text(status),
        text(message.error_message),
        message.processed_date.map(|millis| millis.to_string()),
        integer(message.transaction_id),
        text(message.text),
    ]
}

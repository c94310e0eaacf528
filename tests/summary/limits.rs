//! Limits, errors and `Debug` output.

use serde_json::{Value, json};
use voximplant_sms_history::{
    ErrorKind, SmsHistoryError,
    summary::{Bucket, Category, Summarizer, SummaryOptions, Utc},
};

use super::{dated, options, page, plain, summarize};

fn first_error(options: SummaryOptions, pages: &[Vec<Value>]) -> SmsHistoryError {
    let mut summarizer = Summarizer::new(options, Box::new(Utc)).unwrap();
    let mut added = pages.iter().map(|rows| summarizer.add(&page(rows)));
    added.find_map(Result::err).unwrap().into()
}

#[test]
fn top_above_8192_is_rejected() {
    assert!(Summarizer::new(options(Bucket::Day, 8192), Box::new(Utc)).is_ok());
    let error = Summarizer::new(options(Bucket::Day, 8193), Box::new(Utc)).unwrap_err();
    let error = SmsHistoryError::from(error);
    assert_eq!(
        (error.kind(), error.message()),
        (
            ErrorKind::InvalidOptions,
            "top: expected an integer from 0 to 8192, got 8193"
        )
    );
}

#[test]
fn top_0_returns_empty_lists() {
    let summary = summarize(options(Bucket::Day, 0), &[json!({ "source_number": "1" })]);
    assert!(summary.source_numbers.entries.is_empty());
    assert_eq!(summary.totals.count, 1);
}

#[test]
fn a_cost_sum_with_too_many_digits_is_an_error() {
    let large = json!({ "cost": "9".repeat(38) });
    // Each page alone is within the limit.
    for second in [
        json!({ "cost": "9".repeat(38) }),
        json!({ "cost": "0.001" }),
    ] {
        let pages = [vec![large.clone()], vec![second]];
        let error = first_error(options(Bucket::Day, 10), &pages);
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.message().contains("\"cost\""), "{error}");
        assert!(!error.message().contains("99"), "{error}");
    }
}

#[test]
fn more_than_100_000_buckets_are_an_error() {
    let hours: Vec<i64> = (0..100_000).map(|hour| hour * 3_600_000).collect();
    let mut summarizer = Summarizer::new(options(Bucket::Hour, 0), Box::new(Utc)).unwrap();
    summarizer.add(&page(&dated(&hours))).unwrap();
    // Rows of existing buckets, and rows without a date, are accepted.
    summarizer.add(&page(&dated(&hours[..10]))).unwrap();
    summarizer.add(&page(&[json!({})])).unwrap();
    let one_more = page(&dated(&[100_000 * 3_600_000]));
    let error = SmsHistoryError::from(summarizer.add(&one_more).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::InvalidOptions);
    assert!(
        error.message().contains("bucket: ") && error.message().contains("ask for \"day\""),
        "{error}"
    );
}

#[test]
fn unknown_categories_beyond_a_hundred_are_summed_as_other() {
    let rows: Vec<Value> = (0..150)
        .flat_map(|n| {
            let row =
                json!({ "status_id": format!("s{n}"), "direction": format!("d{n}"), "cost": 1 });
            [row.clone(), row]
        })
        .collect();
    let summary = summarize(options(Bucket::Day, 0), &rows);
    for list in [&summary.statuses, &summary.directions] {
        assert_eq!(list.len(), 101);
        assert!(list[..100].iter().all(|each| each.totals.count == 2));
        assert_eq!(list[100].word, Category::Other);
        assert_eq!(plain(&list[100].totals), (100, 0, "100".into()));
    }
}

#[test]
fn long_keys_are_truncated_between_characters() {
    // 512 bytes end inside a two-byte character.
    let long = format!("1{}", "я".repeat(300));
    let rows = [
        json!({ "error_message": long, "status_id": long }),
        json!({ "error_message": format!("{long}!"), "status_id": format!("{long}!") }),
        json!({ "error_message": "short" }),
    ];
    let summary = summarize(options(Bucket::Day, 10), &rows);
    let kept = format!("1{}", "я".repeat(255));
    let top = &summary.error_messages.entries[0];
    assert_eq!((&top.value, top.count), (&kept, 2));
    assert_eq!(summary.statuses[0].word, Category::Unknown(kept));
}

#[test]
fn debug_output_contains_no_numbers_or_messages() {
    let rows = [
        json!({ "source_number": "15550100001", "destination_number": "15550100001",
        "error_message": "Error send sms to 15550100001", "text": "secret words" }),
    ];
    let options = options(Bucket::Day, 10);
    let mut summarizer = Summarizer::new(options, Box::new(Utc)).unwrap();
    summarizer.add(&page(&rows)).unwrap();
    let mut printed = format!("{summarizer:?}");
    let summary = summarizer.finish().unwrap();
    printed += &format!("{summary:?} {:?}", summary.source_numbers);
    printed += &format!("{:?} {:?}", summary.error_messages, summary.buckets);
    assert!(
        !printed.contains("1555") && !printed.contains("sms to") && !printed.contains("secret"),
        "{printed}"
    );
}

//! Responses that belong to another query.

use super::*;
use voximplant_sms_history::{ErrorKind, query::Direction};

/// More fields of a row, by the number of the request and the id.
type Fields = fn(u32, u64) -> &'static str;

const OWN: &str =
    r#","source_number":"+12025550101","destination_number":"Shop","direction":"OUT""#;

async fn read_rows(fields: Fields) -> Result<Vec<u64>, SmsHistoryError> {
    read_rows_from("+1 202 555 0101", fields).await
}

async fn read_rows_from(number: &str, fields: Fields) -> Result<Vec<u64>, SmsHistoryError> {
    let mut api = Api::evenly_spaced(3000, 60, Order::OldestFirst);
    api.fields = Some(fields);
    let query = SmsHistoryQuery::new()
        .with_source_number(number)
        .with_destination_number("Shop")
        .with_direction(Direction::Out);
    let mut history = client(&Rc::new(api)).history(&query, one_by_one())?;
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        for message in page?.iter() {
            assert_ne!(message.source_number, Some("12025550199"));
            ids.push(id_of(&message));
        }
    }
    Ok(ids)
}

#[tokio::test]
async fn rows_of_another_query_are_requested_again() {
    let ids = read_rows(|number, _| match number {
        2 => r#","source_number":"12025550199""#,
        _ => OWN,
    });
    assert_complete(&ids.await.unwrap(), 1..=3000);
}

#[tokio::test]
async fn rows_of_another_number_or_direction_are_refused() {
    for (field, fields) in [
        (
            "source_number",
            (|_, id| {
                if id == 2346 {
                    r#","source_number":"12025550199""#
                } else {
                    OWN
                }
            }) as Fields,
        ),
        ("direction", |_, id| {
            if id == 2346 {
                r#","direction":"IN""#
            } else {
                OWN
            }
        }),
    ] {
        let error = read_rows(fields).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{error}");
        let expected = format!("result[2345].{field}: expected ");
        assert!(error.message().starts_with(&expected), "{error}");
        assert!(!error.message().contains("0199"));
    }
}

#[tokio::test]
async fn numbers_in_other_spellings_are_no_other_numbers() {
    for fields in [
        (|_, _| r#","source_number":12025550101"#) as Fields,
        |_, _| r#","source_number":"2025550101""#,
        |_, _| r#","source_number":"Shop","direction":"forwarded""#,
        |_, _| "",
    ] {
        assert_complete(&read_rows(fields).await.unwrap(), 1..=3000);
    }
}

#[tokio::test]
async fn numbers_with_the_prefix_of_national_calls_are_no_other_numbers() {
    let ids = read_rows_from("0202 555 0101", |_, _| OWN).await;
    assert_complete(&ids.unwrap(), 1..=3000);
    let fields: Fields = |_, _| r#","source_number":"02025550101""#;
    assert_complete(&read_rows(fields).await.unwrap(), 1..=3000);
    let error = read_rows_from("0202 555 0199", |_, _| OWN)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format, "{error}");
}

#[tokio::test]
async fn rows_of_another_sender_are_refused() {
    for (sender, fields) in [
        ("Shop", (|_, _| r#","source_number":"Bank""#) as Fields),
        ("Shop 24", |_, id| match id {
            2346 => r#","source_number":"Shop 25""#,
            _ => r#","source_number":"Shop 24""#,
        }),
    ] {
        let error = read_rows_from(sender, fields).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{error}");
        assert!(error.message().contains("].source_number: expected "));
    }
}

#[tokio::test]
async fn senders_that_may_be_the_same_are_accepted() {
    for (sender, fields) in [
        ("Shop", (|_, _| r#","source_number":" SHOP""#) as Fields),
        ("My-Shop", |_, _| r#","source_number":"my shop""#),
        // One may be cut off.
        (
            "Shop Berlin",
            |_, _| r#","source_number":"Shop Berlin Mitte""#,
        ),
        // A sender's number, or a number's sender.
        ("Shop", |_, _| r#","source_number":"12025550101""#),
        // Encoded.
        ("A&T Shop", |_, _| r#","source_number":"A&amp;T Shop""#),
        ("My Shop", |_, _| r#","source_number":"My%20Shop""#),
        ("Магазин", |_, _| r#","source_number":"МАГАЗИН""#),
    ] {
        let ids = read_rows_from(sender, fields).await.unwrap();
        assert_complete(&ids, 1..=3000);
    }
}

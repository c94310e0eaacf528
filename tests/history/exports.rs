//! Histories as files.

use super::*;
use sandbox::Fault;
use voximplant_sms_history::{
    ErrorKind,
    client::retry::RetryPolicy,
    export::{Column, ExportOptions, Format, HistoryExport},
};

fn options() -> ExportOptions {
    ExportOptions {
        format: Format::Ndjson,
        columns: vec![Column::MessageId],
        trailer: true,
        ..ExportOptions::default()
    }
}

async fn open(client: &Client, limit: Option<u64>) -> Result<FileOf, SmsHistoryError> {
    let query = SmsHistoryQuery::new().with_count(100);
    let history = HistoryOptions {
        limit,
        concurrency: 1,
        ..HistoryOptions::default()
    };
    client.open_export(&query, history, options()).await
}

type FileOf = HistoryExport<native::transport::Reqwest, StaticToken>;

async fn read(export: &mut FileOf) -> (String, Option<SmsHistoryError>) {
    let mut file = Vec::new();
    while let Some(chunk) = export.next().await {
        match chunk {
            Ok(chunk) => file.extend(chunk),
            Err(error) => return (String::from_utf8(file).unwrap(), Some(error)),
        }
    }
    (String::from_utf8(file).unwrap(), None)
}

#[tokio::test]
async fn an_export_opens_with_the_first_page_and_ends_with_its_trailer() {
    let sandbox = sandbox(250, Order::Desc).await;
    let client = client(&sandbox);
    for (limit, rows) in [(None, 250), (Some(120), 120), (Some(0), 0)] {
        let before = requests();
        let mut export = open(&client, limit).await.unwrap();
        assert_eq!(requests() - before, u64::from(rows > 0));
        assert_eq!(export.total(), Some(rows));
        let (file, error) = read(&mut export).await;
        assert!(error.is_none());
        assert_eq!(export.rows(), rows);
        let ids = sandbox
            .dataset()
            .rows()
            .map(|row| format!("{{\"messageId\":{}}}\n", row.message_id));
        let trailer = format!("{{\"complete\":true,\"rows\":{rows}}}\n");
        assert_eq!(file, ids.take(rows as usize).collect::<String>() + &trailer);
        assert!(export.next().await.is_none());
    }
}

#[tokio::test]
async fn an_empty_history_has_a_trailer_only() {
    let sandbox = sandbox(0, Order::Desc).await;
    let mut export = open(&client(&sandbox), None).await.unwrap();
    assert_eq!(export.total(), Some(0));
    let (file, _) = read(&mut export).await;
    assert_eq!(file, "{\"complete\":true,\"rows\":0}\n");
}

#[tokio::test]
async fn a_failure_before_the_first_page_is_the_error_of_the_call() {
    let sandbox = sandbox(250, Order::Desc).await;
    let client = failing(&sandbox, "400:requests=1-9");
    let error = open(&client, None).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Http);
}

#[tokio::test]
async fn a_failure_in_the_middle_ends_the_file_without_a_trailer() {
    let sandbox = sandbox(250, Order::Desc).await;
    let client = failing(&sandbox, "400:requests=3-9");
    let mut export = open(&client, None).await.unwrap();
    let (file, error) = read(&mut export).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::Http);
    assert_eq!(file.lines().count(), 200);
    assert!(!file.contains("complete"));
    assert!(export.next().await.is_none(), "nothing follows the error");
}

fn failing(sandbox: &Sandbox, fault: &str) -> Client {
    let fault: Fault = fault.parse().unwrap();
    sandbox.set_faults(vec![fault]);
    client_with(
        sandbox,
        SystemClock,
        ClientOptions {
            retry: RetryPolicy::NONE,
            ..ClientOptions::default()
        },
    )
}

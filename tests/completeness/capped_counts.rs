//! Servers whose `total_count` has a maximum.

use super::*;
use api::FIRST;
use voximplant_sms_history::{
    ErrorKind,
    summary::{Summarizer, SummaryOptions, Utc},
};

fn capped(rows: u64, max_total: u64, order: Order) -> Api {
    let mut api = Api::evenly_spaced(rows, 60, order);
    api.max_total = max_total;
    api
}

async fn read_pages_of(api: &Rc<Api>, count: u32) -> Result<Vec<u64>, SmsHistoryError> {
    let query = SmsHistoryQuery::new().with_count(count);
    let mut history = client(api).history(&query, HistoryOptions::default())?;
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        ids.extend(page?.iter().map(|message| id_of(&message)));
    }
    Ok(ids)
}

#[tokio::test]
async fn a_capped_count_is_not_believed() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        // The last page is full, longer than the count leaves, and the only page.
        for (rows, max_total, count) in [
            (12_000, 10_000, 1000),
            (12_000, 10_000, 300),
            (1200, 1000, 1000),
            (1200, 500, 1000),
            (30, 10, 7),
            (30, 10, 1),
        ] {
            let api = Rc::new(capped(rows, max_total, order));
            let ids = read_pages_of(&api, count).await.unwrap();
            assert_complete(&ids, 1..=rows);
        }
    }
}

#[tokio::test]
async fn a_capped_count_and_offset_is_not_believed() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        for count in [1000, 300] {
            let mut api = capped(12_000, 10_000, order);
            api.max_offset = 10_000;
            let ids = read_pages_of(&Rc::new(api), count).await.unwrap();
            assert_complete(&ids, 1..=12_000);
        }
    }
}

#[tokio::test]
async fn a_capped_count_is_not_believed_if_spans_exclude_their_first_second() {
    let mut api = capped(12_000, 10_000, Order::NewestFirst);
    api.excludes_from_date = true;
    let ids = read_pages_of(&Rc::new(api), 1000).await.unwrap();
    assert_complete(&ids, 1..=12_000);
}

#[tokio::test]
async fn a_capped_count_of_a_long_history_is_not_believed() {
    let api = Rc::new(capped(160_000, 140_000, Order::NewestFirst));
    let ids = read_pages_of(&api, 1000).await.unwrap();
    assert_complete(&ids, 1..=160_000);
}

#[tokio::test]
async fn a_count_that_is_capped_within_a_second_is_reported_incomplete() {
    let rows = (1..=1200).map(|id| (FIRST, id)).collect();
    let mut api = Api::new(rows, Order::NewestFirst);
    api.max_total = 1000;
    let error = read_pages_of(&Rc::new(api), 1000)
        .await
        .map(|ids| ids.len())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert!(error.message().contains("total_count"), "{error}");
}

#[tokio::test]
async fn a_summary_does_not_believe_a_capped_count() {
    let api = Rc::new(capped(12_000, 10_000, Order::NewestFirst));
    let summarizer = Summarizer::new(SummaryOptions::default(), Box::new(Utc)).unwrap();
    let query = SmsHistoryQuery::new();
    let mut history = client(&api)
        .history(&query, HistoryOptions::default())
        .unwrap();
    let summary = history.summarize(summarizer).await.unwrap();
    assert_eq!(summary.totals.count, 12_000);
}

#[tokio::test]
async fn a_capped_count_of_a_resumed_history_is_reported_incomplete() {
    // Resumed in the middle, and at the end of what the count promises.
    for rows_before in [3000, 10_000] {
        let api = Rc::new(capped(10_000, 10_000, Order::OldestFirst));
        let options = HistoryOptions {
            limit: Some(rows_before as u64),
            ..one_by_one()
        };
        let (_, cursor) = read(&client(&api), options, rows_before).await.unwrap();
        assert!(cursor.is_some());
        let api = Rc::new(capped(12_000, 10_000, Order::OldestFirst));
        let error = read_all(&client(&api), from(cursor))
            .await
            .map(|ids| ids.len())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    }
}

#[tokio::test]
async fn a_true_count_costs_few_requests_to_believe() {
    // A full last page, and messages in every span, whose halves have more rows than the whole.
    for undated in [0, 2000] {
        let mut api = Api::evenly_spaced(3000, 60, Order::NewestFirst);
        api.undated = undated;
        let api = api.before_each(|number, _| assert!(number < 20, "too many requests"));
        let ids = read_pages_of(&api, 1000).await.unwrap();
        assert_complete(&ids, (1..=3000).chain(1_000_001..=1_000_000 + undated));
    }
}

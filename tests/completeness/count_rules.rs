//! Servers whose `total_count` depends on the request or on its page. Each history is complete, or an error.

use std::cell::Cell;

use super::*;
use api::{Answer, FIRST};
use voximplant_sms_history::ErrorKind;

type CountRule = fn(&Answer) -> Option<u64>;

/// Reads histories of several lengths, distributions, orders and counts. `prepare` states the server's fault. Returns how
/// many of them were complete.
async fn assert_complete_or_error(prepare: impl Fn(&mut Api)) -> usize {
    let mut complete = 0;
    for (rows, count) in [
        (2500, 1000),
        (2500, 400),
        (2000, 1000),
        (95, 10),
        (9, 3),
        (5, 1),
    ] {
        for order in [Order::OldestFirst, Order::NewestFirst] {
            for (seconds, has_dates, concurrency) in
                [(60, true, 4), (60, true, 1), (0, true, 4), (60, false, 4)]
            {
                let mut api = Api::evenly_spaced(if has_dates { rows } else { 0 }, seconds, order);
                api.undated = if has_dates { 0 } else { rows };
                prepare(&mut api);
                let api = api.before_each(|number, _| assert!(number < 10_000, "does not end"));
                let query = SmsHistoryQuery::new().with_count(count);
                let options = HistoryOptions {
                    concurrency,
                    ..HistoryOptions::default()
                };
                let mut history = client(&api).history(&query, options).unwrap();
                let mut ids = Vec::new();
                let error = loop {
                    match history.next().await {
                        Some(Ok(page)) => ids.extend(page.iter().map(|message| id_of(&message))),
                        Some(Err(error)) => break Some(error),
                        None => break None,
                    }
                };
                let Some(error) = error else {
                    let first = if has_dates { 1 } else { 1_000_001 };
                    assert_complete(&ids, first..first + rows);
                    complete += 1;
                    continue;
                };
                let is_expected =
                    [ErrorKind::Incomplete, ErrorKind::Format].contains(&error.kind());
                assert!(is_expected, "{error}");
            }
        }
    }
    complete
}

async fn assert_rule(rule: CountRule) -> usize {
    assert_complete_or_error(|api| api.state_total = Some(rule)).await
}

#[tokio::test]
async fn a_count_of_the_rows_in_the_page_is_complete_or_an_error() {
    let complete = assert_rule(|answer| Some(answer.rows)).await;
    assert!(complete >= 20, "{complete}");
}

#[tokio::test]
async fn a_count_of_the_rows_up_to_the_page_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.offset + answer.rows)).await;
}

#[tokio::test]
async fn a_count_that_repeats_the_requested_count_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.count)).await;
}

#[tokio::test]
async fn a_count_of_offset_and_requested_count_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.offset + answer.count)).await;
}

#[tokio::test]
async fn a_count_of_the_rows_that_are_left_is_complete_or_an_error() {
    let complete = assert_rule(|answer| Some(answer.all.saturating_sub(answer.offset))).await;
    assert!(complete >= 20, "{complete}");
}

#[tokio::test]
async fn a_count_of_the_rows_behind_the_page_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.all.saturating_sub(answer.offset + answer.rows))).await;
}

#[tokio::test]
async fn a_count_of_pages_is_complete_or_an_error() {
    let complete = assert_rule(|answer| Some(answer.all.div_ceil(answer.count))).await;
    assert!(complete >= 8, "{complete}");
}

#[tokio::test]
async fn a_count_of_one_more_row_than_sent_is_complete_or_an_error() {
    let complete =
        assert_rule(|answer| Some(answer.all.min(answer.offset + answer.rows + 1))).await;
    assert!(complete >= 40, "{complete}");
}

#[tokio::test]
async fn a_count_of_zero_with_rows_is_complete_or_an_error() {
    assert_rule(|_| Some(0)).await;
}

#[tokio::test]
async fn a_count_of_zero_behind_the_first_page_is_complete_or_an_error() {
    let complete = assert_rule(|answer| Some(if answer.offset > 0 { 0 } else { answer.all })).await;
    assert!(complete >= 20, "{complete}");
}

#[tokio::test]
async fn a_count_that_shrinks_with_each_response_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.all.saturating_sub(u64::from(answer.number)))).await;
}

#[tokio::test]
async fn a_count_that_grows_with_each_response_is_complete_or_an_error() {
    assert_rule(|answer| Some(answer.count * u64::from(answer.number))).await;
}

#[tokio::test]
async fn a_count_that_is_capped_until_it_grows_is_complete_or_an_error() {
    let complete =
        assert_rule(|answer| Some(answer.all.min(if answer.number > 1 { 2 } else { 1 } * 1000)))
            .await;
    assert!(complete >= 40, "{complete}");
}

#[tokio::test]
async fn a_count_that_is_absent_behind_the_first_page_is_complete_or_an_error() {
    assert_rule(|answer| (answer.offset == 0).then_some(answer.all)).await;
}

#[tokio::test]
async fn a_count_that_is_capped_and_absent_behind_the_first_page_is_complete_or_an_error() {
    assert_rule(|answer| (answer.offset == 0).then_some(answer.all.min(answer.count))).await;
}

#[tokio::test]
async fn a_maximum_count_with_no_rows_behind_an_offset_is_complete_or_an_error() {
    for max_total in [3, 10, 400, 1000, 1500] {
        let complete = assert_complete_or_error(|api| {
            api.is_empty_behind_offset = true;
            api.max_total = max_total;
        })
        .await;
        assert!(complete >= 24, "{complete}");
    }
}

#[tokio::test]
async fn a_constant_count_with_no_rows_behind_an_offset_is_complete_or_an_error() {
    for max_total in [3, 10, 400, 1000, 1500] {
        assert_complete_or_error(|api| {
            api.is_empty_behind_offset = true;
            api.total.set(Some(max_total));
        })
        .await;
    }
}

#[tokio::test]
async fn rows_that_ignore_the_offset_are_complete_or_an_error() {
    let rule: CountRule = |answer| Some(answer.count.min(answer.all));
    let complete = assert_complete_or_error(|api| {
        api.ignores_offset = true;
        api.state_total = Some(rule);
    })
    .await;
    assert!(complete >= 20, "{complete}");
}

#[tokio::test]
async fn a_row_of_the_check_that_no_page_had_is_never_lost() {
    // The first response counts what it has. The check sees one row more, and a count that agrees.
    let rows = (1..=2500).map(|id| (FIRST, id)).collect();
    let mut api = Api::new(rows, Order::OldestFirst);
    api.state_total = Some(|answer| Some(answer.offset + answer.rows));
    let error = read_all(&client(&Rc::new(api)), one_by_one())
        .await
        .map(|ids| ids.len())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}");
    assert!(error.message().contains("total_count"), "{error}");
}

#[tokio::test]
async fn a_true_count_costs_no_request_more_than_its_check() {
    // The pages, and five requests to check the count if the last page was full or the count is round.
    for (rows, count, expected) in [
        (2500, 1000, 3),
        (30, 7, 5),
        (999, 1000, 1),
        (500, 1000, 1 + 1),
        (2000, 1000, 2 + 5),
        (2000, 300, 7 + 5),
        (5, 1, 5 + 5),
    ] {
        let requests = Rc::new(Cell::new(0));
        let counter = Rc::clone(&requests);
        let api = Api::evenly_spaced(rows, 60, Order::NewestFirst)
            .before_each(move |number, _| counter.set(number));
        let query = SmsHistoryQuery::new().with_count(count);
        let mut history = client(&api).history(&query, one_by_one()).unwrap();
        while let Some(page) = history.next().await {
            page.unwrap();
        }
        assert_eq!(requests.get(), expected, "{rows} {count}");
    }
}

#[tokio::test]
async fn an_unread_row_is_remembered_if_the_next_response_agrees_with_the_count() {
    // Only the first check of the count gets a row behind it.
    let mut api = Api::evenly_spaced(2500, 0, Order::OldestFirst);
    api.state_total = Some(|answer| Some(if answer.number == 2 { 7 } else { 1000 }));
    let api = api.before_each(|number, rows| {
        if number == 3 {
            rows.truncate(1000);
        }
    });
    let read = read_all(&client(&api), one_by_one()).await;
    let kind = read.map(|ids| ids.len()).unwrap_err().kind();
    assert_eq!(kind, ErrorKind::Incomplete);
}

#[tokio::test]
async fn a_resumed_history_with_a_contradicted_count_is_reported_incomplete() {
    let rules: [CountRule; 3] = [
        |answer| Some(answer.rows),
        |answer| Some(answer.offset + answer.rows),
        |_| Some(1000),
    ];
    for (rule, is_empty_behind_offset) in rules
        .map(|rule| (rule, false))
        .into_iter()
        .chain([(rules[2], true)])
    {
        let mut api = Api::evenly_spaced(2500, 60, Order::NewestFirst);
        api.state_total = Some(rule);
        api.is_empty_behind_offset = is_empty_behind_offset;
        let client = client(&Rc::new(api));
        let first_page = HistoryOptions {
            limit: Some(1000),
            ..HistoryOptions::default()
        };
        let (_, cursor) = read(&client, first_page, 1000).await.unwrap();
        assert!(cursor.is_some());
        let rest = read_all(&client, from(cursor)).await;
        let kind = rest.map(|ids| ids.len()).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Incomplete);
    }
}

/// The count is that of the rows in the page, or up to its end.
const COUNTS_OF_ROWS: [CountRule; 2] = [
    |answer| Some(answer.offset + answer.rows),
    |answer| Some(answer.rows),
];

/// An API of 2,500 rows that counts by a rule, and has a maximum of rows.
fn capped(order: Order, rule: CountRule, cap: impl Fn(&mut Api)) -> Rc<Api> {
    let mut api = Api::evenly_spaced(2500, 60, order);
    api.state_total = Some(rule);
    cap(&mut api);
    api.before_each(|number, _| assert!(number < 10_000, "does not end"))
}

async fn assert_complete_or_incomplete(api: &Rc<Api>) {
    match read_all(&client(api), one_by_one()).await {
        Ok(ids) => assert_complete(&ids, 1..=2500),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
    }
}

async fn assert_counted_or_incomplete(api: &Rc<Api>) {
    match client(api).count(&SmsHistoryQuery::new()).await {
        Ok(count) => assert_eq!(count, 2500),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
    }
}

#[tokio::test]
async fn a_window_of_rows_with_a_count_of_those_up_to_the_page_is_no_complete_history() {
    let rules: [CountRule; 2] = [
        |answer| Some(answer.all.min(1000)),
        |answer| Some(answer.all.min(1000).min(answer.offset + answer.count)),
    ];
    for order in [Order::OldestFirst, Order::NewestFirst] {
        for rule in [COUNTS_OF_ROWS, rules].concat() {
            let api = capped(order, rule, |api| api.max_offset = 1000);
            assert_complete_or_incomplete(&api).await;
            assert_counted_or_incomplete(&api).await;
        }
    }
}

#[tokio::test]
async fn a_count_that_earlier_responses_contradict_is_checked() {
    for max_page in [10, 50, 100, 250, 999] {
        for rule in COUNTS_OF_ROWS {
            let api = capped(Order::OldestFirst, rule, |api| api.max_page = max_page);
            assert_counted_or_incomplete(&api).await;
            for wanted in [1, max_page.min(50) as u64] {
                let client = client(&api);
                let query = SmsHistoryQuery::new();
                let newest = client.newest(wanted, &query, HistoryOptions::default());
                match newest.await {
                    Ok(newest) => {
                        let ids: Vec<u64> = newest.iter().map(|message| id_of(&message)).collect();
                        assert_eq!(ids, Vec::from_iter((2501 - wanted..=2500).rev()));
                    }
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_a_round_length_is_checked_for_more_rows() {
    for max_page in [50, 100, 200, 250, 500] {
        for rule in COUNTS_OF_ROWS {
            let api = capped(Order::NewestFirst, rule, |api| api.max_page = max_page);
            assert_complete_or_incomplete(&api).await;
        }
    }
}

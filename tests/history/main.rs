//! Whole histories against the sandbox: no gap, no duplicate.
#![cfg(not(target_family = "wasm"))]

#[path = "../native/mod.rs"]
mod native;

mod complete;
mod cursor;
mod exports;
mod faults;
mod limits;

use std::{cell::Cell, collections::BTreeSet, time::Duration};

use sandbox::{Options, Order, Sandbox};
use voximplant_sms_history::{
    ClientOptions, History, HistoryOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryQuery,
    base_url::BaseUrl,
    client::events::{Event, Observer},
    clock::{Clock, EpochMillis, SystemClock},
    page::Totals,
    token::{BearerToken, StaticToken},
};

const ORDERS: [Order; 3] = [Order::Asc, Order::Desc, Order::Shuffled];

type Client<C = SystemClock> = SmsHistoryClient<native::transport::Reqwest, StaticToken, C>;

thread_local! {
    /// The requests of this test: each test has a thread of its own.
    static REQUESTS: Cell<u64> = const { Cell::new(0) };
}

fn requests() -> u64 {
    REQUESTS.get()
}

async fn sandbox(messages: u32, order: Order) -> Sandbox {
    let options = Options {
        messages,
        order,
        ..Options::default()
    };
    // Validating every row of a long history against the contract takes minutes, and shows no more than a short one.
    if messages > 10_000 {
        Sandbox::start(options).await.unwrap()
    } else {
        native::sandbox(options).await
    }
}

fn client(sandbox: &Sandbox) -> Client {
    client_with(sandbox, SystemClock, ClientOptions::default())
}

fn client_with<C: Clock>(sandbox: &Sandbox, clock: C, options: ClientOptions) -> Client<C> {
    let token = sandbox.token(Duration::from_secs(3000)).unwrap();
    let count = |event: &Event| {
        if let Event::Request { .. } = event {
            REQUESTS.set(REQUESTS.get() + 1);
        }
    };
    SmsHistoryClient::with_options(
        BaseUrl::new(&sandbox.url(), false).unwrap(),
        native::transport::Reqwest::new(),
        StaticToken::new(BearerToken::new(token).unwrap()),
        clock,
        ClientOptions {
            observer: Some(Observer::new(count)),
            ..options
        },
    )
}

/// The rows of a history, collected.
#[derive(Debug, Default)]
struct Read {
    ids: Vec<u64>,
    totals: Totals,
    pages: usize,
    cursor: Option<String>,
    /// Whether the last page said that it is the last.
    is_at_end: bool,
}

async fn read_all<C: Clock + 'static>(
    client: &Client<C>,
    query: &SmsHistoryQuery,
    options: HistoryOptions,
) -> Result<Read, SmsHistoryError> {
    drain(client.history(query, options)?).await
}

async fn drain<C: Clock + 'static>(
    mut history: History<native::transport::Reqwest, StaticToken, C>,
) -> Result<Read, SmsHistoryError> {
    let mut read = Read::default();
    while let Some(page) = history.next().await {
        let page = page?;
        assert!(!page.is_empty() || page.is_last());
        assert!(!read.is_at_end, "a page after the last one");
        read.is_at_end = page.is_last();
        read.pages += 1;
        read.totals = read.totals.checked_add(page.totals()).unwrap();
        read.ids
            .extend(page.iter().map(|message| message.message_id.unwrap()));
        read.cursor = page.cursor().map(str::to_owned);
    }
    Ok(read)
}

/// The ids of all messages. Building the rows would also generate their texts.
fn all_ids(sandbox: &Sandbox) -> BTreeSet<u64> {
    let ids = sandbox.dataset().ids(&sandbox::Filter::default());
    ids.into_iter().collect()
}

/// Asserts that every message of the sandbox was read once, with the sandbox's own sums.
fn assert_complete(read: &Read, sandbox: &Sandbox) {
    let expected = sandbox.dataset().totals(&sandbox::Filter::default());
    let distinct: BTreeSet<u64> = read.ids.iter().copied().collect();
    let all = all_ids(sandbox);
    assert_eq!(read.ids.len(), distinct.len(), "duplicate");
    assert!(
        distinct == all,
        "gap of {}",
        all.difference(&distinct).count()
    );
    assert_eq!(
        (read.totals.count, read.totals.fragments),
        (expected.count, expected.fragments)
    );
    assert_eq!(
        read.totals.cost.normalized().to_string(),
        expected
            .cost
            .to_string()
            .trim_end_matches('0')
            .trim_end_matches('.')
    );
}

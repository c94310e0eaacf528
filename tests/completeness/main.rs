#![cfg(not(target_family = "wasm"))]
//! Histories over an API that changes meanwhile, contradicts itself, or excludes the ends of a span. Each is complete, or an
//! error that names what is missing.

mod api;
mod boundaries;
mod capped_counts;
mod changes;
mod clocks;
mod contradictions;
mod count_rules;
mod cursors;
mod foreign_rows;
mod identity;
mod outages;
mod page_caps;
mod planning;
mod replicas;

use std::{collections::BTreeSet, rc::Rc, time::Duration};

use voximplant_sms_history::{
    ClientOptions, HistoryOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryQuery, SmsMessage,
    base_url::BaseUrl,
    clock::{Clock, EpochMillis, SystemClock},
    token::{BearerToken, StaticToken},
};

use api::{Api, Fake, IdField, Order};

type Client = SmsHistoryClient<Fake, StaticToken, Impatient>;

/// A clock that does not wait. Its timeouts of requests never end.
#[derive(Clone)]
struct Impatient;

impl Clock for Impatient {
    fn now(&self) -> EpochMillis {
        SystemClock.now()
    }

    fn elapsed(&self) -> f64 {
        SystemClock.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        if duration >= Duration::from_secs(30) {
            std::future::pending().await
        }
    }
}

fn client(api: &Rc<Api>) -> Client {
    SmsHistoryClient::with_options(
        BaseUrl::default(),
        Fake(Rc::clone(api)),
        StaticToken::new(BearerToken::new("t").unwrap()),
        Impatient,
        ClientOptions::default(),
    )
}

fn one_by_one() -> HistoryOptions {
    HistoryOptions {
        concurrency: 1,
        ..HistoryOptions::default()
    }
}

fn from(cursor: Option<String>) -> HistoryOptions {
    HistoryOptions {
        cursor,
        ..HistoryOptions::default()
    }
}

/// The id of a message, or 0 for a row without any.
fn id_of(message: &SmsMessage<'_>) -> u64 {
    let text = || message.text?.parse().ok();
    let id = message.message_id.or(message.transaction_id);
    id.or_else(text).unwrap_or(0)
}

/// Reads the ids of at least `most` messages, and the cursor of the last page.
async fn read(
    client: &Client,
    options: HistoryOptions,
    most: usize,
) -> Result<(Vec<u64>, Option<String>), SmsHistoryError> {
    let mut history = client.history(&SmsHistoryQuery::new(), options)?;
    let (mut ids, mut cursor) = (Vec::new(), None);
    while ids.len() < most
        && let Some(page) = history.next().await
    {
        let page = page?;
        ids.extend(page.iter().map(|message| id_of(&message)));
        cursor = page.cursor().map(str::to_owned);
    }
    Ok((ids, cursor))
}

async fn read_all(client: &Client, options: HistoryOptions) -> Result<Vec<u64>, SmsHistoryError> {
    read(client, options, usize::MAX).await.map(|(ids, _)| ids)
}

/// Asserts that exactly these ids were read, each once.
fn assert_complete(ids: &[u64], expected: impl IntoIterator<Item = u64>) {
    let (read, expected): (BTreeSet<u64>, BTreeSet<u64>) = (
        ids.iter().copied().collect(),
        expected.into_iter().collect(),
    );
    let lost: Vec<_> = expected.difference(&read).take(5).collect();
    assert!(lost.is_empty(), "gap: {lost:?}");
    assert_eq!(ids.len(), read.len(), "duplicate");
}

//! Histories while the API fails, contradicts itself, and gets new messages.

use super::*;
use sandbox::Fault;
use voximplant_sms_history::{ErrorKind, client::retry::RetryPolicy};

const MILLISECOND: Duration = Duration::from_millis(1);

fn faults(specs: &[&str]) -> Vec<Fault> {
    specs.iter().map(|spec| spec.parse().unwrap()).collect()
}

/// A clock that runs ten times as fast, because a history pauses for seconds while its counts disagree.
#[derive(Clone)]
struct FastClock;

impl FastClock {
    const SPEED: u32 = 10;
}

impl Clock for FastClock {
    fn now(&self) -> EpochMillis {
        SystemClock.now()
    }

    fn elapsed(&self) -> f64 {
        SystemClock.elapsed() * f64::from(Self::SPEED)
    }

    async fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration / Self::SPEED).await;
    }
}

/// A client with short delays and many attempts.
fn client_with_short_delays(sandbox: &Sandbox) -> Client<FastClock> {
    client_with(
        sandbox,
        FastClock,
        ClientOptions {
            retry: RetryPolicy::new(8, MILLISECOND, 10 * MILLISECOND).unwrap(),
            attempt_timeout: Some(FastClock::SPEED * Duration::from_millis(400)),
            ..ClientOptions::default()
        },
    )
}

fn pages_of(count: u32) -> SmsHistoryQuery {
    SmsHistoryQuery::new().with_count(count)
}

#[tokio::test]
async fn histories_are_complete_while_a_fifth_of_the_requests_fails() {
    for fault in [
        "500",
        "502:body=empty",
        "503:retry-after=0",
        "429:retry-after=0",
        "425",
        "408",
        "api-error:code=1",
        "api-error:code=2,status=500",
        "api-error:code=4,status=400",
        "api-error:code=340,retry-after=0,status=429",
        "html",
        "truncate:at=random",
        "truncate:at=random,length=cut",
        "reset",
        "reset:at=random",
        "hang",
        "total-count:by=7",
        "total-count:by=-7",
        "total-count:absent",
        "duplicate:rows=3",
        "drop-row:rows=2",
    ] {
        let sandbox = sandbox(3000, Order::Desc).await;
        sandbox.set_faults(faults(&[&format!(
            "{fault}{}probability=0.2",
            if fault.contains(':') { ',' } else { ':' }
        )]));
        let read = read_all(
            &client_with_short_delays(&sandbox),
            &pages_of(100),
            HistoryOptions::default(),
        )
        .await;
        let read = read.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_complete(&read, &sandbox);
        assert!(sandbox.faults()[0].injected > 0, "{fault}");
    }
}

#[tokio::test]
async fn persistent_faults_are_errors_that_name_what_is_missing() {
    for (fault, kind, words) in [
        (
            "total-count:by=7",
            ErrorKind::Incomplete,
            &["expected 307 messages to 20", "(its total_count), got 300;"][..],
        ),
        ("total-count:absent", ErrorKind::Format, &["total_count"]),
        (
            "drop-row",
            ErrorKind::Incomplete,
            &["(its total_count), got "],
        ),
        ("500", ErrorKind::Http, &["500"]),
        (
            "truncate:at=50,length=cut",
            ErrorKind::Format,
            &["ends in the middle"],
        ),
        ("reset", ErrorKind::Network, &["failed"]),
        ("hang", ErrorKind::Timeout, &["attempt_timeout"]),
        ("api-error:code=104", ErrorKind::Api, &["roles"]),
    ] {
        let sandbox = sandbox(300, Order::Asc).await;
        sandbox.set_faults(faults(&[fault]));
        let error = read_all(
            &client_with_short_delays(&sandbox),
            &pages_of(100),
            HistoryOptions::default(),
        )
        .await
        .unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}: {error}");
        for word in words {
            assert!(error.message().contains(word), "{fault}: {error}");
        }
        if kind == ErrorKind::Incomplete {
            assert!(
                error.message().contains("to 20")
                    && error.message().contains("got ")
                    && error.is_retryable(),
                "names the span: {error}"
            );
        }
    }
}

#[tokio::test]
async fn messages_that_arrive_meanwhile_cause_no_gap_and_no_duplicate() {
    for order in ORDERS {
        let sandbox = sandbox(6000, order).await;
        let before = all_ids(&sandbox);
        sandbox.insert_per_second(500);
        let read = read_all(&client(&sandbox), &pages_of(100), HistoryOptions::default())
            .await
            .unwrap();
        let distinct: BTreeSet<u64> = read.ids.iter().copied().collect();
        assert_eq!(read.ids.len(), distinct.len(), "duplicate");
        assert!(before.is_subset(&distinct), "gap");
        assert!(sandbox.dataset().len() > 6000);
    }
}

#[tokio::test]
async fn late_messages_are_returned_once() {
    for order in ORDERS {
        read_while_messages_are_added_late(3000, order, 100, 3).await;
    }
}

// So many late messages that the segment grows by pages after the next one has begun. One test per order, because these
// tests take the longest.

#[tokio::test]
async fn pages_of_late_messages_are_returned_once_ascending() {
    read_while_messages_are_added_late(140_000, Order::Asc, 1000, 400).await;
}

#[tokio::test]
async fn pages_of_late_messages_are_returned_once_descending() {
    read_while_messages_are_added_late(140_000, Order::Desc, 1000, 400).await;
}

#[tokio::test]
async fn pages_of_late_messages_are_returned_once_shuffled() {
    read_while_messages_are_added_late(140_000, Order::Shuffled, 1000, 400).await;
}

async fn read_while_messages_are_added_late(messages: u32, order: Order, count: u32, late: u32) {
    let sandbox = sandbox(messages, order).await;
    let client = client(&sandbox);
    let mut history = client
        .history(&pages_of(count), HistoryOptions::default())
        .unwrap();
    let mut ids = Vec::new();
    while let Some(page) = history.next().await {
        // Into the last hour: the segment that is being read, or already complete if the newest messages come first.
        if ids.len() < messages as usize * 9 / 10 {
            sandbox.insert(late, Duration::from_secs(3600)).unwrap();
        }
        ids.extend(
            page.unwrap()
                .iter()
                .map(|message| message.message_id.unwrap()),
        );
    }
    let distinct: BTreeSet<u64> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "duplicate");
    assert!(distinct == all_ids(&sandbox), "gap");
}

#[tokio::test]
async fn a_slow_server_clock_fixes_the_end_of_the_history() {
    let sandbox = sandbox(2500, Order::Desc).await;
    sandbox.set_faults(faults(&["clock:skew=-5"]));
    let read = read_all(
        &client(&sandbox),
        &pages_of(1000),
        HistoryOptions::default(),
    )
    .await
    .unwrap();
    assert_complete(&read, &sandbox);
    // The first page was requested again, with the server's time as the end.
    assert_eq!(requests(), 4);
}

#[tokio::test]
async fn a_response_truncated_anywhere_is_read_again() {
    let sandbox = sandbox(50, Order::Desc).await;
    let length = 14_000;
    for at in (0..length).step_by(331) {
        for form in ["full", "cut"] {
            sandbox.set_faults(faults(&[&format!(
                "truncate:at={at},length={form},first=1"
            )]));
            // A new client each time: if half of all requests fail, the retry budget is exhausted.
            let client = client_with_short_delays(&sandbox);
            let read = read_all(&client, &SmsHistoryQuery::new(), HistoryOptions::default())
                .await
                .unwrap();
            assert_complete(&read, &sandbox);
        }
    }
}

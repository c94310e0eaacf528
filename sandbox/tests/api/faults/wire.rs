//! Faults on the wire: where a body ends, and how the connection ends.

use crate::common::start;
use crate::faults::raw::RawResponse;
use sandbox::Sandbox;
use std::io::ErrorKind;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(10);

async fn faulty(sandbox: &Sandbox, spec: &str, time: Duration) -> RawResponse {
    sandbox.set_faults(vec![spec.parse().unwrap()]);
    RawResponse::history(sandbox, "count=50", time).await
}

async fn whole(sandbox: &Sandbox) -> Vec<u8> {
    sandbox.set_faults(Vec::new());
    let whole = RawResponse::history(sandbox, "count=50", TIMEOUT).await;
    assert_eq!(whole.end, Some(Ok(())));
    assert_eq!(whole.content_length(), whole.body.len());
    whole.body
}

#[tokio::test]
async fn truncated_at_a_byte() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let last = whole.len() - 1;
    for at in [0, 1, 17, 5_000, last] {
        let full = faulty(&sandbox, &format!("truncate:at={at}"), TIMEOUT).await;
        assert_eq!(full.content_length(), whole.len(), "{at}");
        assert_eq!(full.end, Some(Ok(())), "closed in order, but early");
        assert!(full.body == whole[..at], "{at}: {}", full.body.len());
        let cut = faulty(&sandbox, &format!("truncate:at={at},length=cut"), TIMEOUT).await;
        assert_eq!((cut.content_length(), cut.end), (at, Some(Ok(()))));
        assert!(cut.body == whole[..at]);
    }
    for beyond in [whole.len(), whole.len() + 9] {
        let response = faulty(&sandbox, &format!("truncate:at={beyond}"), TIMEOUT).await;
        assert!(response.body == whole);
    }
}

#[tokio::test]
async fn truncated_at_random() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    sandbox.set_faults(vec!["truncate".parse().unwrap()]);
    let mut lengths = Vec::new();
    for _ in 0..20 {
        let response = RawResponse::history(&sandbox, "count=50", TIMEOUT).await;
        assert_eq!(response.content_length(), whole.len());
        assert!(response.body.len() < whole.len() && whole.starts_with(&response.body));
        lengths.push(response.body.len());
    }
    lengths.sort_unstable();
    let spread = lengths[19] - lengths[0];
    assert!(spread > whole.len() / 3, "{lengths:?}");
}

#[tokio::test]
async fn large_body_arrives_up_to_the_position() {
    let sandbox = start(1_000).await;
    let whole = RawResponse::history(&sandbox, "", TIMEOUT).await.body;
    let at = whole.len() - 1;
    for spec in ["truncate", "hang"] {
        sandbox.set_faults(vec![format!("{spec}:at={at}").parse().unwrap()]);
        let response = RawResponse::history(&sandbox, "", Duration::from_secs(1)).await;
        assert!(
            response.body == whole[..at],
            "{spec}: {} of {at}",
            response.body.len()
        );
    }
}

#[tokio::test]
async fn connection_is_reset() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let before = faulty(&sandbox, "reset", TIMEOUT).await;
    assert_eq!(before.end, Some(Err(ErrorKind::ConnectionReset)));
    assert_eq!((before.head.as_str(), before.body.len()), ("", 0));
    for at in [0, 1_000] {
        let within = faulty(&sandbox, &format!("reset:at={at}"), TIMEOUT).await;
        assert_eq!(within.end, Some(Err(ErrorKind::ConnectionReset)), "{at}");
        // A reset may overtake bytes. The received bytes are correct.
        assert!(within.body.len() <= at && whole.starts_with(&within.body));
    }
    sandbox.set_faults(vec!["reset:at=random".parse().unwrap()]);
    for _ in 0..5 {
        let within = RawResponse::history(&sandbox, "count=50", TIMEOUT).await;
        assert_eq!(within.end, Some(Err(ErrorKind::ConnectionReset)));
    }
    // The sandbox keeps running.
    assert_eq!(faulty(&sandbox, "html", TIMEOUT).await.end, Some(Ok(())));
}

#[tokio::test]
async fn response_hangs() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let time = Duration::from_millis(300);
    let before = faulty(&sandbox, "hang", time).await;
    assert_eq!((before.end, before.head.as_str()), (None, ""));
    for at in [0, 1_000] {
        let within = faulty(&sandbox, &format!("hang:at={at}"), time).await;
        assert_eq!(within.end, None);
        assert_eq!(within.content_length(), whole.len());
        assert!(within.body == whole[..at]);
    }
}

#[tokio::test]
async fn body_drips() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let size = whole.len().div_ceil(8);
    let spec = format!("drip:bytes={size},interval-ms=40");
    let response = faulty(&sandbox, &spec, TIMEOUT).await;
    assert!(response.body == whole);
    assert_eq!(response.content_length(), whole.len());
    let (last, _) = response.reads[response.reads.len() - 1];
    assert!(last >= Duration::from_millis(7 * 40), "{last:?}");
    assert!(response.reads.len() >= 8, "{:?}", response.reads);
}

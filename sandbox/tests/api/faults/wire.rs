//! Each fault that is seen on the wire: where a body ends, and how the connection does.

use crate::common::start;
use crate::faults::raw::Raw;
use sandbox::Sandbox;
use std::io::ErrorKind;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

async fn struck(sandbox: &Sandbox, spec: &str, time: Duration) -> Raw {
    sandbox.set_faults(vec![spec.parse().unwrap()]);
    Raw::history(sandbox, "count=50", time).await
}

async fn whole(sandbox: &Sandbox) -> Vec<u8> {
    sandbox.set_faults(Vec::new());
    let whole = Raw::history(sandbox, "count=50", PATIENCE).await;
    assert_eq!(whole.end, Some(Ok(())));
    assert_eq!(whole.content_length(), whole.body.len());
    whole.body
}

#[tokio::test]
async fn truncation_at_a_byte() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let last = whole.len() - 1;
    for at in [0, 1, 17, 5_000, last] {
        let full = struck(&sandbox, &format!("truncate:at={at}"), PATIENCE).await;
        assert_eq!(full.content_length(), whole.len(), "{at}");
        assert_eq!(full.end, Some(Ok(())), "closed in order, only early");
        assert!(full.body == whole[..at], "{at}: {}", full.body.len());
        let cut = struck(&sandbox, &format!("truncate:at={at},length=cut"), PATIENCE).await;
        assert_eq!((cut.content_length(), cut.end), (at, Some(Ok(()))));
        assert!(cut.body == whole[..at]);
    }
    for beyond in [whole.len(), whole.len() + 9] {
        let reply = struck(&sandbox, &format!("truncate:at={beyond}"), PATIENCE).await;
        assert!(reply.body == whole);
    }
}

#[tokio::test]
async fn truncation_anywhere() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    sandbox.set_faults(vec!["truncate".parse().unwrap()]);
    let mut lengths = Vec::new();
    for _ in 0..20 {
        let reply = Raw::history(&sandbox, "count=50", PATIENCE).await;
        assert_eq!(reply.content_length(), whole.len());
        assert!(reply.body.len() < whole.len() && whole.starts_with(&reply.body));
        lengths.push(reply.body.len());
    }
    lengths.sort_unstable();
    let spread = lengths[19] - lengths[0];
    assert!(spread > whole.len() / 3, "{lengths:?}");
}

#[tokio::test]
async fn a_large_body_arrives_up_to_the_place() {
    let sandbox = start(1_000).await;
    let whole = Raw::history(&sandbox, "", PATIENCE).await.body;
    let at = whole.len() - 1;
    for spec in ["truncate", "hang"] {
        sandbox.set_faults(vec![format!("{spec}:at={at}").parse().unwrap()]);
        let reply = Raw::history(&sandbox, "", Duration::from_secs(1)).await;
        assert!(
            reply.body == whole[..at],
            "{spec}: {} of {at}",
            reply.body.len()
        );
    }
}

#[tokio::test]
async fn resets() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let before = struck(&sandbox, "reset", PATIENCE).await;
    assert_eq!(before.end, Some(Err(ErrorKind::ConnectionReset)));
    assert_eq!((before.head.as_str(), before.body.len()), ("", 0));
    for at in [0, 1_000] {
        let within = struck(&sandbox, &format!("reset:at={at}"), PATIENCE).await;
        assert_eq!(within.end, Some(Err(ErrorKind::ConnectionReset)), "{at}");
        // What a reset overtakes may be lost on the way; what is not lost is right.
        assert!(within.body.len() <= at && whole.starts_with(&within.body));
    }
    sandbox.set_faults(vec!["reset:at=random".parse().unwrap()]);
    for _ in 0..5 {
        let within = Raw::history(&sandbox, "count=50", PATIENCE).await;
        assert_eq!(within.end, Some(Err(ErrorKind::ConnectionReset)));
    }
    // The sandbox goes on.
    assert_eq!(struck(&sandbox, "html", PATIENCE).await.end, Some(Ok(())));
}

#[tokio::test]
async fn hangs() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let time = Duration::from_millis(300);
    let before = struck(&sandbox, "hang", time).await;
    assert_eq!((before.end, before.head.as_str()), (None, ""));
    for at in [0, 1_000] {
        let within = struck(&sandbox, &format!("hang:at={at}"), time).await;
        assert_eq!(within.end, None);
        assert_eq!(within.content_length(), whole.len());
        assert!(within.body == whole[..at]);
    }
}

#[tokio::test]
async fn drops() {
    let sandbox = start(50).await;
    let whole = whole(&sandbox).await;
    let size = whole.len().div_ceil(8);
    let spec = format!("drip:bytes={size},interval-ms=40");
    let reply = struck(&sandbox, &spec, PATIENCE).await;
    assert!(reply.body == whole);
    assert_eq!(reply.content_length(), whole.len());
    let (last, _) = reply.pieces[reply.pieces.len() - 1];
    assert!(last >= Duration::from_millis(7 * 40), "{last:?}");
    assert!(reply.pieces.len() >= 8, "{:?}", reply.pieces);
}

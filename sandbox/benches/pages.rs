//! How long pages of a large account take, over real sockets: for each order, by kind of filter, median and worst of
//! the requests made. `cargo bench -p sandbox --bench pages [messages]`

use sandbox::{Options, Order, Sandbox};
use std::time::{Duration, Instant};

const REQUESTS: u64 = 41;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let messages = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |n| n.parse())?;
    println!("{messages} messages, {REQUESTS} requests each, offsets from first to last");
    for order in [Order::Asc, Order::Desc, Order::Shuffled] {
        let begun = Instant::now();
        let sandbox = Sandbox::start(Options {
            messages,
            order,
            ..Options::default()
        })
        .await?;
        println!("{order:?}: started in {:.1?}", begun.elapsed());
        for (name, filter) in [
            ("everything", ""),
            ("half of the time", "&from_date=2024-06-01 00:00:00"),
            (
                "a month",
                "&from_date=2025-03-01 00:00:00&to_date=2025-03-31 23:59:59",
            ),
            (
                "an hour",
                "&from_date=2025-03-01 10:00:00&to_date=2025-03-01 10:59:59",
            ),
            ("one sender", "&source_number=SANDBOX"),
            (
                "one receiver, a year",
                "&destination_number=15550190003&from_date=2025-01-01 00:00:00",
            ),
            (
                "one direction, a year",
                "&direction=IN&from_date=2025-01-01 00:00:00",
            ),
        ] {
            for count in [1, 1_000] {
                measure(&sandbox, name, filter, count).await?;
            }
        }
        sandbox.shutdown().await;
    }
    Ok(())
}

async fn measure(
    sandbox: &Sandbox,
    name: &str,
    filter: &str,
    count: u64,
) -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::new();
    let token = sandbox.token(Duration::from_secs(600))?;
    let filter = filter.replace(' ', "%20");
    let url = |count: u64, offset: u64| {
        format!(
            "{}/GetSmsHistory?count={count}&offset={offset}{filter}",
            sandbox.url()
        )
    };
    let get = async |url: String| {
        client
            .post(url)
            .bearer_auth(&token)
            .send()
            .await?
            .bytes()
            .await
    };
    let first: serde_json::Value = serde_json::from_slice(&get(url(1, 0)).await?)?;
    let total = first["total_count"].as_u64().ok_or("no total_count")?;
    let mut times = Vec::new();
    for step in 0..REQUESTS {
        let offset = total.saturating_sub(count) * step / (REQUESTS - 1);
        let begun = Instant::now();
        get(url(count, offset)).await?;
        times.push(begun.elapsed());
    }
    times.sort();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "  {name:<24} {total:>8} rows, {count:>5} a page: median {median:>8.2?}, worst {worst:>8.2?}"
    );
    Ok(())
}

//! The parameters: limits, error codes, and filters compared with a brute-force filter.

use crate::common::{HttpResponse, admin, history, method, query, start};
use sandbox::{Direction, Filter, Sandbox};
use serde_json::Value;

#[tokio::test]
async fn each_error_has_its_code_and_quotes_no_value() {
    let sandbox = start(10).await;
    for (name, value, code) in [
        ("count", "0", 101),
        ("count", "1001", 101),
        ("count", "-1", 101),
        ("count", "1.5", 101),
        ("count", "+5", 101),
        ("count", "many", 101),
        ("offset", "-1", 101),
        ("offset", "1e3", 101),
        ("offset", "99999999999999999999", 101),
        ("output", "pdf", 105),
        ("output", "CSV", 105),
        ("from_date", "2025-13-01 00:00:00", 111),
        ("from_date", "2025-02-29 00:00:00", 111),
        ("from_date", "2025-03-01", 111),
        ("from_date", "2025-3-1 0:0:0", 111),
        ("to_date", "2025-03-01T00:00:00", 111),
        ("to_date", "2016-12-31 23:59:60", 111),
        ("source_number", "1555\n010", 121),
        ("source_number", "+", 121),
        ("destination_number", "155501000001555010000", 121),
        ("destination_number", "а", 121),
        ("direction", "up", 470),
    ] {
        let response = history(&sandbox, &[(name, value)]).await;
        assert_eq!(response.error_code(), Some(code), "{name}={value}");
        let body = response.json();
        let message = body["error"]["msg"].as_str().unwrap();
        assert!(message.contains(name), "{message}");
        assert!(value.len() < 3 || !message.contains(value), "{message}");
    }
    let range = [
        ("from_date", "2025-03-02 00:00:00"),
        ("to_date", "2025-03-01 23:59:59"),
    ];
    assert_eq!(history(&sandbox, &range).await.error_code(), Some(123));
    let both = history(&sandbox, &[("count", "x"), ("direction", "up")]).await;
    assert_eq!(both.error_code(), Some(101));
    assert_eq!(both.json()["errors"][1]["code"], 470);
}

#[tokio::test]
async fn unknown_and_empty_parameters_are_ignored() {
    let sandbox = start(30).await;
    let plain = history(&sandbox, &[]).await.json();
    let same = [("timezone", "Mars"), ("direction", ""), ("count", "")];
    assert_eq!(history(&sandbox, &same).await.json(), plain);
}

#[tokio::test]
async fn other_commands_and_methods_are_rejected() {
    let sandbox = start(1).await;
    let token = sandbox.token(std::time::Duration::from_secs(60)).unwrap();
    let client = reqwest::Client::new();
    for command in ["GetAccountInfo", "getsmshistory", "GetSmsHistory/"] {
        let url = format!("{}/{command}", sandbox.url());
        let response = HttpResponse::of(client.post(url).bearer_auth(&token)).await;
        assert_eq!(response.error_code(), Some(103), "{command}");
    }
    let response = HttpResponse::of(client.get(method(&sandbox, "")).bearer_auth(&token)).await;
    assert_eq!((response.status, response.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn count_and_offset_select_rows() {
    let sandbox = start(2_300).await;
    for (pairs, rows) in [
        (&[][..], 1_000),
        (&[("count", "7")][..], 7),
        (&[("offset", "2000")][..], 300),
        (&[("offset", "2299"), ("count", "5")][..], 1),
        (&[("offset", "2300")][..], 0),
        (&[("offset", "18446744073709551615")][..], 0),
    ] {
        let page = history(&sandbox, pairs).await.json();
        assert_eq!(page["result"].as_array().unwrap().len(), rows, "{pairs:?}");
        assert_eq!(page["total_count"], 2_300);
    }
}

/// The matching rows, found by comparing the texts of unfiltered rows.
fn by_brute_force<'a>(rows: &'a [Value], pairs: &[(&str, &str)]) -> Vec<&'a Value> {
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let matches = |row: &&Value| {
        pairs.iter().all(|&(name, wanted)| match name {
            "direction" => text(&row[name]).eq_ignore_ascii_case(wanted),
            // Texts of this format sort like their times.
            "from_date" => text(&row["processed_date"]).as_str() >= wanted,
            "to_date" => text(&row["processed_date"]).as_str() <= wanted,
            _ => text(&row[name]) == wanted,
        })
    };
    rows.iter().filter(matches).collect()
}

#[tokio::test]
async fn filters_equal_brute_force() {
    let sandbox = start(1_000).await;
    let all = history(&sandbox, &[]).await.json();
    let all = all["result"].as_array().unwrap();
    let row = |index: usize| &all[index];
    let own = |row: &Value| {
        row["direction"]
            .as_str()
            .unwrap()
            .eq_ignore_ascii_case("out")
    };
    let sent = all.iter().find(|row| own(row)).unwrap();
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let dated = |from: usize| {
        let dated = (from..).find(|&index| row(index)["processed_date"].is_string());
        text(&row(dated.unwrap())["processed_date"])
    };
    // Newest first.
    let (late, early) = (dated(200), dated(700));
    let (source, destination) = (
        text(&sent["source_number"]),
        text(&sent["destination_number"]),
    );
    let mut queries: Vec<Vec<(&str, &str)>> = ["IN", "in", "OUT", "Out"]
        .iter()
        .map(|&word| vec![("direction", word)])
        .collect();
    queries.push(vec![("source_number", &source)]);
    queries.push(vec![("destination_number", &destination)]);
    queries.push(vec![("source_number", "SANDBOX")]);
    queries.push(vec![("source_number", "70001112233"), ("direction", "IN")]);
    queries.push(vec![
        ("source_number", &source),
        ("destination_number", &destination),
    ]);
    let mut found = 0;
    for pairs in &queries {
        let page = history(&sandbox, pairs).await.json();
        let rows: Vec<&Value> = page["result"].as_array().unwrap().iter().collect();
        let expected = by_brute_force(all, pairs);
        assert_eq!(rows, expected, "{pairs:?}");
        assert_eq!(page["total_count"], expected.len());
        found += rows.len();
    }
    assert!(found > 1_000);

    // Dates, with inclusive bounds. Waiting rows may have no date, so they are not compared.
    for pairs in [
        vec![("from_date", early.as_str())],
        vec![("to_date", late.as_str())],
        vec![("from_date", early.as_str()), ("to_date", late.as_str())],
        vec![("from_date", late.as_str()), ("to_date", late.as_str())],
    ] {
        let page = history(&sandbox, &pairs).await.json();
        let dated = |row: &&Value| row["processed_date"].is_string();
        let rows: Vec<&Value> = page["result"]
            .as_array()
            .unwrap()
            .iter()
            .filter(dated)
            .collect();
        let mut expected = by_brute_force(all, &pairs);
        expected.retain(dated);
        assert!(!rows.is_empty());
        assert_eq!(rows, expected, "{pairs:?}");
    }
}

#[tokio::test]
async fn totals_equal_sums_of_rows() {
    let sandbox = start(2_500).await;
    assert_totals(&sandbox, &[], &Filter::default()).await;
    let filter = Filter {
        direction: Some(Direction::Out),
        ..Filter::default()
    };
    assert_totals(&sandbox, &[("direction", "out")], &filter).await;
    let response = admin(&sandbox, "totals?direction=up").await;
    assert_eq!((response.status, response.error_code()), (400, Some(470)));
}

/// Reads every page and sums costs as integers of ten-thousandths.
async fn assert_totals(sandbox: &Sandbox, pairs: &[(&str, &str)], filter: &Filter) {
    let totals = admin(sandbox, &format!("totals?{}", query(pairs)))
        .await
        .json();
    assert_eq!(
        totals,
        serde_json::to_value(sandbox.dataset().totals(filter)).unwrap()
    );
    let (mut count, mut fragments, mut cost) = (0, 0, 0);
    let (mut by_direction, mut by_status) = (serde_json::Map::new(), serde_json::Map::new());
    let bump = |map: &mut serde_json::Map<String, Value>, key: String| {
        let before = map.get(&key).and_then(Value::as_u64).unwrap_or_default();
        map.insert(key, (before + 1).into());
    };
    for offset in (0..5_000).step_by(1_000) {
        let offset = offset.to_string();
        let page = [pairs, &[("offset", offset.as_str())]].concat();
        for row in history(sandbox, &page).await.json()["result"]
            .as_array()
            .unwrap()
        {
            count += 1;
            fragments += row["fragments"].as_u64().unwrap();
            let text = row["cost"].to_string();
            let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
            assert!(part.len() <= 4, "{text}");
            cost += format!("{whole}{part:0<4}").parse::<u64>().unwrap();
            bump(
                &mut by_direction,
                row["direction"].as_str().unwrap().to_uppercase(),
            );
            bump(
                &mut by_status,
                row["status_id"].as_str().unwrap().to_owned(),
            );
        }
    }
    assert_eq!(totals["count"], count);
    assert_eq!(totals["fragments"], fragments);
    assert_eq!(
        totals["cost"],
        format!("{}.{:04}", cost / 10_000, cost % 10_000)
    );
    assert_eq!(totals["by_direction"], Value::Object(by_direction));
    assert_eq!(totals["by_status"], Value::Object(by_status));
}

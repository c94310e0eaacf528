//! The messages: variety, determinism, order, paging, and both file formats.

use crate::common::{history, start, with};
use calamine::{Data, Reader, Xls};
use sandbox::{Dataset, Options, Order};
use serde_json::Value;
use std::collections::HashSet;

const ORDERS: [Order; 3] = [Order::Asc, Order::Desc, Order::Shuffled];

fn ids(dataset: &Dataset) -> Vec<u64> {
    dataset.rows().map(|row| row.message_id).collect()
}

#[tokio::test]
async fn pages_have_every_message_once_in_each_order() {
    for order in ORDERS {
        let sandbox = with(Options {
            messages: 1_750,
            order,
            ..Options::default()
        })
        .await;
        let mut read = Vec::new();
        while read.len() < 1_750 {
            let offset = read.len().to_string();
            let page = history(&sandbox, &[("offset", &offset), ("count", "400")])
                .await
                .json();
            let rows = page["result"].as_array().unwrap();
            assert!(!rows.is_empty());
            read.extend(rows.iter().map(|row| row["message_id"].as_u64().unwrap()));
        }
        assert_eq!(read, ids(sandbox.dataset()));
        assert_eq!(read.iter().collect::<HashSet<_>>().len(), 1_750);
    }
}

#[test]
fn all_orders_have_the_same_messages() {
    let [asc, desc, shuffled] = ORDERS.map(|order| ids(&Dataset::new(5_000, 3, order)));
    assert!(asc.is_sorted_by(|a, b| a < b));
    assert!(desc.is_sorted_by(|a, b| a > b));
    assert!(asc.windows(2).any(|pair| pair[1] - pair[0] > 1), "gaps");
    let neighbours = shuffled.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((2_000..3_000).contains(&neighbours), "{neighbours}");
    let mut sorted = shuffled;
    sorted.sort_unstable();
    assert_eq!(sorted, asc);
}

#[test]
fn messages_depend_on_the_seed_only() {
    let rows = |seed| {
        let dataset = Dataset::new(500, seed, Order::Shuffled);
        serde_json::to_string(&dataset.rows().collect::<Vec<_>>()).unwrap()
    };
    assert_eq!(rows(9), rows(9));
    assert_ne!(rows(9), rows(10));
}

#[test]
fn rows_have_realistic_variety() {
    let dataset = Dataset::new(5_000, 1, Order::Desc);
    let rows: Vec<Value> = dataset
        .rows()
        .map(|row| serde_json::to_value(row).unwrap())
        .collect();
    let some = |what: &str, test: &dyn Fn(&Value) -> bool| {
        assert!(rows.iter().any(test), "no row: {what}");
    };
    for name in ["source_number", "destination_number"] {
        some("integer", &|row| row[name].is_u64());
        let digits = |row: &Value| row[name].as_str().map(|text| text.parse::<u64>().is_ok());
        some("digits as a string", &|row| digits(row) == Some(true));
    }
    some("sender's name", &|row| row["source_number"] == "SANDBOX");
    for word in ["IN", "OUT", "in", "out"] {
        some(word, &|row| row["direction"] == word);
    }
    for status in ["1", "2", "3"] {
        some(status, &|row| row["status_id"] == status);
    }
    for name in ["error_message", "processed_date", "transaction_id", "text"] {
        some("missing", &|row| row.get(name).is_none());
        some("null", &|row| row.get(name) == Some(&Value::Null));
        some("set", &|row| !row[name].is_null());
    }
    for part in [
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\u{1F69A}",
        "Заказ",
        "\u{2028}",
        "你好",
    ] {
        some(part, &|row| {
            row["text"].as_str().is_some_and(|text| text.contains(part))
        });
    }
    some("empty text", &|row| row["text"] == "");
    some("error message", &|row| {
        row["error_message"]
            .as_str()
            .is_some_and(|text| text.len() > 9)
    });
    some("four decimals", &|row| {
        row["cost"]
            .to_string()
            .split_once('.')
            .is_some_and(|(_, part)| part.len() == 4)
    });
    some("free", &|row| row["cost"].as_f64() == Some(0.0));
    some("many fragments", &|row| row["fragments"].as_u64() > Some(3));
    for row in &rows {
        let waits = row["status_id"] == "3";
        assert!(waits || row["processed_date"].is_string());
        if let Some(date) = row["processed_date"].as_str() {
            assert!(("2024-01-01".."2026-01-01").contains(&date), "{date}");
        }
    }
}

#[tokio::test]
async fn csv_parses_with_a_library() {
    let sandbox = start(1_200).await;
    let response = history(&sandbox, &[("output", "csv")]).await;
    assert_eq!(response.header("content-type"), "application/octet-stream");
    assert_eq!(
        response.header("content-disposition"),
        "attachment; filename=\"sms_history.csv\""
    );
    let mut reader = csv::Reader::from_reader(response.body.as_slice());
    let names: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let page = history(&sandbox, &[]).await.json();
    let rows = page["result"].as_array().unwrap();
    assert_eq!((records.len(), rows.len()), (1_000, 1_000));
    assert_names_cover(&names, rows);
    for (record, row) in records.iter().zip(rows) {
        for (name, cell) in names.iter().zip(record) {
            match &row[name] {
                Value::Null => assert_eq!(cell, ""),
                Value::String(text) => assert_eq!(cell, text, "{name}"),
                number => assert_eq!(cell.parse::<f64>().ok(), number.as_f64(), "{name}"),
            }
        }
    }
}

#[tokio::test]
async fn xls_parses_with_a_library() {
    let sandbox = start(1_200).await;
    for count in ["1", "1000"] {
        let response = history(&sandbox, &[("output", "xls"), ("count", count)]).await;
        assert_eq!(response.header("content-type"), "application/octet-stream");
        assert_eq!(
            response.header("content-disposition"),
            "attachment; filename=\"sms_history.xls\""
        );
        let mut book = Xls::new(std::io::Cursor::new(response.body)).unwrap();
        let sheet = book.worksheet_range("sms_history").unwrap();
        let mut table = sheet.rows();
        let names: Vec<String> = table
            .next()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        let page = history(&sandbox, &[("count", count)]).await.json();
        let rows = page["result"].as_array().unwrap();
        assert_eq!(table.len(), rows.len());
        assert_names_cover(&names, rows);
        for (record, row) in table.zip(rows) {
            for (name, cell) in names.iter().zip(record) {
                match (&row[name], cell) {
                    (Value::Null, cell) => assert_eq!(cell, &Data::Empty, "{name}"),
                    (Value::String(text), Data::String(cell)) => assert_eq!(cell, text, "{name}"),
                    (number, Data::Float(cell)) => {
                        assert_eq!(number.as_f64(), Some(*cell), "{name}")
                    }
                    (value, cell) => panic!("{name}: {value} became {cell:?}"),
                }
            }
        }
    }
}

fn assert_names_cover(names: &[String], rows: &[Value]) {
    assert_eq!(names.len(), 11);
    for name in rows.iter().flat_map(|row| row.as_object().unwrap().keys()) {
        assert!(names.contains(name), "{name}");
    }
}

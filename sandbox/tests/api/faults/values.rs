//! Faults in the values of a page, in the bodies of API errors, and in headers.

use crate::common::{HttpResponse, history, method, start};
use crate::faults::raw::RawResponse;
use chrono::{DateTime, NaiveDateTime, Utc};
use sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;

fn set(sandbox: &Sandbox, specs: &[&str]) {
    sandbox.set_faults(specs.iter().map(|spec| spec.parse().unwrap()).collect());
}

async fn faulty(sandbox: &Sandbox, spec: &str) -> HttpResponse {
    set(sandbox, &[spec]);
    history(sandbox, &[("count", "40")]).await
}

/// A page without and with a fault.
async fn pages(sandbox: &Sandbox, spec: &str) -> (Vec<Value>, Vec<Value>) {
    set(sandbox, &[]);
    let rows = |page: Value| page["result"].as_array().unwrap().clone();
    let page = history(sandbox, &[("count", "40")]).await.json();
    (rows(page), rows(faulty(sandbox, spec).await.json()))
}

/// A row without some of its fields.
fn without(row: &Value, names: &[&str]) -> Value {
    let mut row = row.clone();
    row.as_object_mut()
        .unwrap()
        .retain(|name, _| !names.contains(&name.as_str()));
    row
}

#[tokio::test]
async fn row_ids_are_in_other_fields_or_absent() {
    let sandbox = start(60).await;
    for (field, id_fields) in [
        ("sms_id", &["sms_id"][..]),
        ("both", &["message_id", "sms_id"]),
        ("transaction_id", &["transaction_id"]),
        ("none", &[]),
    ] {
        let (rows, faulty) = pages(&sandbox, &format!("row-id:field={field}")).await;
        assert_eq!(faulty.len(), rows.len());
        let mut ids = HashSet::new();
        for (row, faulty) in rows.iter().zip(&faulty) {
            let all = ["message_id", "sms_id", "transaction_id"];
            assert_eq!(without(row, &all), without(faulty, &all));
            for name in ["message_id", "sms_id"] {
                assert_eq!(
                    faulty.get(name).is_some(),
                    id_fields.contains(&name),
                    "{field}"
                );
            }
            match field {
                "sms_id" => assert_eq!(faulty["sms_id"], row["message_id"]),
                "both" => {
                    assert_eq!(faulty["message_id"], row["message_id"]);
                    assert_ne!(faulty["sms_id"], row["message_id"]);
                    assert!(faulty["sms_id"].is_u64());
                }
                "transaction_id" => assert!(ids.insert(faulty["transaction_id"].as_u64().unwrap())),
                _ => assert_eq!(faulty.get("transaction_id"), None),
            }
        }
    }
    let (rows, faulty) = pages(&sandbox, "row-id:field=shared").await;
    for (row, faulty) in rows.iter().zip(&faulty) {
        assert_eq!(faulty["message_id"], rows[0]["message_id"]);
        assert_eq!(
            without(row, &["message_id"]),
            without(faulty, &["message_id"])
        );
    }
}

#[tokio::test]
async fn total_count_is_capped() {
    let sandbox = start(60).await;
    for (cap, expected) in [(0, 0), (50, 50), (60, 60), (10_000, 60)] {
        let page = faulty(&sandbox, &format!("total-count:cap={cap}"))
            .await
            .json();
        assert_eq!(page["total_count"], expected);
        assert_eq!(page["result"].as_array().unwrap().len(), 40);
    }
}

#[tokio::test]
async fn pages_are_capped_whatever_the_count() {
    let sandbox = start(250).await;
    set(&sandbox, &["page-cap"]);
    for (count, offset, expected) in [("1000", "0", 100), ("1000", "200", 50), ("7", "0", 7)] {
        let pairs = [("count", count), ("offset", offset)];
        let page = history(&sandbox, &pairs).await.json();
        assert_eq!(page["result"].as_array().unwrap().len(), expected);
        assert_eq!(page["total_count"], 250);
    }
    set(&sandbox, &["page-cap:rows=30"]);
    let file = history(&sandbox, &[("output", "csv")]).await;
    let rows = csv::Reader::from_reader(file.body.as_slice());
    assert_eq!(rows.into_records().count(), 30);
}

#[tokio::test]
async fn dates_have_other_forms() {
    let sandbox = start(60).await;
    for (form, format) in [
        ("zero", "0000-00-00 00:00:00"),
        ("t", "%Y-%m-%dT%H:%M:%S"),
        ("z", "%Y-%m-%d %H:%M:%SZ"),
        ("iso", "%Y-%m-%dT%H:%M:%SZ"),
        ("fraction", "%Y-%m-%d %H:%M:%S.678"),
        ("iso-fraction", "%Y-%m-%dT%H:%M:%S.678Z"),
    ] {
        let (rows, faulty) = pages(&sandbox, &format!("date:form={form}")).await;
        let mut dates = 0;
        for (row, faulty) in rows.iter().zip(&faulty) {
            assert_eq!(
                without(row, &["processed_date"]),
                without(faulty, &["processed_date"])
            );
            let Some(date) = row["processed_date"].as_str() else {
                assert_eq!(row, faulty);
                continue;
            };
            let date = NaiveDateTime::parse_from_str(date, "%Y-%m-%d %H:%M:%S").unwrap();
            assert_eq!(faulty["processed_date"], date.format(format).to_string());
            dates += 1;
        }
        assert!(dates > 20);
    }
}

#[tokio::test]
async fn values_have_other_forms() {
    let sandbox = start(60).await;
    for (field, form, expected) in [
        ("message_id", "decimal", "N.0"),
        ("message_id", "decimal-string", "\"N.0\""),
        ("message_id", "string", "\"N\""),
        ("message_id", "empty", "\"\""),
        ("fragments", "decimal", "N.0"),
        ("status_id", "decimal", "N.0"),
        ("status_id", "decimal-string", "\"N.0\""),
        ("status_id", "empty", "\"\""),
        ("transaction_id", "string", "\"N\""),
        ("direction", "empty", "\"\""),
        ("cost", "string", "\"N\""),
    ] {
        let (rows, _) = pages(&sandbox, "duplicate:times=1").await;
        let body = faulty(&sandbox, &format!("value:field={field},form={form}"))
            .await
            .body;
        let body = String::from_utf8(body).unwrap();
        let texts: Vec<&str> = body
            .split(&format!("\"{field}\":"))
            .skip(1)
            .map(|rest| &rest[..rest.find([',', '}']).unwrap()])
            .collect();
        let values: Vec<&Value> = rows.iter().filter_map(|row| row.get(field)).collect();
        assert_eq!(texts.len(), values.len());
        for (text, value) in texts.iter().zip(values) {
            let plain = value.as_str().map_or(value.to_string(), str::to_owned);
            let expected = if value.is_null() {
                "null".to_owned()
            } else {
                expected.replace('N', &plain)
            };
            assert_eq!(*text, expected, "{field} {form}");
        }
    }
    for (form, expected) in [
        ("decimal", "60.0"),
        ("decimal-string", "\"60.0\""),
        ("string", "\"60\""),
        ("empty", "\"\""),
    ] {
        let body = faulty(&sandbox, &format!("value:field=total_count,form={form}"))
            .await
            .body;
        let end = format!("],\"total_count\":{expected}}}");
        assert!(String::from_utf8(body).unwrap().ends_with(&end), "{form}");
    }
}

#[tokio::test]
async fn costs_have_the_digits_that_php_writes() {
    let sandbox = start(60).await;
    let (rows, _) = pages(&sandbox, "duplicate:times=1").await;
    let body = faulty(&sandbox, "value:field=cost,form=php").await.body;
    let body = String::from_utf8(body).unwrap();
    let costs = body.split("\"cost\":").skip(1);
    let costs: Vec<&str> = costs.map(|rest| &rest[..rest.find(',').unwrap()]).collect();
    assert_eq!(costs.len(), rows.len());
    let mut long = 0;
    for (cost, row) in costs.iter().zip(&rows) {
        assert_eq!(cost.parse::<f64>().ok(), row["cost"].as_f64());
        assert!(!cost.contains('e') && !cost.ends_with('.'));
        let digits = cost.replace('.', "");
        let digits = digits.trim_start_matches('0');
        assert!(digits.len() <= 34, "{cost}");
        long += usize::from(digits.len() > 30);
    }
    assert!(long > 20);
}

#[tokio::test]
async fn texts_have_a_cut_utf8_sequence() {
    let sandbox = start(60).await;
    let (rows, _) = pages(&sandbox, "duplicate:times=1").await;
    for count in [1, 3] {
        let body = faulty(&sandbox, &format!("cut-utf8:rows={count}"))
            .await
            .body;
        std::str::from_utf8(&body).unwrap_err();
        let page: Value = serde_json::from_str(&String::from_utf8_lossy(&body)).unwrap();
        let mut cut = 0;
        for (row, faulty) in rows.iter().zip(page["result"].as_array().unwrap()) {
            if row == faulty {
                continue;
            }
            assert_eq!(without(row, &["text"]), without(faulty, &["text"]));
            let text = faulty["text"].as_str().unwrap();
            let rest = text.strip_suffix('\u{FFFD}').unwrap();
            assert_eq!(rest, row["text"].as_str().unwrap_or_default());
            cut += 1;
        }
        assert_eq!(cut, count);
    }
}

#[tokio::test]
async fn result_is_null() {
    let sandbox = start(60).await;
    let page = faulty(&sandbox, "result-null").await.json();
    assert_eq!(page, json!({ "result": null, "total_count": 60 }));
    let page = faulty(&start(0).await, "result-null").await.json();
    assert_eq!(page, json!({ "result": null, "total_count": 0 }));
}

#[tokio::test]
async fn api_errors_have_unusual_bodies() {
    let sandbox = start(1).await;
    let text = faulty(&sandbox, "api-error:body=text").await;
    assert_eq!(text.status, 200);
    assert_eq!(text.json(), json!({ "error": "Service is in maintenance" }));
    let letters = faulty(&sandbox, "api-error:body=letters,status=403").await;
    assert_eq!(letters.status, 403);
    assert_eq!(letters.json()["error"]["code"], "ACCESS_DENIED");
    let decimal = faulty(&sandbox, "api-error:body=decimal,code=104").await;
    let body = String::from_utf8(decimal.body).unwrap();
    assert!(body.contains("\"code\":104.0"), "{body}");
    let parameter = faulty(&sandbox, "api-error:body=parameter,code=999").await;
    assert_eq!(parameter.error_code(), Some(999));
    let msg = parameter.json()["error"]["msg"].clone();
    assert_eq!(msg, "The 'from_date' parameter is invalid");

    set(&sandbox, &["api-error:body=token,code=999,retry-after=2"]);
    let token = sandbox.token(Duration::from_secs(60)).unwrap();
    let request = reqwest::Client::new().post(method(&sandbox, ""));
    let response = HttpResponse::of(request.bearer_auth(&token)).await;
    assert_eq!(response.error_code(), Some(999));
    assert_eq!(response.header("retry-after"), "2");
    assert_eq!(
        response.json()["error"]["msg"],
        format!("Unknown token {token}")
    );
}

#[tokio::test]
async fn retry_after_has_each_date_form() {
    let sandbox = start(1).await;
    for (form, format) in [
        ("imf", "%a, %d %b %Y %H:%M:%S GMT"),
        ("rfc850", "%A, %d-%b-%y %H:%M:%S GMT"),
        ("asctime", "%a %b %e %H:%M:%S %Y"),
    ] {
        for kind in ["429", "api-error:code=340"] {
            let separator = if kind.contains(':') { ',' } else { ':' };
            let spec = format!("{kind}{separator}retry-after-date=90,date-form={form}");
            let response = faulty(&sandbox, &spec).await;
            let value = response.header("retry-after");
            let date = NaiveDateTime::parse_from_str(value, format)
                .unwrap()
                .and_utc();
            assert_eq!(date.format(format).to_string(), value);
            let wait = (date - Utc::now()).num_seconds();
            assert!((87..=91).contains(&wait), "{wait}");
        }
    }
    let httpdate = faulty(&sandbox, "429:retry-after-date=0").await;
    let date = DateTime::parse_from_rfc2822(httpdate.header("retry-after"));
    assert!(date.is_ok(), "the default form");
}

#[tokio::test]
async fn date_header_is_absent() {
    let sandbox = start(1).await;
    let response = history(&sandbox, &[]).await;
    let date = DateTime::parse_from_rfc2822(response.header("date")).unwrap();
    assert!((Utc::now() - date.to_utc()).num_seconds().abs() <= 2);
    for specs in [&["no-date"][..], &["no-date", "429:retry-after-date=5"]] {
        set(&sandbox, specs);
        let raw = RawResponse::history(&sandbox, "", Duration::from_secs(5)).await;
        assert!(!raw.head.to_lowercase().contains("\ndate:"), "{}", raw.head);
    }
    assert!(sandbox.faults().iter().all(|fault| fault.injected > 0));
}

#[tokio::test]
async fn file_names_have_other_forms() {
    let sandbox = start(5).await;
    for (form, expected) in [
        ("extended", "attachment; filename*=UTF-8''sms.csv"),
        (
            "encoded",
            "attachment; filename*=UTF-8''%E2%82%AC%20sms.csv",
        ),
        (
            "both",
            "attachment; filename=\"fallback.csv\"; filename*=UTF-8''sms.csv",
        ),
        ("semicolon", "attachment; filename=\"a;b.csv\""),
        ("absent", "attachment"),
    ] {
        set(&sandbox, &[&format!("file-name:form={form}")]);
        let file = history(&sandbox, &[("output", "csv")]).await;
        assert_eq!(file.header("content-disposition"), expected);
        assert!(file.body.starts_with(b"message_id,"));
        let page = history(&sandbox, &[]).await;
        assert!(!page.headers.contains_key("content-disposition"));
    }
}

//! The text and JSON of faults: parsing, writing, and errors.

use sandbox::{CountError, Delay, Fault, FaultKind, Occurrence, Position, RetryAfter, Trigger};
use serde_json::{Value, json};
use std::time::Duration;

fn parse(spec: &str) -> Fault {
    spec.parse()
        .unwrap_or_else(|error| panic!("{spec}: {error}"))
}

#[test]
fn spec_has_kind_and_trigger() {
    let fault = parse("429:retry-after=1,probability=0.05,seed=9,times=3,offset=1000,count=500");
    assert_eq!(
        fault,
        Fault {
            kind: FaultKind::Status {
                status: 429,
                retry_after: RetryAfter::Seconds(1),
                html: true,
            },
            trigger: Trigger {
                occurrence: Occurrence::Probability {
                    probability: 0.05,
                    seed: Some(9),
                },
                times: Some(3),
                offset: Some(1000),
                count: Some(500),
            },
        }
    );
    let long_tail = Delay::LongTail {
        mean: Duration::from_millis(200),
        cap: Duration::from_secs(60),
    };
    for (spec, kind) in [
        (
            "latency:ms=5-80",
            FaultKind::Latency("5-80".parse().unwrap()),
        ),
        ("latency:mean-ms=200", FaultKind::Latency(long_tail)),
        ("reset", FaultKind::Reset(None)),
        ("hang:at=random", FaultKind::Hang(Some(Position::Random))),
        (
            "total-count:by=-3",
            FaultKind::TotalCount(CountError::By(-3)),
        ),
        (
            "total-count:absent",
            FaultKind::TotalCount(CountError::Absent),
        ),
        ("duplicate", FaultKind::Duplicate(1)),
        ("clock:skew=-90", FaultKind::Clock(-90)),
        (
            "token-expired:stays",
            FaultKind::TokenExpired { stays: true },
        ),
    ] {
        let trigger = Trigger::default();
        assert_eq!(parse(spec), Fault { kind, trigger });
    }
    for (spec, occurrence) in [
        ("html:first=4", Occurrence::Requests { from: 1, to: 4 }),
        ("html:requests=2-4", Occurrence::Requests { from: 2, to: 4 }),
        ("html:every=4", Occurrence::Every(4)),
    ] {
        assert_eq!(parse(spec).trigger.occurrence, occurrence);
    }
}

#[test]
fn written_faults_round_trip() {
    for spec in [
        "latency:ms=50",
        "latency:ms=50-150,every=2",
        "latency:mean-ms=100,cap-ms=900",
        "429",
        "429:retry-after-date=2,body=empty",
        "503:retry-after=0,times=1",
        "api-error:code=340,status=429,retry-after=1",
        "html:probability=0.25,seed=4",
        "truncate:at=7,length=cut",
        "truncate:at=random,length=full",
        "reset:at=100",
        "reset:requests=3-5",
        "hang",
        "drip:bytes=10,interval-ms=1",
        "total-count:by=5,offset=0",
        "total-count:absent",
        "duplicate:rows=2",
        "drop-row:rows=3,count=10",
        "clock:skew=3600",
        "token-expired",
        "token-expired:stays,times=1",
        "total-count:cap=10000",
        "page-cap:rows=100",
        "result-null",
        "row-id:field=sms_id",
        "row-id:field=both",
        "row-id:field=transaction_id",
        "row-id:field=none",
        "row-id:field=shared",
        "date:form=zero,count=5",
        "date:form=iso-fraction",
        "value:field=total_count,form=decimal-string",
        "value:field=cost,form=php,every=2",
        "value:field=direction,form=empty",
        "cut-utf8:rows=2",
        "api-error:status=200,body=text",
        "api-error:status=503,body=letters",
        "api-error:body=empty-page",
        "api-error:code=104,status=200,body=decimal",
        "api-error:code=999,status=200,retry-after=1,body=token",
        "429:retry-after-date=5,date-form=rfc850",
        "no-date",
        "file-name:form=extended",
    ] {
        let fault = parse(spec);
        assert_eq!(parse(&fault.to_string()), fault, "{spec}");
        let json = serde_json::to_value(&fault).unwrap();
        assert_eq!(
            serde_json::from_value::<Fault>(json.clone()).unwrap(),
            fault
        );
        // The JSON has the names and values of the text.
        for field in spec
            .split_once(':')
            .map_or("", |(_, fields)| fields)
            .split(',')
        {
            let (name, value) = field.split_once('=').unwrap_or((field, "true"));
            let written = json.get(name).unwrap_or(&Value::Null).to_string();
            assert!(
                name.is_empty() || written.trim_matches('"') == value,
                "{spec}: {json}"
            );
        }
    }
}

#[test]
fn invalid_faults_name_the_field() {
    for (spec, expected) in [
        (
            "",
            "kind: expected one of latency, a status from 400 to 599",
        ),
        ("teapot", "kind: expected one of"),
        ("399", "kind: expected one of"),
        ("0429", "kind: expected one of"),
        ("429:", "spec: expected KIND or KIND:NAME=VALUE"),
        ("429:times=1,", "spec: expected KIND"),
        (
            "429:retry-afer=1",
            "retry-afer: expected a field of 429, which has retry-after, ",
        ),
        ("429:times=1,times=2", "times: expected one value, got two"),
        (
            "429:retry-after=soon",
            "retry-after: expected an integer from 0 to 86400",
        ),
        ("429:retry-after=1.5", "retry-after: expected an integer"),
        (
            "429:retry-after=1,retry-after-date=1",
            "expected at most one of these",
        ),
        ("429:body=json", "body: expected html or empty"),
        (
            "429:probability=2",
            "probability: expected a number from 0 to 1",
        ),
        (
            "429:probability",
            "probability: expected a number from 0 to 1",
        ),
        (
            "429:seed=2",
            "seed: expected together with probability only",
        ),
        ("429:every=0", "every: expected an integer from 1 to"),
        ("429:every=2,first=1", "expected at most one of these"),
        ("429:requests=0-4", "requests: expected a range like 5-9"),
        ("429:requests=4", "requests: expected a range"),
        ("429:requests=9-4", "requests: expected a range"),
        ("429:times=-1", "times: expected an integer from 1 to"),
        (
            "api-error",
            "code: expected an integer from 1 to 9999, got none",
        ),
        (
            "api-error:code=1,status=302",
            "status: expected 200, or 400 to 599",
        ),
        (
            "latency",
            "expected ms=N, ms=MIN-MAX, or mean-ms=N with cap-ms=N",
        ),
        ("latency:ms=5,mean-ms=5", "ms, mean-ms, cap-ms: expected"),
        (
            "latency:ms=9-1",
            "ms: expected a range that begins with its lower bound",
        ),
        (
            "truncate:at=-1",
            "at: expected a number of bytes, 0 or more, or random",
        ),
        ("truncate:length=long", "length: expected full or cut"),
        ("drip:bytes=0", "bytes: expected an integer from 1 to"),
        ("total-count", "by, cap, absent: expected one of these"),
        (
            "total-count:by=1,absent",
            "by, cap, absent: expected one of these",
        ),
        ("total-count:absent=1", "absent: expected no value"),
        (
            "duplicate:rows=0",
            "rows: expected an integer from 1 to 1000",
        ),
        ("clock", "skew: expected an integer"),
        (
            "total-count:by=1,cap=2",
            "by, cap, absent: expected one of these",
        ),
        (
            "page-cap:rows=0",
            "rows: expected an integer from 1 to 1000",
        ),
        (
            "row-id",
            "field: expected one of sms_id, both, transaction_id, none, shared",
        ),
        ("row-id:field=id", "field: expected one of sms_id, both"),
        ("date:form=us", "form: expected one of zero, t, z, iso"),
        ("value:form=empty", "field: expected one of message_id, "),
        ("value:field=cost", "form: expected one of decimal, "),
        (
            "value:field=direction,form=decimal",
            "form: expected empty for direction",
        ),
        (
            "api-error:body=text,code=4",
            "code: expected a field of api-error, which has ",
        ),
        ("api-error:body=token", "code: expected an integer"),
        (
            "429:retry-after=1,date-form=imf",
            "date-form: expected together with retry-after-date only",
        ),
        ("file-name", "form: expected one of extended, "),
    ] {
        let error = spec.parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains(expected), "{spec}: {error}");
    }
    for (json, expected) in [
        (json!(5), "fault: expected an object like"),
        (json!({}), "kind: expected a string, got none"),
        (json!({ "kind": [] }), "kind: expected a string"),
        (
            json!({ "kind": "html", "requests": [1] }),
            "requests: expected a range",
        ),
        (
            json!({ "kind": "html", "times": "1" }),
            "times: expected an integer",
        ),
    ] {
        let error = Fault::try_from(json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let ranged = json!({ "kind": 429, "requests": [5, 9] });
    assert_eq!(Fault::try_from(ranged).unwrap(), parse("429:requests=5-9"));
}

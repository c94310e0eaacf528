//! How faults are written: specs and JSON, read and written back, and the errors of those that do not read.

use sandbox::{Delay, Fault, FaultKind, Place, RetryAfter, When, Which};
use serde_json::{Value, json};
use std::time::Duration;

fn read(spec: &str) -> Fault {
    spec.parse()
        .unwrap_or_else(|error| panic!("{spec}: {error}"))
}

#[test]
fn a_spec_says_what_and_when() {
    let fault = read("429:retry-after=1,probability=0.05,seed=9,times=3,offset=1000,count=500");
    assert_eq!(
        fault,
        Fault {
            kind: FaultKind::Status {
                status: 429,
                retry_after: RetryAfter::Seconds(1),
                html: true,
            },
            when: When {
                which: Which::Probability {
                    of_one: 0.05,
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
        ("hang:at=random", FaultKind::Hang(Some(Place::Random))),
        ("total-count:by=-3", FaultKind::TotalCount(Some(-3))),
        ("total-count:absent", FaultKind::TotalCount(None)),
        ("duplicate", FaultKind::Duplicate(1)),
        ("clock:skew=-90", FaultKind::Clock(-90)),
        (
            "token-expired:stays",
            FaultKind::TokenExpired { stays: true },
        ),
    ] {
        let when = When::default();
        assert_eq!(read(spec), Fault { kind, when });
    }
    for (spec, which) in [
        ("html:first=4", Which::Requests { from: 1, to: 4 }),
        ("html:requests=2-4", Which::Requests { from: 2, to: 4 }),
        ("html:every=4", Which::Every(4)),
    ] {
        assert_eq!(read(spec).when.which, which);
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
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
    ] {
        let fault = read(spec);
        assert_eq!(read(&fault.to_string()), fault, "{spec}");
        let json = serde_json::to_value(&fault).unwrap();
        assert_eq!(
            serde_json::from_value::<Fault>(json.clone()).unwrap(),
            fault
        );
        // The JSON has the names and the values of the spec.
        for part in spec
            .split_once(':')
            .map_or("", |(_, parts)| parts)
            .split(',')
        {
            let (name, value) = part.split_once('=').unwrap_or((part, "true"));
            let written = json.get(name).unwrap_or(&Value::Null).to_string();
            assert!(
                name.is_empty() || written.trim_matches('"') == value,
                "{spec}: {json}"
            );
        }
    }
}

#[test]
fn what_does_not_read_is_told_by_part() {
    for (spec, told) in [
        (
            "",
            "kind: has to be one of latency, a status from 400 to 599",
        ),
        ("teapot", "kind: has to be one of"),
        ("399", "kind: has to be one of"),
        ("0429", "kind: has to be one of"),
        ("429:", "spec: has to be KIND, or KIND:NAME=VALUE"),
        ("429:times=1,", "spec: has to be KIND"),
        (
            "429:retry-afer=1",
            "retry-afer: is not a part of 429, which has retry-after, ",
        ),
        ("429:times=1,times=2", "times: is there twice"),
        (
            "429:retry-after=soon",
            "retry-after: has to be a whole number from 0 to 86400",
        ),
        (
            "429:retry-after=1.5",
            "retry-after: has to be a whole number",
        ),
        (
            "429:retry-after=1,retry-after-date=1",
            "one of these at most",
        ),
        ("429:body=json", "body: has to be html or empty"),
        (
            "429:probability=2",
            "probability: has to be a number from 0 to 1",
        ),
        (
            "429:probability",
            "probability: has to be a number from 0 to 1",
        ),
        ("429:seed=2", "seed: goes with probability alone"),
        ("429:every=0", "every: has to be a whole number from 1 to"),
        ("429:every=2,first=1", "a fault has one at most"),
        ("429:requests=0-4", "requests: has to be a range like 5-9"),
        ("429:requests=4", "requests: has to be a range"),
        ("429:requests=9-4", "requests: has to be a range"),
        ("429:times=-1", "times: has to be a whole number from 1 to"),
        (
            "api-error",
            "code: is missing; it has to be a whole number from 1 to 9999",
        ),
        (
            "api-error:code=1,status=302",
            "status: has to be 200, or from 400 to 599",
        ),
        (
            "latency",
            "a delay is ms=N, ms=MIN-MAX, or mean-ms=N with cap-ms=N",
        ),
        ("latency:ms=5,mean-ms=5", "a delay is"),
        (
            "latency:ms=9-1",
            "ms: the range has to begin with its lower end",
        ),
        (
            "truncate:at=-1",
            "at: has to be a number of bytes, 0 or more, or random",
        ),
        ("truncate:length=long", "length: has to be full or cut"),
        ("drip:bytes=0", "bytes: has to be a whole number from 1 to"),
        ("total-count", "either wrong by=N or absent"),
        ("total-count:by=1,absent", "either wrong by=N or absent"),
        ("total-count:absent=1", "absent: takes no value"),
        (
            "duplicate:rows=0",
            "rows: has to be a whole number from 1 to 1000",
        ),
        ("clock", "skew: is missing"),
    ] {
        let error = spec.parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains(told), "{spec}: {error}");
    }
    for (json, told) in [
        (json!(5), "fault: has to be an object like"),
        (json!({}), "kind: is missing"),
        (json!({ "kind": [] }), "kind: has to be a text"),
        (
            json!({ "kind": "html", "requests": [1] }),
            "requests: has to be a range",
        ),
        (
            json!({ "kind": "html", "times": "1" }),
            "times: has to be a whole number",
        ),
    ] {
        let error = Fault::try_from(json).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let ranged = json!({ "kind": 429, "requests": [5, 9] });
    assert_eq!(Fault::try_from(ranged).unwrap(), read("429:requests=5-9"));
}

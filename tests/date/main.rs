#![cfg(not(target_family = "wasm"))]
//! Dates, compared with jiff.

mod http;
mod properties;

use jiff::civil::{Date, DateTime, date};
use voximplant_sms_history::date::{ParseDateError, format, parse, parse_timestamp};

const LAST: i64 = 253_402_300_799_999;

/// Computed from the civil date: jiff's `Timestamp` ends a day before the year 9999 does.
fn millis(at: DateTime) -> i64 {
    let since_epoch = at.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    since_epoch.as_secs() * 1000
}

/// Parses and formats a whole second.
fn assert_same(at: DateTime) {
    let text = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    assert_eq!(parse(text.as_bytes()), Some(millis(at)), "{text}");
    if at.year() >= 1970 {
        assert_eq!(format(millis(at)).as_deref(), Some(text.as_str()));
    }
}

#[test]
fn every_second_around_month_ends_of_a_leap_year_agrees() {
    let mut seconds = 0;
    for month in 1..=12 {
        let last = date(2024, month, 1).last_of_month();
        for day in [last, last.tomorrow().unwrap()] {
            let (midnight, day_text) = (millis(day.at(0, 0, 0, 0)), day.to_string());
            for second in 0..86_400 {
                let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
                let text = format!("{day_text} {h:02}:{m:02}:{s:02}");
                let at = midnight + second * 1000;
                assert_eq!(parse(text.as_bytes()), Some(at), "{text}");
                assert_eq!(format(at), Some(text));
                seconds += 1;
            }
        }
    }
    assert_eq!(seconds, 12 * 2 * 86_400);
}

#[test]
fn first_and_last_days_of_every_year_agree() {
    for year in 1..=9999 {
        let edges = [(1, 1), (2, 28), (3, 1), (12, 31)].map(|(month, day)| date(year, month, day));
        for day in edges {
            assert_same(day.at(0, 0, 0, 0));
            assert_same(day.at(23, 59, 59, 0));
        }
        let leap_day = Date::new(year, 2, 29).ok();
        let text = format!("{year:04}-02-29 12:00:00");
        assert_eq!(
            parse(text.as_bytes()),
            leap_day.map(|day| millis(day.at(12, 0, 0, 0))),
            "{text}"
        );
    }
}

#[test]
fn every_day_number_of_every_month_agrees() {
    for year in [1900, 2000, 2023, 2024, 2100] {
        for month in 0..=99 {
            for day in 0..=99 {
                let known = Date::new(year, month, day)
                    .ok()
                    .map(|day| millis(day.at(1, 2, 3, 0)));
                assert_eq!(
                    parse(format!("{year}-{month:02}-{day:02} 01:02:03").as_bytes()),
                    known
                );
            }
        }
    }
}

#[test]
fn hours_minutes_and_seconds_outside_their_range_are_rejected() {
    for a in 0..=99 {
        let is = |text: String| parse(text.as_bytes()).is_some();
        assert_eq!(is(format!("2024-02-29 {a:02}:00:00")), a < 24);
        assert_eq!(is(format!("2024-02-29 00:{a:02}:00")), a < 60);
        assert_eq!(is(format!("2024-02-29 00:00:{a:02}")), a < 60);
    }
}

#[test]
fn format_covers_the_years_1970_to_9999() {
    assert_eq!(format(0).as_deref(), Some("1970-01-01 00:00:00"));
    assert_eq!(format(LAST).as_deref(), Some("9999-12-31 23:59:59"));
    for outside in [-1, LAST + 1, i64::MIN, i64::MAX] {
        assert_eq!(format(outside), None);
    }
    assert_eq!(parse(b"0000-12-31 23:59:59"), None);
    assert_eq!(parse(b"0001-01-01 00:00:00"), Some(-62_135_596_800_000));
}

#[test]
fn parse_accepts_the_api_form_only() {
    for other in [
        "",
        "2026-01-31",
        "2026-01-31T10:00:00",
        "2026-01-31 10:00:0",
        "2026-01-31 10:00:000",
        " 2026-01-31 10:00:00",
        "2026/01/31 10:00:00",
        "2026-01-31 10.00:00",
        "2026-01-31 10:00.00",
        "2026-01/31 10:00:00",
        "+026-01-31 10:00:00",
        "2026-01-31 10:00:0x",
        "2026-01-31 -1:00:00",
        "2026-01-31 10:00:00Z",
    ] {
        assert_eq!(parse(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn parse_timestamp_accepts_dates_with_a_zone() {
    let ten = millis(date(2026, 1, 31).at(10, 0, 0, 0));
    for (text, expected) in [
        ("2026-01-31 10:00:00", ten),
        ("2026-01-31T10:00:00Z", ten),
        ("2026-01-31t10:00:00z", ten),
        ("2026-01-31 10:00:00Z", ten),
        ("2026-01-31T10:00Z", ten),
        ("2026-01-31T12:00:00+02:00", ten),
        ("2026-01-31T12:00:00+0200", ten),
        ("2026-01-31T12:00:00+02", ten),
        ("2026-01-31T12:00+02", ten),
        ("2026-01-31T04:30:00-05:30", ten),
        ("2026-02-01T00:00:00+14:00", ten),
        ("2026-01-31T10:00:00.5Z", ten + 500),
        ("2026-01-31T10:00:00.05Z", ten + 50),
        ("2026-01-31T10:00:00,005Z", ten + 5),
        ("2026-01-31T10:00:00.0009Z", ten),
        (
            "2026-01-31T10:00:00.999999999999999999999999999999Z",
            ten + 999,
        ),
    ] {
        assert_eq!(parse_timestamp(text), Ok(expected), "{text}");
    }
}

#[test]
fn parse_timestamp_rejects_other_dates_with_the_reason() {
    use ParseDateError::{Form, Impossible, NoZone};
    for (text, problem) in [
        ("2026-01-31", NoZone),
        ("2026-01-31T10:00:00", NoZone),
        ("2026-01-31T10:00", NoZone),
        ("2026-01-31 10:00", NoZone),
        ("2026-01-31 10:00:00.5", NoZone),
        ("2023-02-29", Impossible),
        ("2023-02-29T10:00:00Z", Impossible),
        ("2023-02-29 10:00:00", Impossible),
        ("2026-13-01T10:00:00Z", Impossible),
        ("2026-01-31T24:00:00Z", Impossible),
        ("2026-01-31T10:60:00Z", Impossible),
        ("2026-01-31T10:00:60Z", Impossible),
        ("2026-01-31T10:00:00+24:00", Impossible),
        ("2026-01-31T10:00:00+02:60", Impossible),
        ("0000-01-31T10:00:00Z", Impossible),
        ("", Form),
        ("yesterday", Form),
        ("1769853600000", Form),
        ("2026-01", Form),
        ("2026-1-31", Form),
        ("20260131T100000Z", Form),
        ("2026-01-31T10Z", Form),
        ("2026-01-31T10:00:00.Z", Form),
        ("2026-01-31T10:00.5Z", Form),
        ("2026-01-31T10:00:00+2", Form),
        ("2026-01-31T10:00:00+02:", Form),
        ("2026-01-31T10:00:00+020", Form),
        ("2026-01-31T10:00:00+02:000", Form),
        ("2026-01-31T10:00:00 +02:00", Form),
        ("2026-01-31T10:00:00ZZ", Form),
        ("2026-01-31T10:00:00Z\n", Form),
        ("2026-01-31Z", Form),
        ("2026-01-31T", Form),
        ("31.01.2026 10:00:00", Form),
        ("2026-01-31T10:00:00\u{2212}02:00", Form),
        ("２０２６-01-31T10:00:00Z", Form),
        ("2026-01-31T10:00:00Z[UTC]", Form),
    ] {
        assert_eq!(parse_timestamp(text), Err(problem), "{text}");
    }
}

//! A fake API in memory, whose rows a test may change between two requests.

use std::{
    cell::{Cell, RefCell},
    fmt::Write,
    rc::Rc,
    time::{Duration, SystemTime},
};

use voximplant_sms_history::{
    SmsHistoryError,
    clock::{Clock, SystemClock},
    date,
    http::HttpRequest,
    http::{HttpResponse, Transport},
};

/// The time of the first row, in seconds since 1970.
pub(crate) const FIRST: i64 = 1_700_000_000;

/// A row: its time in seconds, and its id.
pub(crate) type Row = (i64, u64);

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

/// The field that identifies a row. The text of each row is its id, unless there is no field.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum IdField {
    MessageId,
    TransactionId,
    Text,
    /// Rows of one second are equal in all fields.
    Nothing,
}

/// Changes the rows before the request with this number, counted from 1.
type Change = dyn FnMut(u32, &mut Vec<Row>);

/// A request for a page and the rows that the response contains.
pub(crate) struct Answer {
    /// The number of the request, counted from 1.
    pub(crate) number: u32,
    /// All rows of the span.
    pub(crate) all: u64,
    pub(crate) offset: u64,
    /// How many rows were requested.
    pub(crate) count: u64,
    pub(crate) rows: u64,
}

pub(crate) struct Api {
    /// From oldest to newest.
    pub(crate) rows: RefCell<Vec<Row>>,
    order: Order,
    change: RefCell<Box<Change>>,
    requests: Cell<u32>,
    in_flight: Cell<usize>,
    /// The most requests that were in flight at a time.
    pub(crate) peak_in_flight: Cell<usize>,
    pub(crate) id_field: IdField,
    /// Whether messages of the second `from_date` are excluded.
    pub(crate) excludes_from_date: bool,
    /// The number of rows without a date, which are in every span. Their ids start at 1,000,001.
    pub(crate) undated: u64,
    /// The id of a row that one response omits.
    pub(crate) omitted_once: Cell<Option<u64>>,
    /// The maximum rows of a page, whatever `count` is.
    pub(crate) max_page: usize,
    /// The highest `total_count`.
    pub(crate) max_total: u64,
    /// How many rows of a span can be reached by offset.
    pub(crate) max_offset: usize,
    /// Whether responses have no `total_count`.
    pub(crate) omits_total: bool,
    /// The id of a row whose cost is no number.
    pub(crate) invalid: Option<u64>,
    /// The `total_count` of all responses, if it is not the number of rows.
    pub(crate) total: Cell<Option<u64>>,
    /// Whether a request with an offset gets no rows.
    pub(crate) is_empty_behind_offset: bool,
    /// Whether each request gets the first rows of its span.
    pub(crate) ignores_offset: bool,
    /// More fields of a row, by the number of the request and the id.
    pub(crate) fields: Option<fn(u32, u64) -> &'static str>,
    /// The skew in seconds of the `Date` of a response. The request has a number, counted from 1.
    pub(crate) date_skew: Option<fn(u32) -> i64>,
    /// States the `total_count` of a response, or none.
    pub(crate) state_total: Option<fn(&Answer) -> Option<u64>>,
}

impl Api {
    pub(crate) fn new(rows: Vec<Row>, order: Order) -> Self {
        Self {
            rows: RefCell::new(rows),
            order,
            change: RefCell::new(Box::new(|_, _| {})),
            requests: Cell::new(0),
            in_flight: Cell::new(0),
            peak_in_flight: Cell::new(0),
            id_field: IdField::MessageId,
            excludes_from_date: false,
            undated: 0,
            max_page: usize::MAX,
            max_total: u64::MAX,
            max_offset: usize::MAX,
            omits_total: false,
            omitted_once: Cell::new(None),
            invalid: None,
            total: Cell::new(None),
            is_empty_behind_offset: false,
            ignores_offset: false,
            state_total: None,
            date_skew: None,
            fields: None,
        }
    }

    /// Rows at equal distances, with ids from 1 on.
    pub(crate) fn evenly_spaced(rows: u64, seconds: i64, order: Order) -> Self {
        let row = |number: u64| (FIRST + number as i64 * seconds, number + 1);
        Self::new((0..rows).map(row).collect(), order)
    }

    pub(crate) fn before_each(self, change: impl FnMut(u32, &mut Vec<Row>) + 'static) -> Rc<Self> {
        *self.change.borrow_mut() = Box::new(change);
        Rc::new(self)
    }

    fn respond(&self, url: &str) -> String {
        self.requests.set(self.requests.get() + 1);
        (self.change.borrow_mut())(self.requests.get(), &mut self.rows.borrow_mut());
        let url = url::Url::parse(url).unwrap();
        let asked = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.into_owned())
        };
        let number = |name, otherwise| asked(name).map_or(otherwise, |text| text.parse().unwrap());
        let second = |name| asked(name).map(|text| date::parse(text.as_bytes()).unwrap() / 1000);
        let rows = self.rows.borrow();
        let begin = second("from_date").unwrap_or(i64::MIN);
        let end = second("to_date").unwrap_or(i64::MAX);
        let excludes = self.excludes_from_date;
        let begin = rows.partition_point(|(at, _)| *at < begin || (excludes && *at == begin));
        let end = rows.partition_point(|(at, _)| *at <= end).max(begin);
        // Only the rows of the page are built: the spans of some tests have 200,000.
        let undated = self.undated as usize;
        let all = undated + (end - begin);
        let row = |index: usize| {
            let index = match self.order {
                Order::OldestFirst => index,
                Order::NewestFirst => all - 1 - index,
            };
            match index.checked_sub(undated) {
                None => (None, 1_000_001 + index as u64),
                Some(dated) => {
                    let (at, id) = rows[begin + dated];
                    (Some(at), id)
                }
            }
        };
        let (offset, count) = (number("offset", 0), number("count", 1000));
        let max_page = match offset {
            1.. if self.is_empty_behind_offset => 0,
            _ => self.max_page,
        };
        let reachable = all.min(self.max_offset);
        let first = if self.ignores_offset { 0 } else { offset };
        let first = first.min(reachable);
        let last = first.saturating_add(count.min(max_page)).min(reachable);
        let page = first..last;
        let answer = Answer {
            number: self.requests.get(),
            all: all as u64,
            offset: offset as u64,
            count: count as u64,
            rows: page.len() as u64,
        };
        let mut text = String::new();
        for (at, id) in page.map(row) {
            if self.omitted_once.get() == Some(id) {
                self.omitted_once.set(None);
                continue;
            }
            let comma = if text.is_empty() { "" } else { "," };
            let field = match self.id_field {
                IdField::MessageId => format!(r#""message_id":{id}"#),
                IdField::TransactionId => format!(r#""transaction_id":{id}"#),
                IdField::Text => format!(r#""text":"{id}""#),
                IdField::Nothing => r#""direction":"in""#.to_owned(),
            };
            write!(text, "{comma}{{{field}").unwrap();
            if let Some(at) = at {
                let date = date::format(at * 1000).unwrap();
                write!(text, r#","processed_date":"{date}""#).unwrap();
            }
            if let Some(fields) = self.fields {
                text.push_str(fields(answer.number, id));
            }
            if self.invalid == Some(id) {
                text.push_str(r#","cost":"four""#);
            }
            text.push('}');
        }
        let total = answer.all.min(self.max_total);
        let total = self.total.get().unwrap_or(total);
        let total = self
            .state_total
            .map_or(Some(total), |state_total| state_total(&answer));
        match total.filter(|_| !self.omits_total) {
            Some(total) => format!(r#"{{"result":[{text}],"total_count":{total}}}"#),
            None => format!(r#"{{"result":[{text}]}}"#),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Fake(pub(crate) Rc<Api>);

impl Transport for Fake {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        let in_flight = self.0.in_flight.get() + 1;
        self.0.in_flight.set(in_flight);
        self.0.peak_in_flight.update(|peak| peak.max(in_flight));
        // Lets the other requests start.
        tokio::task::yield_now().await;
        self.0.in_flight.update(|in_flight| in_flight - 1);
        let body = self.0.respond(request.url()).into_bytes().into();
        let date = self.0.date_skew.map(|skew| {
            let millis = SystemClock.now() + skew(self.0.requests.get()) * 1000;
            let since_1970 = Duration::from_millis(u64::try_from(millis).unwrap());
            httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since_1970)
        });
        Ok(HttpResponse {
            status: 200,
            date,
            body,
            ..HttpResponse::default()
        })
    }
}

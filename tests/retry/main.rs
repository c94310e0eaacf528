//! Retries, rate limits and token renewal, with scripted responses and a virtual clock, because real waits take minutes.
//!
//! `history` and the package's suite test the same over real sockets.
#![cfg(not(target_family = "wasm"))]

mod limiter;
mod retries;
mod tokens;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::pending,
    rc::Rc,
    time::Duration,
};

use voximplant_sms_history::{
    ClientOptions, SmsHistoryClient, SmsHistoryError, SmsHistoryPage, SmsHistoryQuery,
    base_url::BaseUrl,
    client::events::{Event, Observer},
    clock::{Clock, EpochMillis},
    http::HttpRequest,
    http::{HttpResponse, Transport},
    token::{BearerToken, StaticToken, TokenSource},
};

/// A clock that advances by the time slept.
#[derive(Clone, Default)]
struct Virtual(Rc<Cell<EpochMillis>>);

impl Clock for Virtual {
    fn now(&self) -> EpochMillis {
        self.0.get()
    }

    async fn sleep(&self, duration: Duration) {
        self.0
            .set(self.0.get() + duration.as_millis() as EpochMillis);
    }
}

/// The answer to a request.
#[derive(Clone)]
enum Answer {
    Respond(HttpResponse),
    /// No response, ever.
    Hang,
}

/// Returns scripted answers, the last one repeatedly. Records the time and token of each request.
#[derive(Clone)]
struct Script {
    clock: Virtual,
    answers: Rc<RefCell<VecDeque<Answer>>>,
    requests: Rc<RefCell<Vec<(EpochMillis, String)>>>,
}

impl Script {
    fn new(clock: &Virtual, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self {
            clock: clock.clone(),
            answers: Rc::new(RefCell::new(answers.into_iter().collect())),
            requests: Rc::default(),
        }
    }

    fn times(&self) -> Vec<EpochMillis> {
        self.requests.borrow().iter().map(|(at, _)| *at).collect()
    }

    fn tokens(&self) -> Vec<String> {
        self.requests
            .borrow()
            .iter()
            .map(|(_, token)| token.clone())
            .collect()
    }
}

impl Transport for Script {
    async fn send(&self, request: &HttpRequest) -> Result<HttpResponse, SmsHistoryError> {
        self.requests.borrow_mut().push((
            self.clock.now(),
            request.bearer().unwrap().expose().to_owned(),
        ));
        let answer = {
            let mut answers = self.answers.borrow_mut();
            if answers.len() > 1 {
                answers.pop_front()
            } else {
                answers.front().cloned()
            }
        };
        match answer.unwrap() {
            Answer::Respond(response) => Ok(response),
            Answer::Hang => pending().await,
        }
    }
}

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse {
        status,
        body: body.as_bytes().to_vec().into(),
        ..HttpResponse::default()
    }
}

fn good() -> Answer {
    Answer::Respond(response(200, r#"{"result":[],"total_count":0}"#))
}

fn failing(status: u16) -> Answer {
    Answer::Respond(response(status, ""))
}

fn api_error(code: i64) -> Answer {
    Answer::Respond(response(
        200,
        &format!(r#"{{"error":{{"code":{code},"msg":""}}}}"#),
    ))
}

fn bearer(token: &str) -> BearerToken {
    BearerToken::new(token).unwrap()
}

type Events = Rc<RefCell<Vec<Event>>>;

/// A client and the events that it emits.
fn client<S: TokenSource>(
    script: &Script,
    tokens: S,
    options: ClientOptions,
) -> (SmsHistoryClient<Script, S, Virtual>, Events) {
    let events = Events::default();
    let log = Rc::clone(&events);
    let options = ClientOptions {
        observer: Some(Observer::new(move |event: &Event| {
            log.borrow_mut().push(event.clone())
        })),
        ..options
    };
    let client = SmsHistoryClient::with_options(
        BaseUrl::default(),
        script.clone(),
        tokens,
        script.clock.clone(),
        options,
    );
    (client, events)
}

/// Makes one call with a fixed token and default options. Returns its result and the script with its requests.
async fn call(
    answers: impl IntoIterator<Item = Answer>,
) -> (Result<SmsHistoryPage, SmsHistoryError>, Script) {
    let script = Script::new(&Virtual::default(), answers);
    let (client, _) = client(
        &script,
        StaticToken::new(bearer("a.b.c")),
        ClientOptions::default(),
    );
    (
        client.get_sms_history(&SmsHistoryQuery::new()).await,
        script,
    )
}

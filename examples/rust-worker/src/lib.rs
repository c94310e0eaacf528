//! A Cloudflare Worker that reads the SMS history of a Voximplant account.
//!
//! `POST /sms/GetSmsHistory` is the relay of the library's client in a page: `new SmsHistoryClient({ relay: "/sms" })`.
//! `GET /summary` returns the totals of all messages by hour, day or month (`bucket`). It accepts the parameters of the
//! library's queries: `fromDate`, `toDate`, `direction`, `sourceNumber`, ...

mod account;
mod history;
mod json;
mod login;
mod problem;
mod relay;

use serde::Serialize;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder, event};

use problem::Problem;

#[event(fetch)]
async fn fetch(mut request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let response = match respond(&mut request, &env).await {
        Ok(response) => response,
        Err(problem) => problem.into_response()?,
    };
    // Caches must not store phone numbers and texts.
    response.headers().set("Cache-Control", "no-store")?;
    Ok(response)
}

async fn respond(request: &mut Request, env: &Env) -> Result<Response, Problem> {
    let url = request.url()?;
    if url.path().starts_with("/sms/") {
        return relay::respond(request, env).await;
    }
    login::check(request, env)?;
    if request.method() != Method::Get {
        return Err(Problem::new(405, "method", "method: expected GET"));
    }
    match url.path() {
        "/summary" => {
            let query = history::query(&url, &["bucket"])?;
            let summarizer = history::summarizer(&url)?;
            let client = account::client(env).await?;
            let summary = history::summarize(&client, &query, summarizer).await?;
            ok(&json::Summary::new(summary))
        }
        _ => Err(Problem::new(404, "path", "path: expected /sms or /summary")),
    }
}

fn ok(body: &impl Serialize) -> Result<Response, Problem> {
    Ok(ResponseBuilder::new().from_json(body)?)
}

//! A Cloudflare Worker that reads the SMS history of a Voximplant account.
//!
//! `GET /messages` returns a page of messages. `GET /summary` returns the totals of all messages by hour, day or month
//! (`bucket`). Both accept the parameters of the library's queries: `fromDate`, `toDate`, `direction`, `sourceNumber`, ...

mod account;
mod history;
mod json;
mod login;
mod problem;

use serde::Serialize;
use worker::{Context, Env, Method, Request, Response, ResponseBuilder, event};

use problem::Problem;

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let response = match respond(&request, &env).await {
        Ok(response) => response,
        Err(problem) => problem.into_response()?,
    };
    // Caches must not store phone numbers and texts.
    response.headers().set("Cache-Control", "no-store")?;
    Ok(response)
}

async fn respond(request: &Request, env: &Env) -> Result<Response, Problem> {
    login::check(request, env)?;
    if request.method() != Method::Get {
        return Err(Problem::new(405, "method", "method: expected GET"));
    }
    let url = request.url()?;
    match url.path() {
        "/messages" => {
            let query = history::query(&url, &[])?;
            let client = account::client(env).await?;
            let page = client.get_sms_history(&query).await?;
            ok(&json::Page::new(&page))
        }
        "/summary" => {
            let query = history::query(&url, &["bucket"])?;
            let summarizer = history::summarizer(&url)?;
            let client = account::client(env).await?;
            let summary = history::summarize(&client, &query, summarizer).await?;
            ok(&json::Summary::new(summary))
        }
        _ => Err(Problem::new(
            404,
            "path",
            "path: expected /messages or /summary",
        )),
    }
}

fn ok(body: &impl Serialize) -> Result<Response, Problem> {
    Ok(ResponseBuilder::new().from_json(body)?)
}

//! A Cloudflare Worker that reads the SMS history of a Voximplant account.
//!
//! `GET /messages` answers with a page of messages, `GET /summary` with what all messages add up to, by hour, day or month
//! (`bucket`). Both take the parameters of the library's queries: `fromDate`, `toDate`, `direction`, `sourceNumber`, ...

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
    let response = match answer(&request, &env).await {
        Ok(response) => response,
        Err(problem) => problem.into_response()?,
    };
    // Phone numbers and texts are not for caches.
    response.headers().set("Cache-Control", "no-store")?;
    Ok(response)
}

async fn answer(request: &Request, env: &Env) -> Result<Response, Problem> {
    login::check(request, env)?;
    if request.method() != Method::Get {
        return Err(Problem::new(405, "method", "only GET is answered here"));
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
            "there are /messages and /summary",
        )),
    }
}

fn ok(body: &impl Serialize) -> Result<Response, Problem> {
    Ok(ResponseBuilder::new().from_json(body)?)
}

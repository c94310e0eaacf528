//! The relay: it sends the queries of a page's client to the API.

use voximplant_sms_history::relay::{RelayRequest, RelayResponse};
use worker::{Env, Request, Response};

use crate::{account, login, problem::Problem};

/// Responds to a request of a page. It may ask for everything if [`login::check`] accepts it.
pub async fn respond(request: &mut Request, env: &Env) -> Result<Response, Problem> {
    let headers = request.headers();
    let (method, url) = (request.method(), request.inner().url());
    let content_type = headers.get("Content-Type")?;
    let origin = headers.get("Origin")?;
    let fetch_site = headers.get("Sec-Fetch-Site")?;
    let head = RelayRequest {
        method: method.as_ref(),
        url: &url,
        content_type: content_type.as_deref(),
        origin: origin.as_deref(),
        fetch_site: fetch_site.as_deref(),
    };
    let relay = account::relay(env).await?;
    if let Err(refusal) = relay.check(&head) {
        return to_response(refusal);
    }
    if login::check(request, env).is_err() {
        return to_response(relay.refuse(&head, 403, "sign in again"));
    }
    let form = request.text().await?;
    to_response(relay.forward(&head, &form, None).await)
}

fn to_response(response: RelayResponse) -> Result<Response, Problem> {
    if let Some(failure) = &response.failure {
        worker::console_error!("relay: {failure}");
    }
    let page = Response::from_bytes(response.body)?.with_status(response.status);
    for (name, value) in &response.headers {
        page.headers().set(name, value)?;
    }
    Ok(page)
}

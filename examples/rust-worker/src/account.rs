//! The service account, and clients that read in its name.

use std::{cell::OnceCell, rc::Rc, time::Duration};

use voximplant_sms_history::{
    ClientOptions, SmsHistoryClient,
    base_url::BaseUrl,
    clock::SystemClock,
    token::{ServiceAccount, WebCryptoSigner},
    http::FetchTransport,
};
use worker::Env;

use crate::problem::Problem;

pub type Account = ServiceAccount<WebCryptoSigner, SystemClock>;
pub type Client = SmsHistoryClient<FetchTransport, Rc<Account>>;

thread_local! {
    /// Serves all requests of this isolate: the key is imported once, and one token is signed in five minutes. It is the
    /// account, which is a value, and never the future that makes one: no request may wait for what another has started.
    static ACCOUNT: OnceCell<Rc<Account>> = const { OnceCell::new() };
}

/// A client for one request, with the token that all of them share.
///
/// `VOXIMPLANT_CREDENTIALS` is a secret with the text of `credentials.json`. `API_URL` is for tests: the API's own is the
/// default, and only a loopback address may be without https.
pub async fn client(env: &Env) -> Result<Client, Problem> {
    let base_url = match env.var("API_URL") {
        Ok(url) => BaseUrl::new(&url.to_string(), false)?,
        Err(_) => BaseUrl::default(),
    };
    // Somebody waits for the answer: less patience than the library has by itself.
    let options = ClientOptions {
        attempt_timeout: Some(Duration::from_secs(10)),
        timeout: Some(Duration::from_secs(25)),
        ..Default::default()
    };
    Ok(SmsHistoryClient::with_options(
        base_url,
        FetchTransport::new(),
        account(env).await?,
        SystemClock,
        options,
    ))
}

async fn account(env: &Env) -> Result<Rc<Account>, Problem> {
    if let Some(account) = ACCOUNT.with(|kept| kept.get().cloned()) {
        return Ok(account);
    }
    let credentials = env.secret("VOXIMPLANT_CREDENTIALS")?.to_string();
    let account = Account::from_credentials(&credentials, None).await?;
    // Another request may have been quicker: its account, and with it its token, serves both.
    Ok(ACCOUNT.with(|kept| Rc::clone(kept.get_or_init(|| Rc::new(account)))))
}

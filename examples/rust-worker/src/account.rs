//! The service account, the relay, and the client of each request.

use std::{cell::OnceCell, rc::Rc, time::Duration};

use voximplant_sms_history::{
    ClientOptions, SmsHistoryClient,
    base_url::BaseUrl,
    client::retry::RetryPolicy,
    clock::SystemClock,
    http::FetchTransport,
    relay::{Relay, RelayOptions},
    token::{ServiceAccount, WebCryptoSigner},
};
use worker::Env;

use crate::problem::Problem;

pub type Account = ServiceAccount<WebCryptoSigner, SystemClock>;
pub type Client = SmsHistoryClient<FetchTransport, Rc<Account>>;

thread_local! {
    /// The account of all requests of this isolate, so that the key is imported once and a token is signed every five
    /// minutes. The account is stored, not the future that creates it: a request must not await I/O of another request.
    static ACCOUNT: OnceCell<Rc<Account>> = const { OnceCell::new() };
    /// The relay of all requests, so that its rate limiter counts all of them.
    static RELAY: OnceCell<Relay<FetchTransport, Rc<Account>, SystemClock>> = const { OnceCell::new() };
}

/// Returns the relay that reads for pages.
pub async fn relay(env: &Env) -> Result<Relay<FetchTransport, Rc<Account>, SystemClock>, Problem> {
    if let Some(relay) = RELAY.with(|relay| relay.get().cloned()) {
        return Ok(relay);
    }
    // The page's client retries.
    let client = with_options(
        env,
        ClientOptions {
            retry: RetryPolicy::NONE,
            ..Default::default()
        },
    )
    .await?;
    let relay = Relay::new(client, RelayOptions::default())?;
    Ok(RELAY.with(|shared| shared.get_or_init(|| relay).clone()))
}

/// Creates the client of one request. All clients share the account's token.
///
/// The secret `VOXIMPLANT_CREDENTIALS` holds the text of `credentials.json`. Tests set `API_URL`. The default is the API's
/// own URL, and only a loopback address may use http.
pub async fn client(env: &Env) -> Result<Client, Problem> {
    // Shorter than the library's defaults, because a reader waits for the response.
    let options = ClientOptions {
        attempt_timeout: Some(Duration::from_secs(10)),
        timeout: Some(Duration::from_secs(25)),
        ..Default::default()
    };
    with_options(env, options).await
}

async fn with_options(env: &Env, options: ClientOptions) -> Result<Client, Problem> {
    let base_url = match env.var("API_URL") {
        Ok(url) => BaseUrl::new(&url.to_string(), false)?,
        Err(_) => BaseUrl::default(),
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
    if let Some(account) = ACCOUNT.with(|account| account.get().cloned()) {
        return Ok(account);
    }
    let credentials = env.secret("VOXIMPLANT_CREDENTIALS")?.to_string();
    let account = Account::from_credentials(&credentials, None).await?;
    // Another request may have stored an account meanwhile. All requests share that one and its token.
    Ok(ACCOUNT.with(|shared| Rc::clone(shared.get_or_init(|| Rc::new(account)))))
}

//! The query of a URL, and the summary of a whole history.

use voximplant_sms_history::{
    HistoryOptions, SmsHistoryError, SmsHistoryQuery,
    query::Value,
    summary::{Bucket, SmsHistorySummary, Summarizer, SummaryOptions, Utc},
};
use worker::Url;

use crate::{account::Client, problem::Problem};

/// Reads the query from a URL, except for the parameters in `own`. The library validates names and values.
pub fn query(url: &Url, own: &[&str]) -> Result<SmsHistoryQuery, SmsHistoryError> {
    let mut query = SmsHistoryQuery::new();
    for (name, value) in url.query_pairs() {
        if own.contains(&&*name) {
            continue;
        }
        let number = matches!(&*name, "count" | "offset").then(|| value.parse::<u32>().ok());
        let value = match number.flatten() {
            Some(number) => Value::Number(f64::from(number)),
            None => Value::Text(value.into_owned()),
        };
        query.set(&name, value)?;
    }
    Ok(query)
}

/// Creates a summarizer with the `bucket` of a URL. The default is days.
pub fn summarizer(url: &Url) -> Result<Summarizer, Problem> {
    let mut options = SummaryOptions {
        top: 0,
        ..Default::default()
    };
    if let Some((_, name)) = url.query_pairs().find(|(name, _)| name == "bucket") {
        options.bucket = Bucket::from_name(&name).ok_or_else(|| {
            Problem::new(400, "invalid_query", "bucket: expected hour, day or month")
        })?;
    }
    Ok(Summarizer::new(options, Box::new(Utc)).map_err(SmsHistoryError::from)?)
}

/// Summarizes a whole history, with a thousand messages per request, and keeps none of them. The free plan allows 50
/// subrequests, which read 50,000 messages.
pub async fn summarize(
    client: &Client,
    query: &SmsHistoryQuery,
    mut summarizer: Summarizer,
) -> Result<SmsHistorySummary, SmsHistoryError> {
    let mut pages = client.history(query, HistoryOptions::default())?;
    while let Some(page) = pages.next().await {
        summarizer.add(&page?)?;
    }
    Ok(summarizer.finish()?)
}

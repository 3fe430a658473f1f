//! Which media type an answer has: what the client accepts, weighed as RFC 9110, section 12.5.1 says.

use axum::http::{HeaderMap, header};

/// The media types of answers to GraphQL requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status says whether the request was good.
    GraphqlResponse,
    /// `application/json`: for clients that know no other, to which every answer of GraphQL is 200.
    Json,
}

impl MediaType {
    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

const GRAPHQL_RESPONSE: (&str, &str) = ("application", "graphql-response+json");
const JSON: (&str, &str) = ("application", "json");
const HTML: (&str, &str) = ("text", "html");

/// The media type that the client prefers; `None` where it accepts neither. Who does not say gets JSON.
pub fn media_type(headers: &HeaderMap) -> Option<MediaType> {
    let accept = accept(headers);
    if accept.trim().is_empty() {
        return Some(MediaType::Json);
    }
    match (weight(&accept, GRAPHQL_RESPONSE), weight(&accept, JSON)) {
        (None, None) => None,
        (Some(_), None) => Some(MediaType::GraphqlResponse),
        (None, Some(_)) => Some(MediaType::Json),
        (Some(modern), Some(legacy)) => {
            let is_named = modern.quality == legacy.quality && modern.is_exact();
            let is_preferred = modern.quality > legacy.quality || is_named;
            Some(if is_preferred { MediaType::GraphqlResponse } else { MediaType::Json })
        }
    }
}

/// Whether a page is wanted at least as much as an answer: browsers name `text/html`.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = accept(headers);
    let quality = |kind| weight(&accept, kind).map_or(0.0, |weight| weight.quality);
    let html = weight(&accept, HTML).filter(Weight::is_exact);
    html.is_some_and(|html| html.quality >= quality(JSON).max(quality(GRAPHQL_RESPONSE)))
}

/// Every `Accept` header in one list; empty without one.
fn accept(headers: &HeaderMap) -> String {
    let values = headers.get_all(header::ACCEPT).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join(",")
}

/// How much a media type is wanted.
#[derive(Clone, Copy, Debug)]
struct Weight {
    /// 2 for the media type itself, 1 for all of its kind, 0 for all: the most specific range decides.
    specificity: u8,
    /// Above 0, at most 1.
    quality: f32,
}

impl Weight {
    fn is_exact(&self) -> bool {
        self.specificity == 2
    }
}

/// How much a media type is wanted; `None` where it is not accepted.
fn weight(accept: &str, kind: (&str, &str)) -> Option<Weight> {
    let order = |a: &Weight, b: &Weight| a.specificity.cmp(&b.specificity).then(a.quality.total_cmp(&b.quality));
    let weights = accept.split(',').filter_map(|range| range_weight(range, kind));
    weights.max_by(order).filter(|weight| weight.quality > 0.0)
}

/// The weight that one media range gives to a media type; `None` where it is not of that range, or is none.
fn range_weight(range: &str, (kind, subtype): (&str, &str)) -> Option<Weight> {
    let mut parts = range.split(';').map(str::trim);
    let (wanted_kind, wanted_subtype) = parts.next()?.split_once('/')?;
    let specificity = match (wanted_kind, wanted_subtype) {
        ("*", "*") => 0,
        (wanted, "*") if wanted.eq_ignore_ascii_case(kind) => 1,
        (wanted, sub) if wanted.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => 2,
        _ => return None,
    };
    let mut quality = 1.0;
    for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
        match name.trim() {
            name if name.eq_ignore_ascii_case("q") => quality = parse_quality(value.trim())?,
            name if name.eq_ignore_ascii_case("charset") && !is_utf8(value) => return None,
            _ => {}
        }
    }
    Some(Weight { specificity, quality })
}

/// A weight of RFC 9110, section 12.4.2: from 0 to 1.
fn parse_quality(text: &str) -> Option<f32> {
    text.parse().ok().filter(|quality| (0.0..=1.0).contains(quality))
}

/// Whether a `charset` is UTF-8, the only one that is read and written.
pub fn is_utf8(charset: &str) -> bool {
    charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, HeaderValue::from_str(value).expect("a header"));
        }
        headers
    }

    #[rstest]
    #[case(&[], Some(MediaType::Json))]
    #[case(&[""], Some(MediaType::Json))]
    #[case(&["*/*"], Some(MediaType::Json))]
    #[case(&["application/*"], Some(MediaType::Json))]
    #[case(&["application/json"], Some(MediaType::Json))]
    #[case(&["Application/JSON; Charset=\"UTF-8\""], Some(MediaType::Json))]
    #[case(&["application/graphql-response+json"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/graphql-response+json, application/json"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/json, application/graphql-response+json"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/json", "application/graphql-response+json"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/graphql-response+json, */*"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/json, */*"], Some(MediaType::Json))]
    #[case(&["application/json;q=0.9, application/graphql-response+json;q=0.5"], Some(MediaType::Json))]
    #[case(&["application/json;q=0.5, application/graphql-response+json ; q=0.9"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/json;q=0, */*"], Some(MediaType::GraphqlResponse))]
    #[case(&["application/graphql-response+json;q=0, */*;q=0.1"], Some(MediaType::Json))]
    #[case(&["text/html, */*;q=0.8"], Some(MediaType::Json))]
    #[case(&["text/html"], None)]
    #[case(&["*/*;q=0"], None)]
    #[case(&["application/json;q=2"], None)]
    #[case(&["application/json;q=nan"], None)]
    #[case(&["application/json; charset=iso-8859-1"], None)]
    #[case(&["nonsense"], None)]
    #[case(&["*/json"], None)]
    #[case(&[",;=/,"], None)]
    fn the_media_type_is_what_the_client_prefers(#[case] accept: &[&str], #[case] expected: Option<MediaType>) {
        assert_eq!(media_type(&headers(accept)), expected);
    }

    #[rstest]
    #[case("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true)]
    #[case("text/html", true)]
    #[case("*/*", false)]
    #[case("text/*", false)]
    #[case("application/json, text/html;q=0.1", false)]
    #[case("", false)]
    fn browsers_prefer_a_page(#[case] accept: &str, #[case] expected: bool) {
        assert_eq!(prefers_html(&headers(&[accept])), expected);
    }
}

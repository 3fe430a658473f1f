//! Settings of the section `[http]`: where the server listens and what it offers to browsers.

use std::net::SocketAddr;

use serde::{Deserialize, Deserializer, de::Error};

use crate::domain::link::web_url;

/// How the server is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address and port to listen on; port 0 takes a free one.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Origins whose pages may call the API from a browser (CORS); empty for none.
    #[serde(deserialize_with = "origins")]
    pub allowed_origins: Vec<String>,
    /// Whether browsers get the query editor.
    pub graphiql: bool,
    /// Whether clients may read the schema through the API.
    pub introspection: bool,
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom("an IP address and port such as `127.0.0.1:8080`"))
}

fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let origins = Vec::<String>::deserialize(deserializer)?;
    if !origins.iter().all(|origin| is_origin(origin)) {
        return Err(D::Error::custom(
            "a list of origins as browsers send them, such as `https://desk.example` without a path",
        ));
    }
    Ok(origins)
}

/// Scheme, host and port in small letters: browsers send exactly that, and the comparison is exact.
fn is_origin(text: &str) -> bool {
    let host = text.split_once("://").map(|(_, host)| host).unwrap_or_default();
    let is_small = !text.chars().any(char::is_uppercase);
    let is_bare = !host.contains(['/', '?', '#']);
    is_small && is_bare && web_url(text).as_deref() == Some(text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://desk.example", true)]
    #[case("http://localhost:3000", true)]
    #[case("https://desk.example/", false)]
    #[case("https://Desk.example", false)]
    #[case(" https://desk.example", false)]
    #[case("desk.example", false)]
    #[case("null", false)]
    #[case("*", false)]
    fn an_origin_has_a_scheme_and_a_host_and_no_path(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_origin(text), expected);
    }
}

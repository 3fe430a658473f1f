//! Settings of the section `[http]`: where the server listens, what it offers to browsers, and what connections may take.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};

use super::{duration, value};
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
    /// Addresses and networks of proxies whose `Forwarded` and `X-Forwarded-For` are believed; empty for none.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether browsers get the explorer.
    pub graphiql: bool,
    /// A folder whose files are served beside the API; `None` for none.
    #[serde(deserialize_with = "value::path")]
    pub static_dir: Option<PathBuf>,
    /// Whether clients may read the schema through the API.
    pub introspection: bool,
    /// Whether answers of more than 1 KiB are compressed for clients that ask for it.
    pub compression: bool,
    /// The most connections at a time, WebSockets among them.
    #[serde(deserialize_with = "value::number::<1, 1_000_000, _, _>")]
    pub max_connections: usize,
    /// The most of them from one address; 0 for no limit.
    #[serde(deserialize_with = "value::number::<0, 1_000_000, _, _>")]
    pub max_connections_per_address: usize,
    /// The most requests that are answered at a time.
    #[serde(deserialize_with = "value::number::<1, 1_000_000, _, _>")]
    pub max_requests: usize,
    /// The longest head of a request, in bytes: the address and all headers.
    #[serde(deserialize_with = "value::number::<8_192, 262_144, _, _>")]
    pub max_header_bytes: usize,
    /// How long a client may take until it has sent the head of a request.
    #[serde(deserialize_with = "duration::within::<1, 600, _>")]
    pub header_timeout: Duration,
    /// How long the body of a request may take to come.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub body_timeout: Duration,
    /// How long a connection is kept on which nothing is asked.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub idle_timeout: Duration,
    /// How long a client may read nothing of its answer.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub write_timeout: Duration,
    /// How long running requests have when the server stops.
    #[serde(deserialize_with = "duration::within::<1, 3_600, _>")]
    pub stop_timeout: Duration,
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom("an IP address and port such as `127.0.0.1:8080`"))
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let network = |text: &String| text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok();
    let networks: Option<Vec<IpNet>> = texts.iter().map(network).collect();
    networks.ok_or_else(|| D::Error::custom("a list of IP addresses and networks such as `127.0.0.1` or `10.0.0.0/8`"))
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

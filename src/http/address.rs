//! Where a request comes from. The word of a proxy counts only where the settings say that it is trusted; anybody else could write there what
//! they like.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::server::Server;

/// What proxies write that do not know `Forwarded`.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client; `None` for a request that did not come over a socket.
pub struct ClientAddress(pub Option<IpAddr>);

impl FromRequestParts<Arc<Server>> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let found = peer.map(|peer| {
            if is_forgotten_proxy(peer, &parts.headers, &server.trusted_proxies) {
                warn_once(peer);
            }
            client(peer, &parts.headers, &server.trusted_proxies)
        });
        Ok(Self(found))
    }
}

/// Whether the peer seems to be a proxy of this network that the settings do not name.
fn is_forgotten_proxy(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    let is_near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    let names_another = headers.contains_key(FORWARDED) || headers.contains_key(X_FORWARDED_FOR);
    is_near && names_another && !trusted.iter().any(|network| network.contains(&peer))
}

/// Once, because whoever is near can send such headers as often as they like.
fn warn_once(peer: IpAddr) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(
            %peer,
            "this address names other clients in X-Forwarded-For or Forwarded and is not believed: if it is your reverse proxy, add it to \
             `http.trusted_proxies`, or all its clients count as one when sign-ins are throttled"
        );
    });
}

/// The address behind the trusted proxies: from the peer backwards, the first that is none of them. A proxy may pass on one of the two headers as
/// the client wrote it, so where both are there they have to agree; otherwise the proxy itself is taken for the client.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let told = |name: &str, address: fn(&str) -> Option<IpAddr>| {
        headers.contains_key(name).then(|| behind(peer, entries(headers, name), address, trusted))
    };
    match (told(FORWARDED.as_str(), forwarded_for), told(X_FORWARDED_FOR, socket_or_address)) {
        (Some(one), Some(other)) => {
            if one == other {
                one
            } else {
                peer
            }
        }
        (Some(address), None) | (None, Some(address)) => address,
        (None, None) => peer,
    }
}

/// The entries of all headers of a name, from the last to the first, which is the way that the request has come.
fn entries<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    let mut entries: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    entries.reverse();
    entries
}

/// Follows the entries as long as those who wrote them are trusted. What is no address ends the way at who wrote it.
fn behind(peer: IpAddr, entries: Vec<&str>, address: fn(&str) -> Option<IpAddr>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer;
    for entry in entries {
        if !is_trusted(client) {
            break;
        }
        match address(entry) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
    }
    client
}

/// The parameter `for` of an element of `Forwarded` (RFC 7239, section 4); `None` for one without, and for a name in place of an address.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut parameters = element.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, node) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    socket_or_address(node.trim().trim_matches('"'))
}

/// An address, with or without a port.
fn socket_or_address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use rstest::rstest;

    use super::*;

    fn found(peer: &str, lines: &[(&str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        let trusted = ["10.0.0.0/8", "fd00::/8", "127.0.0.1/32"].map(|network| network.parse().expect("a network"));
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[rstest]
    #[case::nobody_says_anything("192.0.2.1", &[], "192.0.2.1")]
    #[case::a_mapped_peer("::ffff:192.0.2.1", &[], "192.0.2.1")]
    #[case::not_a_proxy("192.0.2.1", &[("x-forwarded-for", "203.0.113.9")], "192.0.2.1")]
    #[case::one_proxy("10.0.0.1", &[("x-forwarded-for", "203.0.113.9")], "203.0.113.9")]
    #[case::a_mapped_proxy("::ffff:10.0.0.1", &[("x-forwarded-for", "203.0.113.9")], "203.0.113.9")]
    #[case::two_proxies("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, 10.0.0.2")], "203.0.113.9")]
    #[case::what_the_client_wrote("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.0.0.2")], "203.0.113.9")]
    #[case::on_two_lines("10.0.0.1", &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.9")]
    #[case::all_are_proxies("10.0.0.1", &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3")]
    #[case::with_a_port("10.0.0.1", &[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9")]
    #[case::rubbish("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, unknown, 10.0.0.2")], "10.0.0.2")]
    #[case::nothing("10.0.0.1", &[("x-forwarded-for", "")], "10.0.0.1")]
    #[case::no_text("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, ä")], "10.0.0.1")]
    #[case::forwarded("10.0.0.1", &[("forwarded", "for=192.0.2.43;proto=https, For=\"203.0.113.9:80\" ; by=10.0.0.1")], "203.0.113.9")]
    #[case::forwarded_ipv6("fd00::1", &[("forwarded", "for=\"[2001:db8::17]:4711\"")], "2001:db8::17")]
    #[case::bare_ipv6("fd00::1", &[("x-forwarded-for", "2001:db8::17")], "2001:db8::17")]
    #[case::a_hidden_name("10.0.0.1", &[("forwarded", "for=203.0.113.9, for=_hidden")], "10.0.0.1")]
    #[case::both_agree("10.0.0.1", &[("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.9")]
    #[case::the_client_wrote_one("10.0.0.1", &[("forwarded", "for=198.51.100.1"), ("x-forwarded-for", "203.0.113.9")], "10.0.0.1")]
    fn the_address_is_what_trusted_proxies_say(
        #[case] peer: &str,
        #[case] lines: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        assert_eq!(found(peer, lines), expected);
    }

    #[rstest]
    #[case::a_neighbour("192.168.1.1", "x-forwarded-for", true)]
    #[case::this_machine("::1", "forwarded", true)]
    #[case::one_that_is_trusted("127.0.0.1", "x-forwarded-for", false)]
    #[case::one_that_names_nobody("192.168.1.1", "accept", false)]
    #[case::somebody_far_away("203.0.113.9", "x-forwarded-for", false)]
    fn a_proxy_that_is_not_trusted_is_noticed(#[case] peer: &str, #[case] name: &str, #[case] expected: bool) {
        let name: HeaderName = name.parse().expect("a name");
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_static("203.0.113.9"))]);
        let trusted = ["127.0.0.1/32".parse().expect("a network")];
        assert_eq!(is_forgotten_proxy(peer.parse().expect("an address"), &headers, &trusted), expected);
    }
}

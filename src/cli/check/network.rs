//! Whether the server could listen, and to whom.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;

use crate::cli::serve::missing_files;
use crate::config::Config;

use super::report::{Finding, Report};

/// How long a server that may be ours has to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Looks at the address, and at what the system lets the server have.
pub async fn check(config: &Config, report: &mut Report) {
    let address = config.http.listen;
    match TcpListener::bind(address) {
        Ok(_) => report.say(Finding::fine(format!("`http.listen` is {address}, which is free"))),
        Err(error) if error.kind() == ErrorKind::AddrInUse && is_ours(address).await => {
            report.say(Finding::fine(format!("`http.listen` is {address}, where a Deskgraph answers already")));
        }
        Err(error) => report.say(refused(address, &error)),
    }
    if !address.ip().is_loopback() {
        report.say(
            Finding::note(format!("`http.listen` is {address}: other machines can connect, without TLS"))
                .because("passwords and tokens could be read on the way")
                .advising("let only a reverse proxy with TLS reach it, and name that one in `http.trusted_proxies`"),
        );
    }
    if let Some((limit, needed)) = missing_files(config.http.max_connections) {
        report.say(
            Finding::note(format!(
                "the system lets this user open {limit} files, and `http.max_connections` needs {needed}"
            ))
            .because("connections beyond that have to wait until others end")
            .advising(
                "raise the limit (`LimitNOFILE=` of a systemd unit, or `ulimit -n`), or lower `http.max_connections`",
            ),
        );
    }
}

/// Why nobody could listen there.
fn refused(address: SocketAddr, error: &std::io::Error) -> Finding {
    let (what, todo) = match error.kind() {
        ErrorKind::AddrInUse => (
            "where another program listens already".to_owned(),
            format!(
                "stop that program (`ss -ltnp` names it), or set `http.listen` to another port than {}",
                address.port()
            ),
        ),
        ErrorKind::AddrNotAvailable => (
            "which is no address of this machine".to_owned(),
            format!(
                "set `http.listen` to an address that `ip address` shows, or to 0.0.0.0:{} for all of them",
                address.port()
            ),
        ),
        ErrorKind::PermissionDenied => (
            "which this user may not listen at".to_owned(),
            "set `http.listen` to a port of 1024 or above, with a reverse proxy before it".to_owned(),
        ),
        _ => (format!("which cannot be listened at: {error}"), "set `http.listen` to another address".to_owned()),
    };
    Finding::problem(format!("`http.listen` is {address}, {what}"))
        .because("`serve` stops before it touches the database when it cannot listen")
        .advising(todo)
}

/// Whether a server like this one answers there: it publishes its keys.
async fn is_ours(address: SocketAddr) -> bool {
    let url = format!("http://{}/.well-known/jwks.json", within_reach(address));
    let Ok(client) = reqwest::Client::builder().no_proxy().timeout(ANSWERS_WITHIN).build() else { return false };
    let Ok(answer) = client.get(url).send().await else { return false };
    answer.json::<serde_json::Value>().await.is_ok_and(|keys| keys["keys"].is_array())
}

/// An address to connect to: one that stands for all addresses is none.
fn within_reach(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

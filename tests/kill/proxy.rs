//! What stands between a server and its database, so that the way there can be cut or stopped without touching the database.

use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It arrives.
    Open,
    /// All connections end, and new ones end at once, as when the database has stopped.
    Cut,
    /// Nothing arrives and nothing ends, as when the machine of the database is gone.
    Stuck,
}

/// A way to a database.
pub struct Proxy {
    port: u16,
    way: Arc<watch::Sender<Way>>,
}

impl Proxy {
    /// An open way to the server of this address, such as `postgres://root@127.0.0.1:5432/test`.
    pub async fn to(url: &str) -> Self {
        let target = host_of(url);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let way = Arc::new(watch::Sender::new(Way::Open));
        let state = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, target.clone(), state.subscribe()));
            }
        });
        Self { port, way }
    }

    /// The same address by this way.
    pub fn url(&self, url: &str) -> String {
        url.replacen(&host_of(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// Changes the way for open and for new connections.
    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// Host and port of an address, which must name both.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority).to_owned()
}

/// Passes everything on for as long as the way is open. One that was stuck goes on where it stood.
async fn pass(mut client: TcpStream, target: String, mut way: watch::Receiver<Way>) {
    if way.wait_for(|way| *way != Way::Stuck).await.is_ok_and(|way| *way == Way::Cut) {
        return;
    }
    let Ok(mut database) = TcpStream::connect(target).await else { return };
    let copy = copy_bidirectional(&mut client, &mut database);
    tokio::pin!(copy);
    loop {
        let now = *way.borrow_and_update();
        tokio::select! {
            _ = &mut copy, if now == Way::Open => return,
            changed = way.changed() => if changed.is_err() { return },
        }
        if *way.borrow() == Way::Cut {
            return;
        }
    }
}

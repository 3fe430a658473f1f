//! What browsers find beside the API: the explorer, and the pages of an app.

use axum::body::Body;
use axum::http::Method;

use crate::http::{request, send};
use crate::support::TestApp;

#[tokio::test]
async fn browsers_are_sent_to_the_explorer_where_it_is_on() {
    let browser = || request(Method::GET, "/graphql", &[("accept", "text/html,*/*;q=0.8")], Body::empty());
    let answer = send(&TestApp::new().await, browser()).await;
    assert_eq!((answer.status, answer.header("location")), (303, "graphiql/"));
    let without = TestApp::with("[http]\ngraphiql = false\n").await;
    let answer = send(&without, browser()).await;
    assert_eq!((answer.status, answer.message()), (400, "give the document as the parameter `query`".to_owned()));
    assert_eq!(send(&without, request(Method::GET, "/graphiql/", &[], Body::empty())).await.status, 404);
}

#[tokio::test]
async fn the_explorer_is_whole_and_names_no_other_host() {
    let app = TestApp::new().await;
    let get = async |address: &str| send(&app, request(Method::GET, address, &[], Body::empty())).await;
    let page = get("/graphiql/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self';"));
    let page = page.text();
    let parts = page.split(['"', '\'']).filter(|part| part.ends_with(".js") || part.ends_with(".css"));
    let parts: Vec<&str> = parts.collect();
    assert_eq!(parts.len(), 8, "{parts:?}");
    for part in parts {
        let file = get(&format!("/graphiql/{part}")).await;
        let kind = if part.ends_with(".js") { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
        assert_eq!((file.status, file.header("content-type")), (200, kind), "{part}");
        let etag = file.header("etag").to_owned();
        let address = format!("/graphiql/{part}");
        let again = send(&app, request(Method::GET, &address, &[("if-none-match", &etag)], Body::empty())).await;
        assert_eq!((again.status, again.text().len()), (304, 0), "{part}");
    }
    let examples: Vec<String> = serde_json::from_str(&get("/graphiql/examples.json").await.text()).expect("JSON");
    assert!(examples.iter().any(|example| example.contains("query CustomerDetail(")));
    assert_eq!(get("/graphiql/nothing.js").await.status, 404);
}

#[tokio::test]
async fn the_pages_of_an_app_are_served_beside_the_api() {
    let outer = tempfile::tempdir().expect("a folder can be made");
    std::fs::write(outer.path().join("secret.txt"), "secret").expect("it can be written to");
    let folder = outer.path().join("pages");
    std::fs::create_dir(&folder).expect("it can be written to");
    std::fs::write(folder.join("index.html"), "<p>start</p>").expect("it can be written to");
    std::fs::create_dir(folder.join("assets")).expect("it can be written to");
    std::fs::write(folder.join("assets/app.js"), "start()").expect("it can be written to");
    let app = TestApp::with(&format!("[http]\nstatic_dir = \"{}\"\n", folder.display())).await;
    let get = async |address: &str, accept: &str| {
        send(&app, request(Method::GET, address, &[("accept", accept)], Body::empty())).await
    };
    for address in ["/", "/index.html", "/customers/acme"] {
        let page = get(address, "text/html,*/*;q=0.8").await;
        assert_eq!((page.status, page.text()), (200, "<p>start</p>".to_owned()), "{address}");
        assert!(page.header("content-security-policy").starts_with("default-src 'self';"));
        assert_eq!(page.header("cache-control"), "no-cache");
    }
    let script = get("/assets/app.js", "*/*").await;
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript"));
    // A client of the API that has its address wrong is told so, and nobody leaves the folder.
    for address in
        ["/graphq", "/assets/none.js", "/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]
    {
        let answer = get(address, "application/json").await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/json; charset=utf-8"),
            "{address}"
        );
    }
    assert_eq!(get("/healthz", "text/html").await.text(), "ok");
    let post = send(&app, request(Method::POST, "/customers", &[], Body::empty())).await;
    assert_eq!(post.status, 404);
}

//! Documents that are made to hurt: each is refused with the right code and little work, over POST, GET and WebSocket alike.

use std::time::Duration;

use serde_json::json;

use crate::argument::INTERNALS;
use crate::document::get;
use crate::support::TestApp;

/// The most processor time for a refusal: 100 ms in a release build.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 800 } else { 100 });
/// How much the memory of this process may grow for a refusal, in KiB; other tests take some of it at the same time.
const MOST_MEMORY: usize = 200 * 1024;

/// The processor time that this thread has taken: requests are answered on it.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().expect("no time before the start"),
        time.tv_nsec.try_into().expect("a fraction"),
    )
}

/// The most memory that this process has had, in KiB; the system counts it with small errors, so that it may seem to shrink.
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system tells of processes");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the system counts memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn doubling(times: usize, last: &str) -> String {
    let one = |n: usize| format!("fragment F{n} on Query {{ ...F{} ...F{} }} ", n + 1, n + 1);
    let fragments: String = (0..times).map(one).collect();
    format!("{{ ...F0 }} {fragments} fragment F{times} on Query {{ {last} }}")
}

fn chain(length: usize) -> String {
    let fragments: String = (0..length).map(|n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1)).collect();
    format!("{{ ...F0 }} {fragments} fragment F{length} on Query {{ __typename }}")
}

fn many(times: usize, one: impl Fn(usize) -> String) -> String {
    format!("{{ {} }}", (0..times).map(one).collect::<Vec<_>>().join(" "))
}

/// Arguments, each with its number.
fn arguments(times: usize, one: impl Fn(usize) -> String) -> String {
    (0..times).map(one).collect::<Vec<_>>().join(" ")
}

/// Documents about which the library alone would report millions of errors: one for each argument of each pair of fields under one key, again in every
/// selection set around them.
fn amplified() -> Vec<(&'static str, String)> {
    let (repeated, single) = ("a: 1 ".repeat(430), arguments(430, |n| format!("a{n}: 1")));
    let unused = |arguments: &str| {
        let (fields, spreads) = ("k ".repeat(1200), "x{k...F} ".repeat(150));
        format!(
            "{{ viewer {{ role }} }} fragment F on Query {{ k({arguments}) {fields}}} fragment G on Query {{ {spreads}}}"
        )
    };
    let alone =
        |open: &str, close: &str, more: &str| format!("{{ {open} k({single}) {} {close} }} {more}", "k ".repeat(800));
    let (open, close) = ("... { ".repeat(50), "} ".repeat(50));
    let apart = format!(
        "{{ node(id: \"x\") {{ {open} ... on Customer {{ ... {{ x: k({single}) }} }} ... on Group {{ ... {{ {} }} }} {close} }} }}",
        "x: name ".repeat(45)
    );
    vec![
        ("fragments that nobody spreads", unused(&single)),
        ("fragments that nobody spreads, with one argument", unused(&repeated)),
        ("a fragment of another type", format!("{{ ...F }} fragment F on Customer {}", alone("", "", ""))),
        (
            "a fragment of another type, nested",
            alone(&format!("... on Customer {{ {open}"), &format!("{close} }}"), ""),
        ),
        ("a fragment of no type", format!("{{ {open} ...F {close} }} fragment F on Nonsense {}", alone("", "", ""))),
        ("fields of two types", apart),
        ("one argument many times", alone("", "", "").replace(&single, &repeated)),
    ]
}

/// Operations that share a fragment with variables that none of them has.
fn undefined(times: usize) -> String {
    let operations = arguments(times, |n| format!("query A{n} {{ ...F }}"));
    let variables = arguments(times, |n| format!("$v{n}"));
    format!("{operations} fragment F on Query {{ nodes(ids: [{variables}]) {{ id }} }}")
}

/// Two fields with the same arguments in another order, in many selection sets.
fn equal(times: usize) -> String {
    let (one, two) = (arguments(times, |n| format!("a{n}: 1")), arguments(times, |n| format!("a{}: 1", times - n - 1)));
    format!("{{ {} k({one}) k({two}) {} }}", "... { ".repeat(55), "} ".repeat(55))
}

/// A field of unknown type with fields under one key for several objects and for all of them, again below the latter: each level multiplies what
/// is compared.
fn entangled(objects: usize, levels: usize) -> String {
    let apart = arguments(objects, |n| format!("... on A{n} {{ a }}"));
    let open = format!("{apart} ... on Node {{ a {{ ");
    format!("{{ z {{ {} a {} }} }}", open.repeat(levels), "} } ".repeat(levels))
}

/// A value, nested this often.
fn nested(open: &str, close: &str, times: usize) -> String {
    format!("{{ customers(search: {}1{}) {{ totalCount }} }}", open.repeat(times), close.repeat(times))
}

fn hostile() -> Vec<(&'static str, String, &'static str)> {
    const LIMIT: &str = "LIMIT_EXCEEDED";
    const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
    const SYNTAX: &str = "GRAPHQL_PARSE_FAILED";
    let values = vec!["1"; 900].join(" ");
    vec![
        ("nested lists", nested("[", "]", 1600), LIMIT),
        ("nested lists without end", nested("[", "", 10_000), LIMIT),
        ("nested objects", nested("{a:", "}", 1600), LIMIT),
        ("nested both", nested("[{a:", "}]", 800), LIMIT),
        (
            "nested types",
            format!("query($a: {}Int{}) {{ viewer {{ role }} }}", "[".repeat(1600), "]".repeat(1600)),
            LIMIT,
        ),
        (
            "nested defaults",
            format!("query($a: Int = {}1{}) {{ viewer {{ role }} }}", "[".repeat(1600), "]".repeat(1600)),
            LIMIT,
        ),
        ("nested directives", format!("{{ viewer @a{} {{ role }} }}", "(b: [".repeat(900)), LIMIT),
        ("nested selections", format!("{}a{}", "{ a ".repeat(1600), "}".repeat(1600)), LIMIT),
        ("nested fragments", format!("{{ {} __typename {} }}", "... { ".repeat(1600), "}".repeat(1600)), LIMIT),
        ("allowed nesting", nested("[", "]", 50), INVALID),
        ("fragments that double", doubling(25, "__typename"), LIMIT),
        ("fragments that double, longer", doubling(400, "__typename"), LIMIT),
        ("a chain of fragments", chain(450), LIMIT),
        ("a circle", "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }".into(), INVALID),
        ("no fragment", "{ ...F }".into(), INVALID),
        ("aliases", many(900, |n| format!("a{n}: __typename")), LIMIT),
        ("aliases of logins", many(60, |n| format!("a{n}: viewer {{ role }}")), LIMIT),
        ("fields", many(1500, |_| "viewer { role }".into()), LIMIT),
        ("unknown fields", many(900, |n| format!("field{n}")), INVALID),
        ("fields without end", many(49, |_| "x: viewer { role } settings".into()) + "{", SYNTAX),
        ("directives", format!("{{ viewer {} {{ role }} }}", "@skip(if: false) ".repeat(600)), LIMIT),
        ("unknown directives", format!("{{ viewer {} {{ role }} }}", "@a ".repeat(1900)), LIMIT),
        ("tokens", many(21_000, |_| "a".into()), LIMIT),
        ("signs", "!".repeat(60_000), LIMIT),
        (
            "values that are spread",
            format!(
                "{{ {} }} fragment F on Query {{ nodes(ids: [{values}]) {{ id }} }}",
                "...F ... {...F} ".repeat(20)
            ),
            LIMIT,
        ),
        (
            "depth",
            format!(
                "{{ customerUser(login: \"ann\") {{ {} login {} }} }}",
                "customer { customerUsers { nodes { ".repeat(6),
                "} } } ".repeat(6)
            ),
            LIMIT,
        ),
        (
            "pages of pages",
            "{ customers(first: 1000) { nodes { customerUsers(first: 1000) { nodes { login } } } } }".into(),
            LIMIT,
        ),
        (
            "pages beyond all numbers",
            format!(
                "{{ {} login {} }}",
                "customers(first: 2147483647) { nodes { customerUsers(first: 2147483647) { nodes { customer { tickets(first: 2147483647) { nodes { customer { customerUsers(first: 2147483647) { nodes { ",
                "} ".repeat(10)
            ),
            LIMIT,
        ),
        ("a huge number", format!("{{ customers(first: {}) {{ totalCount }} }}", "9".repeat(60_000)), LIMIT),
        ("a large number", format!("{{ customers(first: {}) {{ totalCount }} }}", "9".repeat(200)), INVALID),
        ("an endless number", "{ customers(first: 1e999) { totalCount } }".into(), SYNTAX),
        ("a long name", format!("{{ {} }}", "a".repeat(60_000)), LIMIT),
        ("a long alias", format!("{{ {}: __typename }}", "a".repeat(257)), LIMIT),
        ("a long string without end", format!("{{ customer(customerId: \"{}", "a".repeat(60_000)), SYNTAX),
        ("a long comment", format!("#{}", "a".repeat(60_000)), SYNTAX),
        ("a text of quotes", "\"".repeat(3000), SYNTAX),
        ("a text of backslashes", format!("{{ a(b: \"{}", "\\".repeat(60_000)), SYNTAX),
        ("controls", "{ viewer\u{0}\u{1}\u{7f} { role } }".into(), SYNTAX),
        ("bytes", format!("{{ viewer {{ role }} }} {}", " ".repeat(65_536)), LIMIT),
        (
            "brackets behind a block string without end",
            format!("{{ nodes(ids: [\"\"\"x\" {}{}]) {{ id }} }}", "[".repeat(700), "]".repeat(700)),
            SYNTAX,
        ),
        ("spreads without blanks", format!("{{ k{} }} fragment A on Query {{ k }}", "...A".repeat(1500)), LIMIT),
        ("values without blanks", format!("{{ nodes(ids: [{}]) {{ id }} }}", arguments(40, |_| "null".repeat(60))), LIMIT),
        ("numbers without blanks", format!("{{ nodes(ids: [1{}]) {{ id }} }}", "-1".repeat(5000)), LIMIT),
        ("noughts", format!("{{ nodes(ids: [{}]) {{ id }} }}", "0".repeat(5000)), SYNTAX),
        ("a list of an unknown type", "query($a: [Nonsense] = [1]) { nodes(ids: $a) { id } }".into(), INVALID),
        ("an unknown type that is repeated", "query($a: [[A!]!] = [[1]]) { nodes(ids: $a) { id } }".into(), INVALID),
        ("fields of several objects", entangled(8, 13), LIMIT),
        ("unknown fields with long names", many(250, |n| format!("a{n:0>249}")), INVALID),
        (
            "unknown arguments with long names",
            format!("{{ customers({}) {{ totalCount }} }}", arguments(240, |n| format!("a{n:0>249}: 1"))),
            INVALID,
        ),
        (
            "unknown arguments of directives",
            format!("{{ viewer @skip({}) {{ role }} }}", arguments(240, |n| format!("a{n:0>249}: 1"))),
            INVALID,
        ),
        (
            "types of the schema within types",
            format!("{{ __type(name: \"Node\") {{ {} name {} }} }}", "possibleTypes { interfaces { ".repeat(6), "} } ".repeat(6)),
            LIMIT,
        ),
        (
            "fields of the schema within fields",
            format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(5), "} } ".repeat(5)),
            LIMIT,
        ),
        ("the schema again and again", many(40, |n| format!("a{n}: __schema {{ types {{ name }} }}")), LIMIT),
        ("undefined variables", undefined(60), INVALID),
        ("many equal arguments", equal(590), INVALID),
    ]
    .into_iter()
    .chain(amplified().into_iter().map(|(name, document)| (name, document, INVALID)))
    .collect()
}

#[tokio::test]
async fn hostile_documents_are_refused_with_little_work() {
    let app = TestApp::new().await;
    let root = app.as_administrator();
    // What is made once, on the first request, is not counted.
    root.ask("{ viewer { role } }").await;
    for (name, document, code) in hostile() {
        // An address is no longer than this.
        let fits_address = serde_urlencoded::to_string([("query", &document)]).is_ok_and(|query| query.len() < 60_000);
        for by_get in [false, true].into_iter().filter(|by_get| !by_get || fits_address) {
            let (started, memory) = (processor_time(), most_memory());
            let answer = match by_get {
                true => get(&root, &[("query", &document)]).await,
                false => root.post(&document, json!({})).await,
            };
            let taken = processor_time() - started;
            assert_eq!(answer.refusal(), (400, code.to_owned()), "{name}: {:.300}", answer.text);
            assert!(taken < MOST, "{name} took {taken:?}");
            let grown = most_memory().saturating_sub(memory);
            assert!(grown < MOST_MEMORY, "{name} took {grown} KiB");
            assert!(answer.text.len() < 20_000, "{name} is answered with {} bytes", answer.text.len());
            assert_eq!(
                INTERNALS.iter().find(|word| answer.text.contains(**word)),
                None,
                "{name}: {:.500}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn hostile_documents_are_refused_by_sockets_too() {
    let app = TestApp::new().await;
    let mut socket = app.socket(json!({})).await;
    // The rest is longer than a message may be.
    for (name, document, code) in hostile().into_iter().filter(|(_, document, _)| document.len() < 50_000) {
        let started = processor_time();
        socket.subscribe("1", &document, json!({})).await;
        let message = socket.next().await;
        let told = &message["payload"][0]["extensions"]["code"];
        assert_eq!((&message["type"], told), (&json!("error"), &json!(code)), "{name}: {message:.300}");
        let taken = processor_time() - started;
        assert!(taken < MOST, "{name} took {taken:?}");
    }
}

#[tokio::test]
async fn hostile_variables_are_refused() {
    let app = TestApp::new().await;
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let deep =
        format!("{{\"query\": \"{document}\", \"variables\": {{\"ids\": {}1{}}}}}", "[".repeat(5000), "]".repeat(5000));
    let request = axum::http::Request::post("/graphql").header("content-type", "application/json");
    let answer = app.as_administrator().http(request.body(axum::body::Body::from(deep)).expect("a request")).await;
    assert_eq!(answer.refusal(), (400, "BAD_USER_INPUT".into()));
    for ids in
        [json!("x".repeat(1000)), json!([[["x"]]]), json!({"a": {"b": 1}}), json!([null]), json!(vec!["x"; 5000])]
    {
        let answer = app.as_administrator().post(document, json!({"ids": ids})).await;
        assert!(answer.status.as_u16() < 500, "{:.300}", answer.text);
        assert!(
            answer.json()["errors"].is_array() || answer.json()["data"]["nodes"] == json!([null]),
            "{:.300}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_large_variable_is_not_copied_to_many_places() {
    let app = TestApp::new().await;
    let many = arguments(49, |n| format!("a{n}: nodes(ids: $ids) {{ id }}"));
    let below = "customers(first: 1) { nodes { tickets(filter: { queues: $ids }) { totalCount } } }";
    for (set, list) in [(many.as_str(), "[ID!]!"), (below, "[String!]")] {
        let document = format!("query($ids: {list}) {{ {set} }}");
        let variables = json!({"ids": vec![""; 150_000], "unused": 1});
        let (started, memory) = (processor_time(), most_memory());
        let answer = app.anonymous().post(&document, variables).await;
        let taken = processor_time() - started;
        assert_eq!(answer.refusal(), (400, "LIMIT_EXCEEDED".into()));
        assert!(taken < MOST, "it took {taken:?}");
        assert!(most_memory().saturating_sub(memory) < MOST_MEMORY);
    }
}

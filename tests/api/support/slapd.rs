//! A directory of its own for tests: OpenLDAP's `slapd` on a free port of this machine, with certificates made for it. It ends with the
//! program that runs the tests, however that ends.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use deskgraph::config::{Config, LdapConfig, SourceKind};
use tempfile::TempDir;

use super::people;

/// How long `slapd` may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `slapd` until this shell's input ends, which it does with the tests.
const KEEPER: &str = r#""$@" & pid=$!; read -r _; kill "$pid"; [ -z "$REMOVED" ] || rm -rf "$REMOVED"; wait "$pid""#;

/// A running directory.
pub struct Slapd {
    directory: PathBuf,
    /// Removes the files of a directory that belongs to one test.
    _files: Option<TempDir>,
    port: u16,
    secure_port: u16,
    is_shared: bool,
    running: Option<(Child, ChildStdin)>,
}

impl Slapd {
    /// A small directory that belongs to one test; `None` where `slapd` is not installed, which is said then.
    pub fn start() -> Option<Self> {
        Self::new(people::SMALL, false)
    }

    /// A directory of 5,000 people, for all tests that only read. It gives out 500 entries at once: to nobody no more at all, to the
    /// account of [`Slapd::source`] page by page.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Slapd>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::new(people::LARGE, true)).as_ref();
        if shared.is_none() {
            say_skipped();
        }
        shared
    }

    fn new(people: usize, is_shared: bool) -> Option<Self> {
        let Some(program) = program("slapd") else {
            if !is_shared {
                say_skipped();
            }
            return None;
        };
        let files = tempfile::Builder::new().prefix("deskgraph-slapd-").tempdir().expect("a directory can be made");
        let directory = files.path().to_owned();
        let files = if is_shared { files.keep().exists().then_some(None)? } else { Some(files) };
        let (port, secure_port) = (free_port(), free_port());
        let mut slapd = Self { directory, _files: files, port, secure_port, is_shared, running: None };
        slapd.make_certificates();
        slapd.write("slapd.conf", &slapd.settings());
        slapd.write("people.ldif", &people::ldif(people));
        fs::create_dir(slapd.directory.join("data")).expect("a directory can be made");
        let add = ["-q", "-f", &slapd.file("slapd.conf"), "-l", &slapd.file("people.ldif")].map(str::to_owned);
        run(Command::new(program.with_file_name("slapadd")).args(add));
        slapd.restart();
        Some(slapd)
    }

    /// The address without security, where StartTLS is possible.
    pub fn url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.port)
    }

    /// The secure address.
    pub fn ldaps_url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.secure_port)
    }

    /// The file with the certificate of the authority.
    pub fn ca_file(&self) -> PathBuf {
        self.directory.join("ca.pem")
    }

    /// The entry above all others.
    pub fn base(&self) -> &'static str {
        people::BASE
    }

    /// The directory as an entry of the list `[[source]]`, in TOML; the name is that of the source.
    pub fn source(&self, name: &str) -> String {
        format!(
            r#"
[[source]]
name = "{name}"
kind = "ldap"
url = "{}"
bind_dn = "cn=reader,{base}"
bind_password = "reader"
timeout = "20s"

[source.customers]
base = "ou=companies,{base}"
filter = "(objectClass=organization)"
key = "o"
fields = {{ name = "description", city = "l" }}

[source.customer_users]
base = "ou=people,{base}"
filter = "(objectClass=inetOrgPerson)"
valid_filter = "(!(description=locked))"
key = "uid"
search = ["uid", "givenName", "sn", "mail"]
fields = {{ first_name = "givenName", last_name = "sn", email = "mail", customer_id = "o", phone = "telephoneNumber" }}
"#,
            self.url(),
            base = self.base(),
        )
    }

    /// The settings of [`Slapd::source`], to be changed by a test.
    pub fn config(&self) -> LdapConfig {
        let main = "[[source]]\nname = \"Database\"\nkind = \"database\"\n";
        let config = Config::parse(&format!("{main}{}", self.source("Directory"))).expect("the settings are good");
        let found = config.sources.into_iter().find_map(|source| match source.kind {
            SourceKind::Ldap(config) => Some(config),
            _ => None,
        });
        found.expect("there is a directory")
    }

    /// Ends it; its entries remain.
    pub fn stop(&mut self) {
        if let Some((mut child, input)) = self.running.take() {
            // One that hangs would not end.
            self.go_on();
            drop(input);
            child.wait().expect("it ends");
        }
    }

    /// Starts it again on the same ports.
    pub fn restart(&mut self) {
        self.stop();
        let program = program("slapd").expect("slapd is installed");
        // At the second address too, which the certificate is not for.
        let addresses =
            [self.url(), self.ldaps_url()].map(|url| format!("{url}/ {}/", url.replace("127.0.0.1", "127.0.0.2")));
        let addresses = addresses.join(" ");
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "slapd"]).arg(program);
        keeper.args(["-d", "0", "-f", &self.file("slapd.conf"), "-h", &addresses]);
        keeper.env("REMOVED", if self.is_shared { self.directory.as_os_str() } else { "".as_ref() });
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = keeper.spawn().expect("a shell can be started");
        let input = child.stdin.take().expect("it has an input");
        self.running = Some((child, input));
        wait_for(self.port);
        wait_for(self.secure_port);
    }

    fn settings(&self) -> String {
        let path = |name: &str| self.file(name);
        format!(
            "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
             include /etc/ldap/schema/inetorgperson.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n\
             pidfile {pid}\nsizelimit 500\nTLSCertificateFile {cert}\nTLSCertificateKeyFile {key}\n\
             database mdb\nsuffix \"{base}\"\nmaxsize 268435456\ndirectory {data}\ndbnosync\n\
             index objectClass,o eq\nindex uid,sn eq,sub\n\
             limits dn.exact=\"cn=reader,{base}\" size.soft=500 size.hard=500 size.prtotal=unlimited\n\
             access to attrs=userPassword by anonymous auth by * none\naccess to * by * read\n",
            pid = path("slapd.pid"),
            cert = path("server.pem"),
            key = path("server.key"),
            data = path("data"),
            base = self.base(),
        )
    }

    /// An authority, and a certificate of it for this machine.
    fn make_certificates(&self) {
        let extensions =
            "basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n";
        self.write("extensions", extensions);
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let authority =
            ["req", "-x509", "-subj", "/CN=Test authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem"];
        self.openssl(&[&authority[..], &key[..]].concat());
        self.openssl(
            &[&["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"][..], &key].concat(),
        );
        let sign = ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"];
        self.openssl(&[&sign[..], &["-days", "2", "-extfile", "extensions", "-out", "server.pem"]].concat());
    }

    fn openssl(&self, arguments: &[&str]) {
        run(Command::new("openssl").args(arguments).current_dir(&self.directory));
    }

    fn file(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        let mut file = fs::File::create(self.directory.join(name)).expect("a file can be made");
        file.write_all(text.as_bytes()).expect("it can be written");
    }
}

impl Slapd {
    /// The same as [`Slapd::source`], for which a request waits as long as usual.
    pub fn impatient(&self, name: &str) -> String {
        let lines = self.source(name);
        let kept = lines.lines().filter(|line| !line.starts_with("timeout"));
        kept.fold(String::new(), |text, line| text + line + "\n")
    }

    /// Lets it hang: connections are accepted, and nothing is answered.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = fs::read_to_string(self.directory.join("slapd.pid")).expect("slapd runs");
        run(Command::new("kill").args([signal, process.trim()]));
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The directory of `examples/ldap`, run by its own script.
pub struct Example {
    port: u16,
    running: Child,
}

impl Example {
    /// Where examples are.
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ldap");

    /// Runs the script; `None` where `slapd` is not installed, which is said then.
    pub fn start() -> Option<Self> {
        if program("slapd").is_none() {
            say_skipped();
            return None;
        }
        let port = free_port();
        let mut script = Command::new(format!("{}/start.sh", Self::FOLDER));
        script.env("LDAP_PORT", port.to_string()).stdout(Stdio::null());
        let running = script.spawn().expect("the script can be started");
        wait_for(port);
        Some(Self { port, running })
    }

    /// The settings of the example, on the port of this directory.
    pub fn settings(&self) -> String {
        let settings =
            fs::read_to_string(format!("{}/deskgraph.toml", Self::FOLDER)).expect("the example has settings");
        settings.replace("127.0.0.1:1389", &format!("127.0.0.1:{}", self.port))
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        run(Command::new("kill").arg(self.running.id().to_string()));
        self.running.wait().expect("the script ends");
    }
}

fn say_skipped() {
    // Not by `println!`, which the test harness keeps to itself.
    let line = b"skipped: slapd is not installed (Debian: apt-get install slapd)\n";
    std::io::stderr().write_all(line).expect("standard error can be written");
}

/// Where a program is; Debian keeps those for servers out of the way.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.map(|directory| directory.join(name)).find(|file| Path::exists(file))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A port that nothing listens on, and that nobody is given: it lies below those that the system hands out, and each is tried once.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 100) as u16 * 100;
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::Relaxed));
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}

#[expect(clippy::disallowed_methods, reason = "nothing else runs on this thread until the directory listens")]
fn wait_for(port: u16) {
    let since = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(since.elapsed() < PATIENCE, "slapd does not listen on port {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

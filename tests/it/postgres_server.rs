//! A PostgreSQL server of its own for the tests: in a temporary folder, on a free loopback port.
//!
//! Tests share one server and stop it when the last of them is done. Where no server is installed
//! they say so and pass; with CI=true they fail.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::Weak;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use tempfile::TempDir;

/// A running server, stopped and removed when dropped.
pub(crate) struct Server {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
    account: Option<String>,
    databases: AtomicU32,
}

/// A database of the server, empty when made, and reached through `psql`.
pub(crate) struct Database {
    server: Arc<Server>,
    name: String,
}

static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

/// A new empty database, or `None`, having said why, where no server is installed.
pub(crate) fn database() -> Option<Database> {
    let Some(bin) = binaries() else {
        let why =
            "no PostgreSQL server is installed (looked for initdb in /usr/lib/postgresql and PATH)";
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{why}");
        eprintln!("SKIPPED: {why}");
        return None;
    };
    let server = {
        let mut running = RUNNING.lock().unwrap_or_else(|broken| broken.into_inner());
        running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Server::start(bin));
            *running = Arc::downgrade(&server);
            server
        })
    };
    let name = format!("shop{}", server.databases.fetch_add(1, Ordering::Relaxed));
    let postgres = Database {
        server: Arc::clone(&server),
        name: "postgres".to_owned(),
    };
    postgres.run(&format!("CREATE DATABASE {name}"));
    Some(Database { server, name })
}

/// The folder of the newest installed server's programs.
fn binaries() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .ok()
        .into_iter()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .flatten()
        .filter_map(|version| {
            Some((
                version.file_name().to_str()?.parse().ok()?,
                version.path().join("bin"),
            ))
        })
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .rev()
        .map(|(_, bin)| bin)
        .chain(std::env::split_paths(&path))
        .find(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
}

impl Server {
    fn start(bin: PathBuf) -> Server {
        let folder = TempDir::new().unwrap();
        let account = account_to_run_under(folder.path());
        // Whoever takes the port in between makes the start fail, not the test pass.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let server = Server {
            bin,
            folder,
            port,
            account,
            databases: AtomicU32::new(0),
        };
        let data = server.path("data");
        server.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "dwell",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
        );
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c timezone=UTC"
        );
        server.run(
            "pg_ctl",
            &[
                "-D",
                &data,
                "-w",
                "-l",
                &server.path("log"),
                "-o",
                &options,
                "start",
            ],
        );
        server
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs one of the server's programs, which refuse to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.bin.join(program);
        let mut command = match &self.account {
            None => Command::new(&program),
            Some(account) => {
                let mut command = Command::new("setpriv");
                command
                    .args([
                        "--reuid",
                        account,
                        "--regid",
                        account,
                        "--clear-groups",
                        "--",
                    ])
                    .arg(&program);
                command
            }
        };
        // A server keeps its parent's pipes open: reading them to their end would wait for it to stop.
        let said = fs::File::create(self.folder.path().join("said")).unwrap();
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .status()
            .unwrap();
        let said =
            ["said", "log"].map(|name| fs::read_to_string(self.path(name)).unwrap_or_default());
        assert!(status.success(), "{}: {said:?}", program.display());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run(
            "pg_ctl",
            &["-D", &self.path("data"), "-w", "-m", "immediate", "stop"],
        );
    }
}

/// For root, another account that the folder is given to; `None` if this account will do.
fn account_to_run_under(folder: &Path) -> Option<String> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
    };
    if id(&["-u"])? != "0" {
        return None;
    }
    let uid = ["postgres", "nobody"]
        .iter()
        .find_map(|account| id(&["-u", account]))
        .unwrap();
    #[cfg(unix)]
    {
        let owner = uid.parse().unwrap();
        std::os::unix::fs::chown(folder, Some(owner), Some(owner)).unwrap();
    }
    Some(uid)
}

impl Database {
    /// The environment in which `psql` finds this database, on a clock that is not UTC.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.server.port.to_string()),
            ("PGUSER", "dwell".to_owned()),
            ("PGDATABASE", self.name.clone()),
            ("PGTZ", "America/St_Johns".to_owned()),
            ("PGOPTIONS", "-c client_min_messages=warning".to_owned()),
        ]
    }

    /// A `psql` that reads statements from its input, stops at the first error, and prints rows
    /// without decoration, the columns parted by a bar.
    pub(crate) fn psql(&self) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"])
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What the statements print. Panics with the error if one fails.
    pub(crate) fn run(&self, sql: &str) -> String {
        self.attempt(sql).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the statements print, or the first error.
    pub(crate) fn attempt(&self, sql: &str) -> Result<String, String> {
        let mut psql = self.psql().spawn().unwrap();
        say(&mut psql, sql);
        let output = psql.wait_with_output().unwrap();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(String::from_utf8(output.stderr).unwrap())
        }
    }
}

/// Writes statements into the input of a running `psql`.
pub(crate) fn say(psql: &mut Child, sql: &str) {
    use std::io::Write;
    let input = psql.stdin.as_mut().unwrap();
    // A psql that stopped at an error closes its input; its status tells.
    let _ = input.write_all(sql.as_bytes()).and_then(|()| input.flush());
}

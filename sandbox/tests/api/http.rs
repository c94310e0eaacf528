//! CORS, latency, health, start and stop, and the program.

use crate::common::{HttpResponse, admin, history, method, start, with};
use reqwest::Method;
use sandbox::{MAX_MESSAGES, Options, Sandbox};
use std::time::{Duration, Instant};

#[tokio::test]
async fn cors_allows_any_origin() {
    let sandbox = start(1).await;
    let preflight = reqwest::Client::new()
        .request(Method::OPTIONS, method(&sandbox, ""))
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization");
    let response = HttpResponse::of(preflight).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("access-control-allow-origin"), "*");
    assert_eq!(response.header("access-control-allow-methods"), "POST");
    assert_eq!(
        response.header("access-control-allow-headers"),
        "authorization"
    );
    assert_eq!(response.header("access-control-max-age"), "600");

    let response = history(&sandbox, &[]).await;
    assert_eq!(response.header("access-control-allow-origin"), "*");
    let exposed = response.header("access-control-expose-headers");
    assert_eq!(exposed, "retry-after,date,content-disposition");
    assert!(response.headers.contains_key("date"));
}

#[tokio::test]
async fn latency_delays_the_api_but_not_admin_routes() {
    for (latency, least) in [("300", 300), ("200-300", 200)] {
        let sandbox = with(Options {
            latency: latency.parse().unwrap(),
            ..Options::default()
        })
        .await;
        // A busy machine may be slow once.
        let mut quickest = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            admin(&sandbox, "health").await;
            quickest = quickest.min(start.elapsed());
        }
        assert!(quickest < Duration::from_millis(200), "{quickest:?}");
        let start = Instant::now();
        history(&sandbox, &[]).await;
        assert!(start.elapsed() >= Duration::from_millis(least));
    }
}

#[tokio::test]
async fn health_returns_message_count() {
    let sandbox = start(12).await;
    let health = admin(&sandbox, "health").await.json();
    assert_eq!(
        health,
        serde_json::json!({ "status": "ok", "messages": 12 })
    );
}

#[tokio::test]
async fn empty_account_returns_empty_page() {
    let sandbox = start(0).await;
    let page = history(&sandbox, &[]).await.json();
    assert_eq!(page, serde_json::json!({ "result": [], "total_count": 0 }));
    assert!(sandbox.dataset().is_empty());
}

#[tokio::test]
async fn port_is_released_at_shutdown_and_used_port_is_rejected() {
    let first = start(1).await;
    let port = first.origin().rsplit(':').next().unwrap().parse().unwrap();
    let options = || Options {
        port,
        ..Options::default()
    };
    let error = Sandbox::start(options()).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("port {port}: expected a free port")),
        "{error}"
    );
    first.shutdown().await;
    Sandbox::start(options()).await.unwrap();

    let messages = MAX_MESSAGES + 1;
    let options = Options {
        messages,
        ..Options::default()
    };
    let error = Sandbox::start(options).await.unwrap_err().to_string();
    assert!(error.starts_with("messages: "), "{error}");
}

#[cfg(unix)]
mod program {
    use super::HttpResponse;
    use serde_json::Value;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::process::{Child, ChildStdout, Command, Stdio};

    /// A running program. Dropping it kills the process, so that a failed test leaves none.
    struct Program {
        child: Child,
        out: BufReader<ChildStdout>,
        ready: Value,
    }

    impl Program {
        fn run(arguments: &[&str]) -> Self {
            let mut child = Command::new(env!("CARGO_BIN_EXE_sandbox"))
                .args(["--messages", "20"])
                .args(arguments)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut out = BufReader::new(child.stdout.take().unwrap());
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            Self {
                child,
                out,
                ready: serde_json::from_str(&line).unwrap(),
            }
        }

        fn stop(mut self, signal: &str) {
            let id = self.child.id().to_string();
            let kill = Command::new("kill").args([signal, &id]).status();
            assert!(kill.unwrap().success());
            assert!(self.child.wait().unwrap().success());
            let mut rest = String::new();
            self.out.read_to_string(&mut rest).unwrap();
            assert_eq!(rest, "");
        }
    }

    impl Drop for Program {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    #[tokio::test]
    async fn program_prints_urls_and_stops_at_sigterm() {
        let program = Program::run(&[]);
        let url = program.ready["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/platform_api"));
        let credentials = PathBuf::from(program.ready["credentials"].as_str().unwrap());
        assert!(credentials.starts_with(std::env::temp_dir()));
        let mode = credentials.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let health = url.replace("platform_api", "sandbox/health");
        let health = HttpResponse::of(reqwest::Client::new().get(health)).await;
        assert_eq!(health.json()["messages"], 20);
        program.stop("-TERM");
        assert!(!credentials.exists());
    }

    #[test]
    fn tls_certificate_is_next_to_credentials() {
        let program = Program::run(&["--tls"]);
        let url = program.ready["tlsUrl"].as_str().unwrap();
        assert!(url.starts_with("https://127.0.0.1:") && url.ends_with("/platform_api"));
        let certificate = PathBuf::from(program.ready["certificate"].as_str().unwrap());
        let credentials = PathBuf::from(program.ready["credentials"].as_str().unwrap());
        assert_eq!(certificate.parent(), credentials.parent());
        let pem = std::fs::read_to_string(&certificate).unwrap();
        assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
        program.stop("-TERM");
        assert!(!certificate.exists());
        let program = Program::run(&[]);
        assert!(program.ready.get("tlsUrl").is_none());
        assert!(program.ready.get("certificate").is_none());
    }

    #[test]
    fn credentials_replace_an_existing_file() {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("credentials.json");
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        let name = file.to_str().unwrap();
        let program = Program::run(&["--credentials", name, "--account-id", "42"]);
        assert_eq!(program.ready["credentials"], name);
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&file).unwrap();
        let credentials: sandbox::Credentials = serde_json::from_str(&text).unwrap();
        assert_eq!(credentials.account_id, 42);
        program.stop("-INT");
        assert!(file.exists());
    }
}

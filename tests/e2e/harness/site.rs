//! A small static host: a build of the site below a sub-path, with or without the headers of `www/_headers`; and somebody else's
//! page with the site in frames.

use super::Trouble;
use super::build::{Build, headers_of};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where the site lies on this host: every address in it must be relative to work here.
pub const BELOW: &str = "/some/sub-path/";
/// Pages tell here what their policy forbade: the probe does, and so do browsers where the policy is a header. Below the site, since
/// a page may ask for nothing else.
const REPORT: &str = "/some/sub-path/e2e/forbidden";
/// A page of somebody else, with the site in frames.
const HOST_PAGE: &str = include_str!("host.html");

/// A running host; ends when dropped.
pub struct Site {
    /// Its origin, without a slash at the end.
    pub origin: String,
    /// The same host by its other name: a page there is of another site.
    pub elsewhere: String,
    /// Whether it sends the headers.
    headers: bool,
    state: Arc<State>,
    server: JoinHandle<()>,
}

struct State {
    /// Those of `www/_headers`: what a path begins with, and a line.
    headers: Vec<(String, String)>,
    /// The folder served; `None` while the host does not answer.
    folder: Mutex<Option<PathBuf>>,
    forbidden: Mutex<Vec<String>>,
    /// A file that is not answered for now.
    held: Mutex<Option<String>>,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When `www/_headers` is missing, or there is no port.
    pub async fn start(build: &Build, headers: bool) -> Result<Self, Trouble> {
        let state = Arc::new(State {
            headers: if headers { sent_headers()? } else { Vec::new() },
            folder: Mutex::new(Some(build.path())),
            forbidden: Mutex::default(),
            held: Mutex::default(),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let shared = state.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                // A browser that hangs up in the middle is no failure of the host.
                tokio::spawn(async move { answer(stream, &state).await.ok() });
            }
        });
        let [origin, elsewhere] = ["localhost", "127.0.0.1"].map(|name| format!("http://{name}:{port}"));
        Ok(Self { origin, elsewhere, headers, state, server })
    }

    /// Address of the page with this query and this hash, both without their first character. Where the host sends no headers,
    /// the page is asked not to help itself to isolation.
    pub fn page(&self, query: &str, hash: &str) -> String {
        let query = match (self.headers, query) {
            (true, query) => query.to_owned(),
            (false, "") => "coi=0".to_owned(),
            (false, query) => format!("{query}&coi=0"),
        };
        self.just_page(&query, hash)
    }

    /// Address of the page with this query and this hash, and nothing else.
    pub fn just_page(&self, query: &str, hash: &str) -> String {
        format!("{}{BELOW}?{query}#{hash}", self.origin)
    }

    /// Address of what lies at `path` below the site's root.
    pub fn below(&self, path: &str) -> String {
        format!("{}{BELOW}{path}", self.origin)
    }

    /// Address of somebody else's page with the site in frames: on the same host, but another site. `attributes` are those of the
    /// frames; there are `count`.
    pub fn framing(&self, frame: &str, attributes: &str, count: usize) -> String {
        let [frame, attributes] =
            [frame, attributes].map(|text| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>());
        format!("{}/host.html?{frame}&{attributes}&{count}", self.elsewhere)
    }

    /// Serves another build from now on; none: does not answer any more.
    pub fn serve(&self, build: Option<&Build>) {
        *self.state.folder.lock().unwrap_or_else(PoisonError::into_inner) = build.map(Build::path);
    }

    /// Lets those who ask for this file wait, or does not any more.
    pub fn hold(&self, file: &str, on: bool) {
        *self.state.held.lock().unwrap_or_else(PoisonError::into_inner) = on.then(|| format!("{BELOW}{file}"));
    }

    /// What the policy forbade since the last time.
    pub fn forbidden(&self) -> Vec<String> {
        std::mem::take(&mut *self.state.forbidden.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a static host would send: what `www/_headers` says, each with what a path begins with to get it.
fn sent_headers() -> Result<Vec<(String, String)>, Trouble> {
    let text = std::fs::read_to_string("www/_headers")?;
    // Browsers report what a header's policy forbade, so that workers do.
    let report = |name: &str| {
        if name == "Content-Security-Policy" { format!("; report-uri {REPORT}") } else { String::new() }
    };
    let line = |(below, name, value): (&str, &str, &str)| {
        (format!("{BELOW}{below}"), format!("{name}: {value}{}\r\n", report(name)))
    };
    Ok(headers_of(&text).map(line).collect())
}

async fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    let mut request = Vec::new();
    let head = loop {
        if let Some(head) = request.windows(4).position(|w| w == b"\r\n\r\n") {
            break head;
        }
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).into_owned();
    let target = text.split(' ').nth(1).unwrap_or("/");
    let path = target.split('?').next().unwrap_or("/");
    while state.held.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(path) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let folder = state.folder.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(folder) = folder else { return Ok(()) };
    if path == REPORT {
        let length =
            text.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        while request.len() < head + 4 + length.unwrap_or(0) && stream.read_buf(&mut request).await? > 0 {}
        let said = String::from_utf8_lossy(&request[head + 4..]).into_owned();
        state.forbidden.lock().unwrap_or_else(PoisonError::into_inner).push(said);
    }
    let (status, kind, body) = match find(&folder, path) {
        Some((kind, body)) => ("200 OK", kind, body),
        None if path == REPORT => ("200 OK", "text/plain", Vec::new()),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    // Somebody else's page is isolated where the host sends headers at all.
    let sent = |(below, line): &&(String, String)| {
        path.starts_with(below) || path == "/host.html" && line.starts_with("Cross-Origin-")
    };
    let headers: String = state.headers.iter().filter(sent).map(|(_, line)| &**line).collect();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// What lies at `path`, with its type; `folder` is what is served.
fn find(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    if path == "/host.html" {
        return Some(("text/html", HOST_PAGE.into()));
    }
    let below = PathBuf::from(path.strip_prefix(BELOW)?);
    if below.components().any(|c| !matches!(c, Component::Normal(_))) {
        return None;
    }
    let mut file = folder.join(below);
    if file.is_dir() {
        file.push("index.html");
    }
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript",
        "wasm" => "application/wasm",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    };
    Some((kind, std::fs::read(&file).ok()?))
}

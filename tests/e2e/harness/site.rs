//! A small static host: a folder below a sub-path, with or without the isolation headers of `www/_headers`.

use super::Trouble;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where the site lies on this host: every address in it must be relative to work here.
const BELOW: &str = "/some/sub-path/";
/// Put at the head of every page served: collects errors and changes of the state from the first moment on.
const PROBE: &str = include_str!("probe.js");
/// A page of somebody else, with the site in a frame: `/host.html?<address of the frame>`.
const HOST_PAGE: &str = include_str!("host.html");

/// A running host; ends when dropped.
pub struct Site {
    /// Its origin, without a slash at the end.
    pub origin: String,
    server: JoinHandle<()>,
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
    /// When the folder or `www/_headers` is missing, or there is no port.
    pub async fn start(folder: &'static str, isolated: bool) -> Result<Self, Trouble> {
        if !Path::new(folder).join("index.html").exists() {
            return Err(Trouble::Failed(format!("{folder}/ is missing: run ./dev build first")));
        }
        let headers = Arc::new(if isolated { isolation_headers()? } else { String::new() });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://localhost:{}", listener.local_addr()?.port());
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let headers = headers.clone();
                // A browser that hangs up in the middle is no failure of the host.
                tokio::spawn(async move { answer(stream, folder, &headers).await.ok() });
            }
        });
        Ok(Self { origin, server })
    }

    /// Address of the page with this query and this hash, both without their first character.
    pub fn page(&self, query: &str, hash: &str) -> String {
        format!("{}{BELOW}?{query}#{hash}", self.origin)
    }

    /// Address of what lies at `path` below the site's root.
    pub fn below(&self, path: &str) -> String {
        format!("{}{BELOW}{path}", self.origin)
    }
}

/// The indented lines of `www/_headers`: what a static host would send.
fn isolation_headers() -> Result<String, Trouble> {
    let text = std::fs::read_to_string("www/_headers")?;
    Ok(text.lines().filter(|l| l.starts_with(' ')).map(|l| format!("{}\r\n", l.trim())).collect())
}

async fn answer(mut stream: TcpStream, folder: &str, headers: &str) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.windows(4).any(|w| w == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let text = String::from_utf8_lossy(&request);
    let target = text.split(' ').nth(1).unwrap_or("/");
    let path = target.split('?').next().unwrap_or("/");
    let (status, kind, body) = match find(folder, path) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// What lies at `path`, with its type; `folder` is what is served.
fn find(folder: &str, path: &str) -> Option<(&'static str, Vec<u8>)> {
    if path == "/host.html" {
        return Some(("text/html", HOST_PAGE.into()));
    }
    let below = PathBuf::from(path.strip_prefix(BELOW)?);
    if below.components().any(|c| !matches!(c, Component::Normal(_))) {
        return None;
    }
    let mut file = Path::new(folder).join(below);
    if file.is_dir() {
        file.push("index.html");
    }
    let kind = match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript",
        "wasm" => "application/wasm",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        _ => "application/octet-stream",
    };
    let body = std::fs::read(&file).ok()?;
    if kind.starts_with("text/html") {
        let page = String::from_utf8_lossy(&body);
        return Some((kind, page.replacen("<meta ", &format!("<script>{PROBE}</script><meta "), 1).into_bytes()));
    }
    Some((kind, body))
}

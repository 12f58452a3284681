//! Who is measured: native Rust, wasm and plain JavaScript in a browser, CPython; each stays up and answers one question at a time.

use crate::harness::Trouble;
use crate::harness::browser::{Browser, Session};
use crate::harness::build::Build;
use crate::harness::site::Site;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Names of bodies.
pub type Bodies = &'static [&'static str];

/// One of those who are measured.
pub struct Contender {
    /// Name in the table.
    pub name: String,
    /// How many threads it is measured with.
    pub threads: &'static [usize],
    /// The bodies that concern it.
    pub bodies: Bodies,
    side: Side,
}

enum Side {
    Program { child: Child, ask: ChildStdin, answer: BufReader<ChildStdout> },
    Browser { session: Session, _site: Site, _build: Build },
}

/// An answer: time in nanoseconds, and the check.
pub type Answer = (u64, u64);

impl Contender {
    /// A program that answers lines.
    ///
    /// # Errors
    /// When it does not start.
    pub fn program(
        name: &str,
        command: &mut Command,
        threads: &'static [usize],
        bodies: Bodies,
    ) -> Result<Self, Trouble> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let missing = || Trouble::Failed(format!("{name} has no pipes"));
        let ask = child.stdin.take().ok_or_else(missing)?;
        let answer = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        Ok(Self { name: name.to_owned(), threads, bodies, side: Side::Program { child, ask, answer } })
    }

    /// A worker in a browser, in an isolated page; it knows all of `bodies`. It runs wasm, or `plain` JavaScript.
    ///
    /// # Errors
    /// When browser or driver does not start.
    pub async fn browser(browser: Browser, plain: bool, bodies: Bodies) -> Result<Self, Trouble> {
        let build = Build::plain(Path::new("target/bench-site"))?;
        let site = Site::start(&build, true).await?;
        let session = browser.start().await?;
        session.driver.goto(site.page("", if plain { "plain" } else { "" })).await?;
        let side = Side::Browser { session, _site: site, _build: build };
        let (name, threads): (_, &[usize]) =
            if plain { (format!("JavaScript in {browser}"), &[1]) } else { (browser.to_string(), &[1, 2]) };
        Ok(Self { name, threads, bodies, side })
    }

    /// Has a body computed.
    ///
    /// # Errors
    /// When the other side is gone or says nonsense.
    pub async fn ask(&mut self, body: &str, threads: usize) -> Result<Answer, Trouble> {
        let nonsense = |what: String| Trouble::Failed(format!("{} answered {what} to {body}", self.name));
        match &mut self.side {
            Side::Program { ask, answer, .. } => {
                writeln!(ask, "{body} {threads}")?;
                let mut line = String::new();
                answer.read_line(&mut line)?;
                let numbers: Vec<u64> = line.split_whitespace().filter_map(|n| n.parse().ok()).collect();
                match numbers[..] {
                    [time, check] => Ok((time, check)),
                    _ => Err(nonsense(line)),
                }
            }
            Side::Browser { session, .. } => {
                let script = "ask(arguments[0], arguments[1]).then(arguments[2], (e) => arguments[2](String(e)))";
                let said = session.driver.execute_async(script, vec![json!(body), json!(threads)]).await?;
                let said = said.json();
                match (said[0].as_u64(), said[1].as_u64()) {
                    (Some(time), Some(check)) => Ok((time, check)),
                    _ => Err(nonsense(said.to_string())),
                }
            }
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// When it does not end as it should.
    pub async fn end(self) -> Result<(), Trouble> {
        match self.side {
            Side::Program { mut child, ask, .. } => {
                drop(ask); // the end of its input is the end of the program
                child.wait()?;
                Ok(())
            }
            Side::Browser { session, .. } => session.end().await,
        }
    }
}

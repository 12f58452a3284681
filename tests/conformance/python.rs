//! CPython, given programs line by line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Where the Python side lives.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/python/run.py");

/// The oldest CPython that has what the programs use (`TaskGroup`, `timeout`, `Barrier`).
const OLDEST: (u32, u32) = (3, 11);
/// The one whose behaviour is the rule.
pub const REFERENCE: (u32, u32) = (3, 13);

/// An interpreter that was found.
#[derive(Clone, Debug)]
pub struct Python {
    /// How to start it.
    pub command: String,
    /// Its version in full.
    pub version: String,
    /// Its version's first two numbers.
    pub minor: (u32, u32),
}

impl Python {
    /// In what it differs from the reference, as far as programs would show it.
    pub fn differs(&self) -> &'static str {
        match self.minor {
            (3, 11) => {
                "Left out, because they came later or were changed: Queue.shutdown, named tasks, wait_for, gather of tasks \
                 that exist. Differences remain where 3.12 and 3.13 changed cancellation: see docs/conformance.md."
            }
            (3, 12) => {
                "Left out, because they came later or were changed: Queue.shutdown, named tasks. \
                 Differences remain where 3.13 changed cancellation: see docs/conformance.md."
            }
            _ => "Where later versions differ from it is not known here.",
        }
    }
}

/// The reference, or the newest of the interpreters named by `$PYTHONS`, or else of those with the usual names.
///
/// # Errors
/// What is missing.
pub fn find() -> Result<Python, String> {
    let named = std::env::var("PYTHONS").unwrap_or_default();
    let mut names: Vec<String> = named.split_whitespace().map(str::to_owned).collect();
    if names.is_empty() {
        names = ["python3.13", "python3.14", "python3.12", "python3.11", "python3"].map(str::to_owned).into();
        names.extend(of_pyenv());
    }
    let mut found: Vec<Python> = names.iter().filter_map(|name| look(name)).collect();
    found.retain(|python| python.minor >= OLDEST);
    found.sort_by_key(|python| (python.minor == REFERENCE, python.minor));
    let ((major, minor), (_, oldest)) = (REFERENCE, OLDEST);
    found.pop().ok_or_else(|| {
        format!(
            "There is no CPython {major}.{oldest} or later among: {}\n\
             The comparison needs one, best {major}.{minor}; PYTHONS=/path/to/python{major}.{minor} names it.",
            names.join(" ")
        )
    })
}

/// Interpreters that pyenv has installed, whichever it has switched on.
fn of_pyenv() -> Vec<String> {
    let home = std::env::var("HOME").unwrap_or_default();
    let root = std::env::var("PYENV_ROOT").unwrap_or_else(|_| format!("{home}/.pyenv"));
    let entries = std::fs::read_dir(format!("{root}/versions")).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.path().join("bin/python").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn look(command: &str) -> Option<Python> {
    let ask = "import platform; print(platform.python_implementation(), platform.python_version())";
    let output = Command::new(command).args(["-c", ask]).stderr(Stdio::null()).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let version = answer.trim().strip_prefix("CPython ")?.to_owned();
    let mut numbers = version.split('.').map_while(|part| part.parse().ok());
    Some(Python { command: command.to_owned(), minor: (numbers.next()?, numbers.next()?), version })
}

/// A running interpreter.
pub struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    /// Starts one that runs programs.
    pub fn start(python: &Python) -> Result<Self, String> {
        let mut session = Self::with(python, &[])?;
        session.line()?; // its version
        Ok(session)
    }

    fn with(python: &Python, args: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(&python.command);
        command.args(["-B", SCRIPT]).args(args).env("PYTHONHASHSEED", "0");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", python.command))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.ok_or("no output")?);
        Ok(Self { child, input, output })
    }

    /// The way programs go in, one a line; once, for those who write from a thread of their own.
    pub fn input(&mut self) -> Option<ChildStdin> {
        self.input.take()
    }

    /// The next log.
    pub fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("CPython ended before the last program: see its message above".to_owned()),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Runs one program: its log.
    pub fn log(&mut self, program: &str) -> Result<String, String> {
        let input = self.input.as_mut().ok_or("the input was taken")?;
        writeln!(input, "{program}").map_err(|error| error.to_string())?;
        self.line()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.input.take()); // that ends it
        let _ = self.child.wait();
    }
}

/// The program as a person would write it.
pub fn source(python: &Python, program: &str) -> Result<String, String> {
    let mut session = Session::with(python, &["--show"])?;
    let mut input = session.input().ok_or("the input was taken")?;
    writeln!(input, "{program}").map_err(|error| error.to_string())?;
    drop(input);
    let mut text = String::new();
    while let Ok(line) = session.line() {
        text += &line;
        text.push('\n');
    }
    Ok(text.trim_end().to_owned())
}

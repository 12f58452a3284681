//! `multiprocessing.Manager`: a process that owns a dict and a list, and proxies that call it. Each call is a round trip.

use super::connection::Connection;
use super::cx::ProcessCx;
use super::process::{Process, Running};
use super::program::{Args, LocalFuture, Target};
use super::value::Value;
use crate::aio::Exception;

/// The function that the manager's process runs.
pub(super) const SERVER: Target = Target { name: "_run_server", run: serve };

/// A manager that was started.
pub struct Manager {
    server: Running,
    ours: Connection,
}

impl Manager {
    /// Starts the server with one connection of ours and `clients` more, which are returned to be given to processes.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start(cx: &ProcessCx, clients: usize) -> Result<(Self, Vec<Connection>), Exception> {
        let (ours, theirs) = cx.pipe()?;
        let mut process = Process::new(cx, SERVER.name).kind("SyncManager").daemon(true).give(theirs);
        let mut connections = Vec::with_capacity(clients);
        for _ in 0..clients {
            let (client, server) = cx.pipe()?;
            process = process.give(server);
            connections.push(client);
        }
        Ok((Self { server: process.start()?, ours }, connections))
    }

    /// Our own proxies.
    pub fn proxies(&self) -> Proxies<'_> {
        Proxies { end: &self.ours }
    }

    /// Ends the server: how many calls it has answered.
    ///
    /// # Errors
    /// `EOFError` when it is gone already.
    pub async fn shutdown(self) -> Result<i64, Exception> {
        self.ours.send(&Value::list([Value::from("shutdown")]))?;
        let calls = self.ours.recv().await?;
        self.server.join().await;
        Ok(calls.int().unwrap_or_default())
    }
}

/// Proxies of the manager's dict and list: every method is a message there and one back.
#[derive(Clone, Copy)]
pub struct Proxies<'a> {
    end: &'a Connection,
}

impl<'a> Proxies<'a> {
    /// Proxies over an end that a process was started with.
    pub fn over(end: &'a Connection) -> Self {
        Self { end }
    }

    /// `d[key] = value`.
    ///
    /// # Errors
    /// What the server raises, or cannot be pickled; `EOFError` when the server is gone.
    pub async fn set(&self, key: Value, value: Value) -> Result<(), Exception> {
        self.call("set", [key, value]).await.map(drop)
    }

    /// `d[key]`.
    ///
    /// # Errors
    /// `KeyError`; as [`Proxies::set`].
    pub async fn get(&self, key: Value) -> Result<Value, Exception> {
        self.call("get", [key]).await
    }

    /// `l.append(value)`.
    ///
    /// # Errors
    /// As [`Proxies::set`].
    pub async fn append(&self, value: Value) -> Result<(), Exception> {
        self.call("append", [value]).await.map(drop)
    }

    /// `dict(d)`: a copy.
    ///
    /// # Errors
    /// As [`Proxies::set`].
    pub async fn dict(&self) -> Result<Value, Exception> {
        self.call("dict", []).await
    }

    /// `list(l)`: a copy.
    ///
    /// # Errors
    /// As [`Proxies::set`].
    pub async fn list(&self) -> Result<Value, Exception> {
        self.call("list", []).await
    }

    async fn call<const N: usize>(&self, method: &str, args: [Value; N]) -> Result<Value, Exception> {
        self.end.send(&Value::list(std::iter::once(Value::from(method)).chain(args)))?;
        match self.end.recv().await? {
            // A raised exception comes as a pair; everything else comes in a list of one.
            Value::Dict(raised) => {
                let text = |value: &Value| value.text().unwrap_or_default().to_owned();
                let (kind, message) = raised.first().map(|(k, m)| (text(k), text(m))).unwrap_or_default();
                Err(Exception::new(kind, message))
            }
            Value::List(mut answer) => Ok(answer.pop().unwrap_or(Value::None)),
            _ => Err(Exception::new("RemoteError", "")),
        }
    }
}

#[derive(Default)]
struct Owned {
    dict: Vec<(Value, Value)>,
    list: Vec<Value>,
}

impl Owned {
    fn call(&mut self, method: &str, mut args: Vec<Value>) -> Result<Value, Exception> {
        let last = args.pop();
        let first = args.pop();
        match (method, first, last) {
            ("set", Some(key), Some(value)) => {
                match self.dict.iter_mut().find(|(k, _)| *k == key) {
                    Some(pair) => pair.1 = value,
                    None => self.dict.push((key, value)),
                }
                Ok(Value::None)
            }
            ("get", None, Some(key)) => {
                let found = self.dict.iter().find(|(k, _)| *k == key);
                found.map(|(_, value)| value.clone()).ok_or_else(|| Exception::new("KeyError", key.to_string()))
            }
            ("append", None, Some(value)) => {
                self.list.push(value);
                Ok(Value::None)
            }
            ("dict", None, None) => Ok(Value::Dict(self.dict.clone())),
            ("list", None, None) => Ok(Value::List(self.list.clone())),
            _ => Err(Exception::new("AttributeError", format!("no method '{method}'"))),
        }
    }
}

fn serve(cx: ProcessCx, args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let mut ends = args.ends;
        let (mut owned, mut calls) = (Owned::default(), 0_i64);
        while !ends.is_empty() {
            let place = cx.wait(&ends.iter().collect::<Vec<_>>()).await;
            let Some(end) = ends.get(place) else { continue };
            let Ok(Value::List(mut call)) = end.recv().await else {
                // That process has ended.
                ends.remove(place);
                continue;
            };
            let method = if call.is_empty() { Value::None } else { call.remove(0) };
            let method = method.text().unwrap_or_default();
            if method == "shutdown" {
                end.send(&Value::Int(calls))?;
                break;
            }
            calls += 1;
            let answer = match owned.call(method, call) {
                Ok(value) => Value::list([value]),
                Err(e) => Value::Dict(vec![(Value::Str(e.kind.into_owned()), Value::Str(e.message))]),
            };
            // Whoever asked may be gone by now; that shows when the next call is waited for.
            let _ = end.send(&answer);
        }
        Ok(Value::None)
    })
}

//! Programs that a test starts, and ends with everything they started themselves.

use super::Trouble;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A running program, at the head of a process group of its own.
pub struct Program {
    child: std::process::Child,
}

impl Program {
    /// Starts it, silent.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(command: &mut Command) -> Result<Self, Trouble> {
        use std::os::unix::process::CommandExt;
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|e| Trouble::Failed(format!("{name} did not start: {e}")))?;
        Ok(Self { child })
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it prints, if `command` asked for a pipe.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits until it listens on `port`.
    ///
    /// # Errors
    /// When it does not within 30 s.
    pub async fn listens(&self, port: u16) -> Result<(), Trouble> {
        let start = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if start.elapsed() > Duration::from_secs(30) {
                return Err(Trouble::Failed(format!("nothing listens on port {port}")));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        // A group that has already ended is none of our concern.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.child.wait();
    }
}

/// A port that is free at this moment.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> Result<u16, Trouble> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A folder that goes with the value.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new, empty one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self, Trouble> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("interleave-e2e-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

//! What the hosts serve: a copy of the built site with the probe in its pages, whose service worker knows of that.

#[path = "../../../src/bin/offline/list.rs"]
mod list;

pub use list::headers_of;

use super::Trouble;
use super::process::Folder;
use std::fs;
use std::path::{Path, PathBuf};

/// In every page: collects errors and changes of the state from the first moment on. A file of the site, since its policy forbids
/// inline scripts.
const PROBE: &str = include_str!("probe.js");
/// What checks let a page load: a worker that only spins, and a script that traps.
const FILES: [(&str, &str); 4] =
    [("probe.js", PROBE), ("attacks.js", include_str!("attacks.js")), ("spin.js", SPIN), ("trap.js", TRAP)];
const SPIN: &str = "const end = performance.now() + 3500; while (performance.now() < end);";
const TRAP: &str = "setTimeout(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
]))).exports.f)";

/// A build of the site; its folder goes with it.
pub struct Build(Folder);

impl Build {
    /// From `dist/`.
    ///
    /// # Errors
    /// When it is missing, or cannot be copied.
    pub fn new() -> Result<Self, Trouble> {
        Self::changed(|_| Ok(()))
    }

    /// Another build: `change` is given its folder before its service worker is written.
    ///
    /// # Errors
    /// As [`Build::new`]; and what `change` says.
    pub fn changed(change: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<Self, Trouble> {
        if !Path::new("dist/index.html").exists() {
            return Err(Trouble::Failed("dist/ is missing: run ./dev build first".to_owned()));
        }
        let Self(folder) = Self::plain(Path::new("dist"))?;
        change(&folder.0)?;
        list::write(&folder.0).map_err(|e| Trouble::Failed(format!("no service worker: {e}")))?;
        Ok(Self(folder))
    }

    /// A folder of pages that are not the site: without a service worker.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn plain(from: &Path) -> Result<Self, Trouble> {
        let folder = Folder::new()?;
        copy(from, &folder.0)?;
        let own = folder.0.join("e2e");
        fs::create_dir_all(&own)?;
        for (name, text) in FILES {
            fs::write(own.join(name), text)?;
        }
        Ok(Self(folder))
    }

    /// Where it lies.
    pub fn path(&self) -> PathBuf {
        self.0.0.clone()
    }
}

/// Copies a folder, putting the probe before everything else in the head of its pages.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to)?;
        } else if from.extension().is_some_and(|e| e == "html") {
            let probe = format!("<script src={}e2e/probe.js></script><meta ", super::site::BELOW);
            fs::write(to, fs::read_to_string(&from)?.replacen("<meta ", &probe, 1))?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

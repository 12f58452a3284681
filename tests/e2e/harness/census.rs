//! What a browser uses, as the system counts it: worker threads and memory of all its processes. Only Linux tells.

use std::collections::BTreeMap;
use std::path::Path;

/// How the browsers name a worker's thread, as far as the system keeps the name.
const WORKERS: [&str; 3] = ["DedicatedWorker", "DOM Worker", "WebCore: Worker"];

/// What a program and all that it started use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// Threads of workers, also of workers that workers started.
    pub workers: usize,
    /// Memory in MiB, where each shared page counts in parts.
    pub mib: u64,
}

/// Counts; `None` where the system has no such figures.
pub fn census(root: u32) -> Option<Census> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process may end meanwhile: then it has no parent any more.
        if let Some(parent) = parent(&entry.path()) {
            children.entry(parent).or_default().push(id);
        }
    }
    let (mut census, mut left) = (Census { workers: 0, mib: 0 }, vec![root]);
    let mut kib = 0;
    while let Some(id) = left.pop() {
        let folder = Path::new("/proc").join(id.to_string());
        if !is_own(&folder) {
            census.workers += workers(&folder);
        }
        kib += memory(&folder).unwrap_or(0);
        left.extend(children.remove(&id).unwrap_or_default());
    }
    census.mib = kib / 1024;
    (kib > 0).then_some(census)
}

fn parent(folder: &Path) -> Option<u32> {
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name stands in parentheses and may hold any; state and parent follow.
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// Whether a process is Firefox's own or its service workers', not a page's: it has workers of its own that come and go (3 of
/// them in an idle browser, for a moment 4), and ends a page's service worker after half a minute.
fn is_own(folder: &Path) -> bool {
    let read = |name| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let (name, line) = (read("comm"), read("cmdline"));
    name.starts_with("Isolated Servic") || (name.starts_with("firefox") && !line.contains("-contentproc"))
}

fn workers(folder: &Path) -> usize {
    let threads = std::fs::read_dir(folder.join("task")).into_iter().flatten().flatten();
    let names = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    names.filter(|name| WORKERS.iter().any(|worker| name.starts_with(worker))).count()
}

fn memory(folder: &Path) -> Option<u64> {
    let rollup = std::fs::read_to_string(folder.join("smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

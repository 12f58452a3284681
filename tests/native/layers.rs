//! The rules between layers, held by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file of ours, in lines.
const LONGEST: usize = 300;

/// Every file below `folder` with one of these endings, as a path from the repository's root.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|e| e.unwrap().path()) {
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if endings.contains(&ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// Code without its comments and its test module.
fn code(path: &Path) -> String {
    let text = text(path);
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|l| l.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Whether `word` stands in `code` as a word of its own.
fn names(code: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
    })
}

/// Whether a file is a module of tests.
fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests" || c.as_os_str() == "tests.rs")
}

fn in_browser(path: &Path) -> bool {
    path.starts_with("src/page") || path.starts_with("src/engine") || path.starts_with("src/bin")
}

#[test]
fn only_page_and_engine_name_browser_crates() {
    let browser = [
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "wasm_bindgen_futures",
        "wasm_bindgen_rayon",
        "yew",
        "gloo_events",
        "rayon",
        "console_error_panic_hook",
    ];
    let pure: Vec<_> = files("src", &["rs"]).into_iter().filter(|p| !in_browser(p)).collect();
    assert!(pure.len() > 20, "the sources were not found");
    for path in pure {
        let code = code(&path);
        for name in browser {
            assert!(!names(&code, name), "{} names {name}", path.display());
        }
    }
}

#[test]
fn pure_layers_have_no_clock_and_no_chance_of_their_own() {
    for path in files("src", &["rs"]).into_iter().filter(|p| !in_browser(p) && !is_test(p)) {
        let code = code(&path);
        for name in ["Instant::now", "SystemTime", "thread::sleep", "thread_rng", "getrandom", "from_os_rng"] {
            assert!(!names(&code, name), "{} uses {name}", path.display());
        }
    }
}

#[test]
fn the_page_links_no_threads() {
    for path in files("src/page", &["rs"]) {
        let code = code(&path);
        for name in ["rayon", "wasm_bindgen_rayon", "Atomics::wait", "engine"] {
            let crate_path = format!("crate::{name}");
            let word = if name == "engine" { &crate_path } else { name };
            assert!(!names(&code, word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_lives_there() {
    let mut ours = vec![PathBuf::from("build.rs")];
    ours.extend(files("src", &["rs"]));
    ours.extend(files("tests", &["rs"]));
    for path in ours {
        assert!(text(&path).starts_with("//! "), "{} does not begin with a `//!` line", path.display());
    }
}

#[test]
fn no_file_is_long() {
    let mut ours = vec![PathBuf::from("build.rs"), PathBuf::from("dev"), PathBuf::from("ARCHITECTURE.md")];
    ours.extend(files("src", &["rs", "py"]));
    ours.extend(files("tests", &["rs", "py", "js", "html"]));
    ours.extend(files("www", &["css", "js", "html"]));
    ours.extend(files("dev.d", &["sh", "py", ""]));
    for path in ours.into_iter().filter(|p| p.is_file()) {
        let lines = text(&path).lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
    }
}

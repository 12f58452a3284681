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
    let code = text.split("\nmod tests {").next().unwrap_or_default();
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
    path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "testing.rs")
}

/// Fails with the whole list, so that one run shows all there is to do.
fn assert_none(what: &str, places: Vec<String>) {
    assert!(places.is_empty(), "{what}:\n{}", places.join("\n"));
}

fn none_names(paths: &[PathBuf], names_not_allowed: &[&str]) {
    let mut found = Vec::new();
    for path in paths {
        let code = code(path);
        let here = names_not_allowed.iter().filter(|name| names(&code, name));
        found.extend(here.map(|name| format!("{} names {name}", path.display())));
    }
    assert_none("the layers' rule is broken", found);
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
    ];
    let pure: Vec<_> = files("src", &["rs"]).into_iter().filter(|p| !in_browser(p)).collect();
    assert!(pure.len() > 20, "the sources were not found");
    none_names(&pure, &browser);
}

#[test]
fn pure_layers_have_no_clock_and_no_chance_of_their_own() {
    let pure: Vec<_> = files("src", &["rs"]).into_iter().filter(|p| !in_browser(p) && !is_test(p)).collect();
    none_names(&pure, &["Instant::now", "SystemTime", "getrandom", "from_os_rng", "rand::rng"]);
    // The endless loop that is asked for has to pause, or WebKit could never end it; nothing else may.
    let pure: Vec<_> = pure.into_iter().filter(|p| !p.ends_with("executors/fault.rs")).collect();
    none_names(&pure, &["thread::sleep"]);
}

/// Lower layers know nothing of higher ones: an executor runs whatever program it is given.
#[test]
fn lower_layers_know_nothing_of_higher_ones() {
    let order = [
        "model",
        "kernels",
        "aio",
        "threading",
        "multiprocessing",
        "executors",
        "scenarios",
        "share",
        "export",
        "page",
        "engine",
    ];
    let check = |layer: &str, above: &[&str]| {
        let files = files(&format!("src/{layer}"), &["rs"]);
        let code: Vec<_> = files.into_iter().filter(|p| !is_test(p) && !p.ends_with("loop_tests.rs")).collect();
        assert!(!code.is_empty(), "src/{layer} was not found");
        let above: Vec<_> = above.iter().map(|name| format!("crate::{name}")).collect();
        none_names(&code, &above.iter().map(String::as_str).collect::<Vec<_>>());
    };
    check("model", &order[1..]);
    check("kernels", &order[2..]);
    check("aio", &order[3..]);
    check("threading", &order[4..]);
    check("multiprocessing", &order[5..]);
    check("executors", &order[6..]);
    check("scenarios", &["share", "chart", "export", "page", "engine"]);
    check("chart", &["share", "export", "page", "engine"]);
    check("share", &["export", "page", "engine"]);
    check("export", &["page", "engine"]);
}

#[test]
fn the_page_links_no_threads() {
    none_names(
        &files("src/page", &["rs"]),
        &["rayon", "wasm_bindgen_rayon", "crate::engine", "crate::export", "Atomics"],
    );
}

/// Built as the page is, `{:?}` writes nothing (tools/page-flags.sh).
#[test]
fn the_page_says_nothing_by_debug() {
    let folders = ["src/page", "src/share", "src/model", "src/chart"];
    // Only the engine and the site's own programs write SVG.
    let elsewhere = |path: &PathBuf| is_test(path) || path.ends_with("chart/svg.rs");
    let paths: Vec<_> = folders.iter().flat_map(|folder| files(folder, &["rs"])).filter(|p| !elsewhere(p)).collect();
    let says = |path: &PathBuf| code(path).contains(":?}").then(|| path.display().to_string());
    assert_none("what is written with :? is empty in the page", paths.iter().filter_map(says).collect());
}

/// A question that stands in the program is downloaded by all; those beside it only by who reads them.
#[test]
fn questions_are_beside_the_page() {
    let in_it = |path: &PathBuf| code(path).contains("question: \"");
    let scenarios = files("src/scenarios", &["rs"]);
    assert_none(
        "its question is in the page",
        scenarios.iter().filter(|p| in_it(p)).map(|p| p.display().to_string()).collect(),
    );
}

#[test]
fn every_file_says_what_lives_there() {
    let ours: Vec<_> = ["src", "tests", "benches"].iter().flat_map(|folder| files(folder, &["rs"])).collect();
    let silent = ours.iter().filter(|path| !text(path).starts_with("//! ")).map(|p| p.display().to_string());
    assert_none("does not begin with a `//!` line", silent.collect());
}

#[test]
fn no_file_is_long() {
    let endings = ["rs", "py", "js", "mjs", "css", "html", "sh"];
    let mut ours: Vec<_> = ["dev", ".ci/run", "index.html", "README.md", "ARCHITECTURE.md"].map(PathBuf::from).into();
    ours.extend(["src", "tests", "benches", "www", "tools"].iter().flat_map(|folder| files(folder, &endings)));
    let lines = |path: &PathBuf| text(path).lines().count();
    let long =
        ours.iter().filter(|p| p.is_file() && lines(p) > LONGEST).map(|p| format!("{}: {}", p.display(), lines(p)));
    assert_none("has too many lines", long.collect());
}

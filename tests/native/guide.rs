//! The guide's decision tree and the run below it: with the answers that lead to a leaf, both name the same model.

use crate::registry::twin;
use crate::{sample, twins};
use interleave::model::{Cell, Model, Outcome, Report, Run, RunEnd, RunSpec};
use interleave::scenarios::{Scenario, find};
use interleave::share;
use std::collections::BTreeSet;
use std::process::Command;

const TREE: &str = include_str!("../../src/guide/tree.html");

/// What the tree says at an end of it.
struct Leaf {
    /// The model it names, as its heading does.
    heading: &'static str,
    /// The answers that lead to it, as `guide.js` sends them.
    spec: RunSpec,
}

impl Leaf {
    /// The model that the heading means.
    fn model(&self) -> Model {
        match self.heading {
            "One thing after another" => Model::Sequential,
            "asyncio" => Model::Asyncio,
            "asyncio and processes" => Model::Hybrid,
            "Free threads" => Model::FreeThreads,
            text if text.starts_with("Threads, ") => Model::Threads,
            text if text.starts_with("Processes, ") => Model::Processes,
            text => panic!("no model is called {text}"),
        }
    }
}

fn scenario() -> &'static Scenario {
    find("pick-a-model").unwrap()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).expect(before).0
}

fn leaves() -> Vec<Leaf> {
    let leaf = |html: &'static str| {
        let tag = html.split_once('>').expect(html).0;
        let data = tag.split(" data-").skip(1).map(|attribute| attribute.split_once("=\"").expect(tag));
        let said = data.filter(|(key, _)| *key != "leaf");
        let said: String = said.map(|(key, rest)| format!("&{key}={}", rest.split('"').next().unwrap())).collect();
        let link = share::decode("", &format!("v=1&s=pick-a-model{said}"));
        assert!(link.notices.is_empty() && !said.is_empty(), "{tag}: {:?}", link.notices);
        Leaf { heading: between(html, "<p class=\"answer\">", "</p>"), spec: link.spec }
    };
    TREE.split("<div class=\"leaf\"").skip(1).map(leaf).collect()
}

/// What the run says that its reader said, and the model it says the tree names.
fn run_says(leaf: &Leaf) -> (String, String) {
    let run = || Run { repeat: 0, end: RunEnd::Finished(Outcome::new("x")), elapsed: 1, trace: sample::two_threads() };
    let cells = share::offered_pairs(scenario(), &leaf.spec).into_iter();
    let cells = cells.map(|(model, variant)| Cell { model, variant, runs: vec![run()] }).collect();
    let report = Report { spec: leaf.spec.clone(), machine: sample::machine(), cells, recorded: None };
    let words = scenario().explain(&report).join("\n");
    let named = between(&words, "The guides' tree then names **", "**");
    (between(&words, "You said: ", ". ").to_owned(), named.to_owned())
}

#[test]
fn the_run_names_what_the_leaf_names() {
    let leaves = leaves();
    assert_eq!(leaves.len(), 8);
    let said: Vec<_> = leaves.iter().map(run_says).collect();
    let faults: Vec<_> = leaves.iter().zip(&said).filter(|(leaf, (_, named))| named != leaf.model().label()).collect();
    let faults: Vec<_> = faults.iter().map(|(leaf, said)| format!("{}: {said:?}", leaf.heading)).collect();
    assert!(faults.is_empty(), "{} leaves and their runs disagree:\n{}", faults.len(), faults.join("\n"));
    let answers: BTreeSet<_> = said.iter().map(|(answers, _)| answers).collect();
    assert_eq!(answers.len(), leaves.len(), "two leaves are told alike: {answers:?}");
}

#[test]
fn the_twin_names_what_the_leaf_names() {
    let Some(python) = twins::python() else {
        println!("skipped: there is no CPython 3.11 or later (set PYTHONS to name one)");
        return;
    };
    for leaf in leaves() {
        let source = share::python_with(&twin(scenario()), &leaf.spec.values);
        // Not as the main module: it does not run the models then.
        let code = "import sys; twin = {'__name__': 'twin'}; exec(sys.argv[1], twin); print(twin['named']())";
        let output = Command::new(&python).args(["-c", code, &source]).output().unwrap();
        let named = String::from_utf8(output.stdout).unwrap();
        let expected = leaf.model().label().replace(" (GIL)", "");
        assert_eq!(named.trim(), expected, "{}: {}", leaf.heading, String::from_utf8_lossy(&output.stderr));
    }
}

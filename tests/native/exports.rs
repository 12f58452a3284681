//! What ran, as files: each is read back as the program would that it is for.

use crate::registry::twin;
use crate::twins::python;
use crate::{recorded, sample};
use interleave::export::{self, Shown};
use interleave::model::{
    Failure, Lane, LaneKind, MS, Mark, Model, Outcome, Record, Report, RunEnd, State, Trace, US, What,
};
use interleave::scenarios::sources::{self, Class, Texts};
use interleave::scenarios::{REGISTRY, Scenario};
use interleave::share;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::process::Command;

/// Reads a table as RFC 4180 has it.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {
                chars.next();
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c => field.push(c),
        }
    }
    assert!(!quoted && row.is_empty() && field.is_empty(), "the table ends in the middle of a line");
    rows
}

fn table(report: &Report) -> Vec<HashMap<String, String>> {
    let mut rows = rows(&export::csv(report)).into_iter();
    let head = rows.next().unwrap();
    let distinct: HashSet<_> = head.iter().collect();
    assert_eq!(distinct.len(), head.len(), "{head:?}");
    rows.map(|row| {
        assert_eq!(row.len(), head.len());
        head.iter().cloned().zip(row).collect()
    })
    .collect()
}

#[test]
fn a_table_has_a_line_for_each_run() {
    let mut report = sample::report(&[(Model::Sequential, &[100, 120]), (Model::Threads, &[90])]);
    report.cells[0].runs[0].elapsed = 100 * MS + 1_234;
    report.cells[0].runs[1].end = RunEnd::Finished(Outcome::new("a \"b\",\nc"));
    report.cells[1].runs[0].end = RunEnd::Failed(Failure::NoSharedMemory);
    let table = table(&report);
    let column = |name: &str| table.iter().map(|row| row[name].as_str()).collect::<Vec<_>>();
    assert_eq!(column("model"), ["sequential", "sequential", "threads"]);
    assert_eq!(column("repeat"), ["1", "2", "1"]);
    assert_eq!(column("ms"), ["100.001", "120.000", "90.000"]);
    assert_eq!(column("value"), ["41,538", "a \"b\",\nc", ""]);
    assert_eq!(column("ok"), ["true", "true", "false"]);
    assert_eq!(column("reason")[2], "this needs shared memory, which this page does not have");
    assert_eq!((column("cores")[0], column("clock_step_ns")[0], column("recorded")[0]), ("2", "5000", ""));
}

#[test]
fn a_table_holds_every_parameter_and_where_it_was_recorded() {
    for (scenario, report) in recorded::all() {
        let table = table(&report);
        assert_eq!(table.len(), report.cells.len(), "{}", scenario.id);
        for param in scenario.params {
            let column = format!("param_{}", param.key.replace('-', "_"));
            assert_eq!(table[0][&column], param.default_value().to_string(), "{}", scenario.id);
        }
        assert_eq!(table[0]["recorded"], report.recorded.as_ref().unwrap().date, "{}", scenario.id);
    }
}

type Place = (u64, u64);

/// Reads a trace as viewers do, and checks what they take for granted; gives its events.
fn events(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    let events = file["traceEvents"].as_array().unwrap().clone();
    let place = |e: &Value| -> Place { (e["pid"].as_u64().unwrap(), e["tid"].as_u64().unwrap()) };
    let of = |phase: &'static str| events.iter().filter(move |e| e["ph"] == phase);
    let ts = |e: &Value| e["ts"].as_u64().unwrap();
    let named = |what: &str| of("M").filter(|e| e["name"] == what).map(place).collect::<HashSet<_>>();
    let (threads, processes) = (named("thread_name"), named("process_name"));
    let mut busy: HashMap<Place, Vec<(u64, u64)>> = HashMap::new();
    for e in of("X") {
        busy.entry(place(e)).or_default().push((ts(e), e["dur"].as_u64().unwrap()));
    }
    for (place, spans) in &mut busy {
        assert!(threads.contains(place) && processes.contains(&(place.0, 0)), "{place:?} has no name");
        spans.sort_unstable();
        assert!(spans.iter().all(|(_, dur)| *dur > 0), "an event without length");
        for pair in spans.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{pair:?} overlap in {place:?}");
        }
    }
    for e in of("i") {
        assert!(threads.contains(&place(e)) && e["s"] == "t" && e["ts"].is_u64(), "{e}");
    }
    let mut counters: HashMap<&str, u64> = HashMap::new();
    for e in of("C") {
        let before = counters.insert(e["name"].as_str().unwrap(), ts(e)).unwrap_or(0);
        assert!(before <= ts(e) && e["args"]["level"].is_u64(), "{e}");
    }
    let ends: HashMap<u64, &Value> = of("f").map(|e| (e["id"].as_u64().unwrap(), e)).collect();
    assert_eq!(ends.len(), of("s").count());
    for from in of("s") {
        let to = ends[&from["id"].as_u64().unwrap()];
        assert!(ts(from) <= ts(to) && place(from) != place(to) && to["bp"] == "e", "{from} {to}");
    }
    let known = ["M", "X", "i", "C", "s", "f"];
    assert!(events.iter().all(|e| known.contains(&e["ph"].as_str().unwrap()) && e["name"].is_string()));
    events
}

#[test]
fn a_trace_tells_of_two_threads_and_their_lock() {
    let report = sample::report(&[(Model::Threads, &[120])]);
    let events = events(&export::chrome_trace(&report, (0, 0)).unwrap());
    let find = |phase: &str, name: &str| events.iter().find(|e| e["ph"] == phase && e["name"] == name).unwrap().clone();
    let first = json!({"name": "computing", "ph": "X", "pid": 1, "tid": 1, "cat": "state", "ts": 0, "dur": 60_000});
    assert_eq!(find("X", "computing"), first);
    let blocked = find("X", "blocked: lock, queue, event");
    assert_eq!(
        (&blocked["ts"], &blocked["dur"], &blocked["args"]),
        (&json!(20_000), &json!(40_000), &json!({"for": "lock"}))
    );
    let acquired = find("i", "acquired");
    assert_eq!((&acquired["ts"], &acquired["args"]), (&json!(10_000), &json!({"of": "lock"})));
    let (from, to) = (find("s", "lock handed on"), find("f", "lock handed on"));
    assert_eq!(
        (&from["tid"], &from["ts"], &to["tid"], &to["ts"]),
        (&json!(1), &json!(60_000), &json!(2), &json!(60_000))
    );
    let name = find("M", "process_name");
    assert_eq!(name["args"]["name"], "sample: threads (GIL)");
    assert_eq!(export::chrome_trace(&report, (0, 1)), None);
    assert_eq!(export::chrome_trace(&report, (1, 0)), None);
}

#[test]
fn processes_are_processes_and_levels_are_counters() {
    let mut report = sample::report(&[(Model::Processes, &[10])]);
    let mut trace = sample::Story::of(LaneKind::Process, &["process 1", "process 2"])
        .enter(0, 0, State::Starting, 0)
        .enter(1, 1, State::Running, 0)
        .level(2, 0, 0, 3)
        .level(1, 1, 0, 2)
        .mark(2, 0, Mark::Sent, 512)
        .trace();
    trace.lanes.insert(0, Lane { id: 7, kind: LaneKind::Thread, name: "main".to_owned() });
    trace.extend([Record { at: 2 * MS + 999, lane: 7, what: What::Enter(State::Running), arg: 0 }]);
    trace.extend([Record { at: 2 * MS + 1_000, lane: 7, what: What::Enter(State::Done), arg: 0 }]);
    trace.extend([Record { at: 3 * MS, lane: 99, what: What::Enter(State::Running), arg: 0 }]);
    trace.end = 4 * MS;
    report.cells[0].runs[0].trace = trace;
    let events = events(&export::chrome_trace(&report, (0, 0)).unwrap());
    let places: Vec<_> = events
        .iter()
        .filter(|e| e["ph"] == "X")
        .map(|e| (e["pid"].as_u64().unwrap(), e["tid"].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [(1, 1), (2, 1), (3, 1)], "a lane nobody knows is left out");
    let levels: Vec<_> =
        events.iter().filter(|e| e["ph"] == "C").map(|e| e["args"]["level"].as_u64().unwrap()).collect();
    assert_eq!(levels, [2, 3]);
    assert!(events.iter().any(|e| e["name"] == "sent" && e["args"] == json!({"bytes": 512}) && e["pid"] == 2));
}

#[test]
fn every_recorded_run_is_a_sound_trace() {
    let mut arrows = 0;
    for (scenario, report) in recorded::all() {
        for cell in 0..report.cells.len() {
            let events = events(&export::chrome_trace(&report, (cell, 0)).unwrap());
            let trace = &report.cells[cell].runs[0].trace;
            let total: u64 = events.iter().filter_map(|e| e["dur"].as_u64()).sum();
            let spans = trace.spans();
            let exact: u64 = spans.iter().map(|s| s.end - s.start).sum();
            // A span loses less than a microsecond at either end.
            assert!(total.abs_diff(exact / US) <= 1 + 2 * spans.len() as u64, "{}: {total} {exact}", scenario.id);
            arrows += events.iter().filter(|e| e["ph"] == "f").count();
        }
    }
    assert!(arrows > 10, "{arrows} arrows");
}

#[test]
fn a_trace_of_too_many_events_says_so() {
    let mut report = sample::report(&[(Model::Asyncio, &[1])]);
    let mut trace =
        Trace { lanes: vec![Lane { id: 0, kind: LaneKind::Task, name: "t".to_owned() }], ..Trace::default() };
    trace.extend((0..260_000).map(|i| Record { at: i * US, lane: 0, what: What::Instant(Mark::Job), arg: 0 }));
    report.cells[0].runs[0].trace = trace;
    let text = export::chrome_trace(&report, (0, 0)).unwrap();
    assert_eq!(events(&text).len(), 250_000);
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["otherData"]["eventsLeftOut"], 10_003);
}

#[test]
fn a_picture_shows_what_is_on_screen() {
    let report = sample::report(&[(Model::Threads, &[120])]);
    let all = Shown { lanes: (0, 40), width: 800.0, ..Shown::default() };
    let svg = |shown: &Shown| export::file("svg", &report, shown);
    let whole = svg(&all).unwrap();
    assert!(
        whole.starts_with("<svg ") && whole.contains("<title>sample: threads (GIL), run 1 · 120 ms · 2 cores</title>"),
        "{whole}"
    );
    assert!(whole.contains("thread 1") && whole.contains("thread 2"));
    let part = svg(&Shown { time: (0, 10 * MS), ..all }).unwrap();
    let second = svg(&Shown { lanes: (1, 1), ..all }).unwrap();
    let dark = svg(&Shown { dark: true, ..all }).unwrap();
    assert!(part != whole && dark != whole);
    // Below the lanes, the graph of who waits for whom has every thread.
    let first = |svg: &str| svg.matches("thread 1").count();
    assert_eq!(first(&second) + 1, first(&whole));
    assert!(whole.contains(">run 1 · 120 ms · 2 cores</text>"), "{whole}");
    for (_, letter, label) in interleave::chart::legend(&report.cells[0].runs[0].trace) {
        assert!(whole.contains(&format!(">{label}</text>")) && whole.contains(letter), "{label} is not explained");
    }
    assert_eq!(svg(&Shown { at: (0, 1), ..all }), None);
    let (_, recorded) = recorded::all().next().unwrap();
    let label = interleave::chart::recorded_label(&recorded).unwrap();
    assert!(export::picture(&recorded, &all).unwrap().contains(&label), "a recorded run is called one");
}

#[test]
fn files_are_made_of_what_ran() {
    let mut report = sample::report(&[(Model::Threads, &[120])]);
    let file = |report: &Report, kind: &str| export::file(kind, report, &Shown::default());
    let json: Value = serde_json::from_str(&file(&report, "json").unwrap()).unwrap();
    assert_eq!(json["type"], "interleave:result");
    assert_eq!(file(&report, "csv"), Some(export::csv(&report)));
    assert_eq!(file(&report, "trace"), export::chrome_trace(&report, (0, 0)));
    assert_eq!(file(&report, "exe"), None);
    report.cells[0].runs.clear();
    assert!(["svg", "csv", "trace", "json"].iter().all(|kind| file(&report, kind).is_none()));
}

/// The site's file of a scenario's sources, without colours.
fn sources_of(scenario: &Scenario) -> String {
    let mut python = String::new();
    twin(scenario).trim_end().lines().for_each(|line| sources::pack(&[(Class::Plain, line)], &mut python));
    Texts { title: scenario.title, question: "", help: "", python: &python }.write()
}

/// A hash that sets every parameter to an end of its range that is not the default.
fn other_values(scenario: &Scenario) -> String {
    let other = |p: &interleave::model::Param| p.ends().into_iter().find(|end| *end != p.default_value().to_string());
    let pairs = scenario.params.iter().filter_map(|p| Some(format!("&{}={}", p.key, other(p)?)));
    format!("v=1&s={}{}", scenario.id, pairs.collect::<String>())
}

#[test]
fn every_twin_with_other_values_is_python() {
    let folder = std::env::temp_dir().join(format!("interleave-twins-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for scenario in REGISTRY {
        let hash = other_values(scenario);
        let text = export::twin(&hash, &sources_of(scenario), "https://host/#v=1\nimport os").unwrap();
        let (head, body) = text.split_at(text.match_indices('\n').nth(1).unwrap().0 + 1);
        assert!(head.lines().count() == 2 && head.lines().all(|l| l.starts_with("# ")), "{head}");
        let values = share::decode("", &hash).spec.values;
        let expected = share::python_with(&twin(scenario), &values);
        assert_eq!(body.trim_end(), expected.trim_end(), "{}", scenario.id);
        assert!(scenario.params.is_empty() || body.trim_end() != twin(scenario).trim_end(), "{}", scenario.id);
        let file = folder.join(format!("{}.py", scenario.id));
        std::fs::write(&file, text).unwrap();
        files.push(file);
    }
    if let Some(python) = python() {
        let check = "import sys\nfor f in sys.argv[1:]: compile(open(f, encoding='utf-8').read(), f, 'exec')";
        let output = Command::new(python).args(["-c", check]).args(&files).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(export::twin("v=1&s=primes", "<!doctype html>", ""), None);
}

#[test]
fn the_dialog_knows_the_same_words() {
    let script = std::fs::read_to_string("www/later/snippets.js").unwrap();
    let panels = script.split_once("PANELS = [").unwrap().1.split_once("];").unwrap().0;
    let ids: Vec<_> = panels.lines().filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(ids, share::Panel::ALL.map(share::Panel::id));
    assert!(script.contains(&format!("MAX_TASK = {};", share::keys::MAX_TASK)));
}

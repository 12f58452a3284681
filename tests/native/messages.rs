//! The messages to the host page, read back as a host page would.

use crate::sample;
use interleave::model::{Distortion, Failure, MS, Model, RunEnd, stats};
use interleave::share;
use serde_json::{Value, json};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn ready_and_resize() {
    let capabilities =
        json!({"cores": 2, "isolated": true, "sharedMemory": true, "topLevel": true, "clockStepNs": 5000});
    let expected = json!({"type": "interleave:ready", "v": 1, "capabilities": capabilities});
    assert_eq!(parsed(&share::ready(&sample::machine())), expected);
    assert_eq!(parsed(&share::resize(640)), json!({"type": "interleave:resize", "v": 1, "height": 640}));
    assert_eq!(parsed(&share::resize_canvas(640)), json!({"subject": "lti.frameResize", "height": 640}));
}

#[test]
fn a_result_has_what_the_contract_says() {
    let mut report = sample::report(&[
        (Model::Sequential, &[100, 120, 110]),
        (Model::Threads, &[90, 95]),
        (Model::Processes, &[50]),
        (Model::Hybrid, &[]),
    ]);
    report.cells[0].runs[0].elapsed = 100 * MS + 1_234;
    report.cells[1].runs[1].end = RunEnd::Failed(Failure::NoSharedMemory);
    report.cells[2].runs[0].end = RunEnd::Stopped;
    let message = parsed(&share::result_for(Some(&sample::SCENARIO), &report, &sample::verdict(&report).claims));
    let expected = json!({
        "type": "interleave:result",
        "v": 1,
        "scenario": "sample",
        "params": {"jobs": 10, "price": "60.00", "speed": 1, "work": 1000, "workers": 4},
        "variant": "bad,lock",
        "seed": 42,
        "runs": [
            {"model": "sequential", "variant": "lock", "ms": [100.001, 120.0, 110.0], "medianMs": 110.0,
             "value": "41,538", "figures": {}, "startMs": null, "ok": true, "reason": null},
            {"model": "threads", "variant": "lock", "ms": [90.0], "medianMs": 90.0, "value": "41,538", "figures": {}, "startMs": null, "ok": false,
             "reason": "this needs shared memory, which this page does not have"},
            {"model": "processes", "variant": "lock", "ms": [], "medianMs": null, "value": null, "figures": null, "startMs": null, "ok": false,
             "reason": "stopped"},
            {"model": "hybrid", "variant": "lock", "ms": [], "medianMs": null, "value": null, "figures": null, "startMs": null, "ok": false,
             "reason": "not run"},
        ],
        "claims": [{"text": "Every model ran", "ok": true, "measured": "4 cells", "timed": false}],
    });
    assert_eq!(message, expected);
}

#[test]
fn hostile_results_are_escaped() {
    let mut report = sample::report(&[(Model::Sequential, &[1])]);
    let message = "\"},{\u{0}</script>\u{2028}".to_owned();
    report.cells[0].runs[0].end = RunEnd::Failed(Failure::Raised { kind: "ValueError".to_owned(), message });
    let message = parsed(&share::result_for(None, &report, &[]));
    assert_eq!(message["runs"][0]["reason"], "ValueError: \"},{\u{0}</script>\u{2028}");
    assert_eq!(message["claims"], json!([]));
}

#[test]
fn a_distorted_run_is_no_result() {
    let mut report = sample::report(&[(Model::Threads, &[90, 5_000, 95])]);
    report.cells[0].runs[1].end = RunEnd::Distorted(Distortion::Hidden(4 * 1_000 * MS));
    let summary = stats::summary(&report, Model::Threads, "lock").unwrap();
    assert_eq!((summary.n, summary.max), (2, 95.0));
    let message = parsed(&share::result_for(Some(&sample::SCENARIO), &report, &[]));
    let run = &message["runs"][0];
    assert_eq!((&run["ms"], &run["ok"]), (&json!([90.0, 95.0]), &json!(false)));
    assert!(run["reason"].as_str().unwrap().starts_with("The tab was hidden for 4.00 s during this run"));
}

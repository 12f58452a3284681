//! Links: examples, and hostile ones.

use crate::sample::{PLAIN, SCENARIO};
use interleave::model::{Fault, Harm, Model, RunSpec};
use interleave::scenarios::{REGISTRY, Scenario};
use interleave::share::{self, Link, Notice, Panel, Theme, View};
use rust_decimal::Decimal;

/// Scenarios of these tests alone.
pub static SAMPLES: &[&Scenario] = &[&SCENARIO, &PLAIN];

fn read(query: &str, hash: &str) -> Link {
    share::decode_in(SAMPLES, query, hash)
}

fn notices(hash: &str) -> Vec<String> {
    read("", hash).notices.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_said_means_the_first_scenario_with_its_defaults() {
    for (query, hash) in [("", ""), ("?", "#"), ("?&&", "#v=1"), ("lang=en&coi=0", "s=SAMPLE")] {
        let link = read(query, hash);
        assert_eq!(link.spec, share::defaults(&SCENARIO));
        assert_eq!((link.view, link.at, link.run), (View::default(), None, false));
        assert!(link.notices.is_empty(), "{:?}", link.notices);
    }
    let none = share::decode_in(&[], "", "s=x");
    assert_eq!((none.spec.scenario.as_str(), none.spec.models.len()), ("", 1));
}

#[test]
fn everything_said_is_read() {
    let link = read(
        "?Embed&theme=dark&panels=claims,timeline&lock=price,JOBS&readonly=0&predict=true&task=Find%20the%20limit%20%26%20why.%0d%0a%3Cb%3EThen%3C/b%3e%20+1&lang=en&fault=memory,none,KILL.120,lose.0.7",
        "#V=1&S=sample&Jobs=100&work=250&price=61.5&models=processes,Sequential&variant=lock&repeats=5&seed=7&at=1200&run=1",
    );
    assert!(link.notices.is_empty(), "{:?}", link.notices);
    let view = View {
        embed: true,
        theme: Theme::Dark,
        panels: Some(vec![Panel::Timeline, Panel::Claims]),
        lock: vec!["jobs".to_owned(), "price".to_owned()],
        readonly: false,
        predict: true,
        task: "Find the limit & why.\n<b>Then</b> +1".to_owned(),
        faults: vec![
            Some(Fault::at_once(Harm::OutOfMemory)),
            None,
            Some(Fault { harm: Harm::Kill, after: 120, worker: None }),
            Some(Fault { harm: Harm::Lose, after: 0, worker: Some(7) }),
        ],
    };
    assert_eq!((&link.view, link.at, link.run), (&view, Some(1_200), true));
    assert_eq!((link.spec.values.count("jobs"), link.spec.values.wait("work")), (100, 250_000_000));
    assert_eq!(link.spec.values.amount("price"), Decimal::new(6_150, 2));
    assert_eq!(link.spec.models, [Model::Sequential, Model::Processes]);
    assert_eq!((link.spec.variants.as_slice(), link.spec.repeats, link.spec.seed), (&["lock".to_owned()][..], 5, 7));

    let text = share::encode_for(&SCENARIO, &link.spec, link.at);
    let hash = "jobs=100&work=250&price=61.50&models=sequential,processes&variant=lock&repeats=5&seed=7&at=1200";
    assert_eq!(text, format!("v=1&s=sample&{hash}"));
    let query = "embed=1&theme=dark&panels=timeline,claims&lock=jobs,price&predict=1&task=Find%20the%20limit%20%26%20why.%0A%3Cb%3EThen%3C%2Fb%3E%20%2B1&fault=memory,none,kill.120,lose.0.7";
    assert_eq!(share::encode_query(&view), query);
}

#[test]
fn a_fault_that_is_none_costs_that_fault() {
    let link = read("?fault=panic,boom,hang.soon,hang.5.400,kill.5.1.2,hang.600001,hang.5", "");
    assert_eq!(link.notices.len(), 5, "{:?}", link.notices);
    let hang = Fault { harm: Harm::Hang, after: 5, worker: None };
    assert_eq!(link.view.faults, [Some(Fault::at_once(Harm::Panic)), Some(hang)]);
}

#[test]
fn a_whole_link_is_put_together() {
    let spec = RunSpec { scenario: "nowhere".to_owned(), ..share::defaults(&PLAIN) };
    assert_eq!(share::link("https://host/path/?old=1#older", &View::default(), &spec, None), "https://host/path/#");
    let view = View { embed: true, ..View::default() };
    if let Some(scenario) = REGISTRY.first() {
        let link = share::link("https://host/", &view, &share::defaults(scenario), Some(3));
        assert_eq!(link, format!("https://host/?embed=1#v=1&s={}&at=3", scenario.id));
    }
}

#[test]
fn a_bad_value_costs_that_value() {
    let link = read(
        "theme=pink&lang=fr&utm_source=x",
        "s=sample&jobs=0&work=1e3&price=-1&repeats=51&seed=-1&jobs2=3&workers=2",
    );
    assert_eq!(link.spec.values.count("workers"), 2);
    let mut rest = link.spec;
    rest.values.set(SCENARIO.params, "workers", "4").unwrap();
    assert_eq!(rest, share::defaults(&SCENARIO));
    assert_eq!(link.notices.len(), 9, "{:?}", link.notices);
    assert_eq!(notices("jobs=1001"), ["“jobs” was left out: outside 1 … 1000 (“1001”)."]);
    assert_eq!(
        notices("at=99999999999999999999999"),
        ["“at” was left out: outside 0 … 86400000 (“99999999999999999999999”)."]
    );
}

#[test]
fn models_and_variants_that_are_not_offered_are_dropped() {
    let link = read("", "models=hybrid,threads,rocket&variant=lock,unlocked");
    assert_eq!(link.spec.models, [Model::Threads]);
    assert_eq!(link.spec.variants, ["lock"]);
    assert_eq!(link.notices.len(), 3);
    // Each is offered, but not the two together.
    let link = read("", "models=processes&variant=bad");
    assert_eq!(link.spec, share::defaults(&SCENARIO));
    assert_eq!(link.notices.len(), 1);
    let mixed = read("", "models=processes,threads&variant=bad");
    assert_eq!(share::offered_pairs(&SCENARIO, &mixed.spec), [(Model::Threads, "bad".to_owned())]);
    assert!(mixed.notices.is_empty());
}

#[test]
fn an_unknown_scenario_is_named_and_nothing_of_it_is_kept() {
    let link = read("lock=n", "v=1&s=future-thing&n=3&repeats=7&run=1");
    assert_eq!(link.spec, share::defaults(&SCENARIO));
    assert!(!link.run, "nobody asked for this one to start");
    assert_eq!(link.notices, [Notice::UnknownScenario("future-thing".to_owned())]);
}

#[test]
fn later_versions_are_tried() {
    for v in ["2", "999999999999999999999999999"] {
        let link = read("", &format!("v={v}&s=sample&jobs=7&colour=red"));
        assert_eq!(link.spec.values.count("jobs"), 7);
        assert_eq!(link.notices, [Notice::FutureVersion(v.to_owned()), Notice::UnknownKey("colour".to_owned())]);
    }
    for v in ["0", "", "-1", "1.5", "one"] {
        assert!(matches!(read("", &format!("v={v}")).notices[..], [Notice::BadValue { .. }]), "{v}");
    }
}

#[test]
fn hostile_links_cost_a_notice() {
    let markup = "<script>alert(1)</script>";
    for hash in
        [markup, &format!("s={markup}"), &format!("jobs={markup}"), "__proto__=1", "constructor=x", "s=__proto__"]
    {
        let link = read("", hash);
        assert_eq!((link.spec, link.notices.len()), (share::defaults(&SCENARIO), 1), "{hash}");
    }
    let keys: String = (0..10_000).map(|i| format!("&k{i}={i}")).collect();
    let link = read(&keys, &keys);
    assert_eq!(link.notices.iter().filter(|n| **n == Notice::TooLong).count(), 2);
    assert!(link.notices.len() <= 2 * (share::keys::MAX_KEYS + 1));
    for broken in ["jobs=%", "jobs=%zz", "%%%=%", "jobs=%ff%fe", "jobs=%00"] {
        assert_eq!(read(broken, broken).notices.len(), 2, "{broken}");
    }
}

#[test]
fn a_task_too_long_costs_the_task_only() {
    let long = "x".repeat(601);
    let link = read(&format!("theme=dark&task={long}&readonly=1"), "s=sample");
    assert_eq!((link.view.task.as_str(), link.view.theme, link.view.readonly), ("", Theme::Dark, true));
    assert!(link.notices[0].to_string().contains("longer than 600 characters"), "{:?}", link.notices);
    let blank = read("task=%20%0A", "s=sample");
    assert_eq!((blank.view, blank.notices), (View::default(), vec![]));
}

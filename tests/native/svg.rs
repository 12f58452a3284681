//! Scenes as SVG files: compared as text, and their colours with the style sheet's.

use crate::{
    chart::{drawn, whole},
    golden, sample,
};
use interleave::chart::{self, Anchor, CARD, Colours, Hue, Look, Paint, Scene, Shape};
use interleave::model::{Model, Origin, Report, State};

fn two_threads() -> Scene {
    let trace = sample::two_threads();
    chart::timeline(&trace, &whole(&trace))
}

#[test]
fn a_timeline_as_a_file() {
    let look = Look { title: "Two threads & <one> lock", ground: true, ..Look::default() };
    golden::check("chart/two-threads.svg", &chart::svg(&two_threads(), &look));
}

#[test]
fn light_and_dark_files_need_no_style() {
    let file = |colours| chart::svg(&two_threads(), &Look { colours, ..Look::default() });
    let [auto, light, dark] = [Colours::Auto, Colours::Light, Colours::Dark].map(file);
    assert!(auto.contains("<style>@media (prefers-color-scheme:dark)") && auto.contains("class="));
    for plain in [&light, &dark] {
        assert!(!plain.contains("<style") && !plain.contains("class="), "{plain}");
    }
    let running = chart::hue(Paint::State(State::Running));
    assert!(light.contains(running[0]) && !light.contains(running[1]));
    assert!(dark.contains(running[1]) && !dark.contains(running[0]));
}

#[test]
fn hostile_names_stay_text() {
    let text = "</text><script>alert(1)</script>\u{0}\u{fffe}\"&amp;";
    let text = Shape::Text {
        x: 0.0,
        y: 10.0,
        text: text.to_owned(),
        anchor: Anchor::Start,
        paint: Paint::Ink,
        strong: false,
        max: 1_000.0,
    };
    let scene = Scene { width: 100.0, height: 20.0, shapes: vec![text] };
    let file = chart::svg(&scene, &Look { title: "</title><script>", ..Look::default() });
    assert!(!file.contains("<script") && !file.contains('\u{0}') && !file.contains('\u{fffe}'), "{file}");
    assert!(file.contains("&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt;  &quot;&amp;amp;"), "{file}");
}

#[test]
fn long_names_are_cut_and_too_long_ones_squeezed() {
    let text = |text: &str, max| Shape::Text {
        x: 0.0,
        y: 10.0,
        text: text.to_owned(),
        anchor: Anchor::Start,
        paint: Paint::Soft,
        strong: false,
        max,
    };
    let file = |shape| chart::svg(&Scene { width: 100.0, height: 20.0, shapes: vec![shape] }, &Look::default());
    assert!(file(text("SpawnProcess-1", 60.0)).contains("…"));
    let squeezed = file(text("SpawnProcess", 72.0));
    assert!(squeezed.contains("textLength=\"72\"") && squeezed.contains(">SpawnProcess<"), "{squeezed}");
    assert!(!file(text("SpawnProcess", 200.0)).contains("textLength"));
}

/// The value of a custom property, or of `property` in the rule of a class.
fn hue_of(css: &str, name: &str) -> Hue {
    let from = if name.starts_with("--") {
        css.split(&format!("{name}: ")).nth(1).unwrap()
    } else {
        css.split(&format!(".{name} {{ color: ")).nth(1).unwrap()
    };
    let end = from.find([';', '}']).unwrap();
    let value = from[..end].trim();
    if let Some(name) = value.strip_prefix("var(").and_then(|v| v.strip_suffix(')')) {
        return hue_of(css, name);
    }
    let pair = value.strip_prefix("light-dark(").unwrap().strip_suffix(')').unwrap();
    let (light, dark) = pair.split_once(", ").unwrap();
    [light.to_owned().leak(), dark.to_owned().leak()]
}

/// The style sheets, in one text.
fn style_sheets() -> String {
    let folders = ["www", "www/style"].into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    let paths = folders.flatten().map(|entry| entry.unwrap().path());
    paths.filter(|p| p.extension().is_some_and(|e| e == "css")).map(|p| std::fs::read_to_string(p).unwrap()).collect()
}

#[test]
fn colours_are_those_of_the_style_sheet() {
    let css = style_sheets();
    assert_eq!(CARD, hue_of(&css, "--card"));
    let states = [
        (State::Starting, "starting"),
        (State::Ready, "ready"),
        (State::Running, "running"),
        (State::Sleeping, "sleeping"),
        (State::Waiting, "waiting"),
        (State::Blocked, "blocked"),
        (State::Gil, "gil"),
        (State::Pickling, "pickling"),
    ];
    for (state, name) in states {
        assert_eq!(chart::hue(Paint::State(state)), hue_of(&css, &format!("--{name}")), "{name}");
        assert_eq!(chart::hue(Paint::Letter(state)), hue_of(&css, &format!("--{name}-letter")), "{name}");
        let plain = chart::tile_lines(state).is_empty();
        let ground = if plain { format!("--{name}") } else { format!("--{name}-ground") };
        assert_eq!(chart::ground(state), hue_of(&css, &ground), "{name}");
    }
    let others = [
        (Paint::Ink, "pt-ink"),
        (Paint::Soft, "pt-soft"),
        (Paint::Line, "pt-line"),
        (Paint::Failure, "pt-failure"),
        (Paint::Cancel, "pt-cancel"),
        (Paint::HandOver, "pt-handover"),
        (Paint::Event, "pt-event"),
        (Paint::Area, "pt-area"),
        (Paint::Curve, "pt-curve"),
        (Paint::Limit, "pt-limit"),
        (Paint::Held, "pt-held"),
        (Paint::Late, "pt-late"),
        (Paint::State(State::Idle), "pt-idle"),
    ];
    for (paint, class) in others {
        assert_eq!(chart::hue(paint), hue_of(&css, class), "{class}");
    }
}

#[test]
fn a_still_picture_says_what_ran_and_that_it_was_recorded() {
    let mut report = sample::report(&[(Model::Sequential, &[110]), (Model::Threads, &[120])]);
    let scene = |report: &Report, lanes| chart::still(&sample::SCENARIO, report, 640.0, lanes);
    assert!(!drawn(&scene(&report, 12)).contains("Recorded"), "what was measured is not called recorded");
    let (browser, system, date) = ("Chromium 156".to_owned(), "Linux".to_owned(), "2026-11-20".to_owned());
    report.recorded = Some(Origin { browser, system, date, cores: 1, clock_step: 5_000 });
    golden::check("chart/still.txt", &drawn(&scene(&report, 12)));
    let few = drawn(&scene(&report, 2));
    assert!(few.contains("1 of 2 lanes") && few.contains("thread 1") && !few.contains("thread 2"), "{few}");
    assert_eq!(
        chart::still_words(&sample::SCENARIO, &report, 12),
        "A timeline of what was recorded: sequential, lock took 110 ms; threads (GIL), lock took 120 ms."
    );
    report.cells.clear();
    assert!(scene(&report, 12).height > 0.0, "nothing ran, and nothing breaks");
}

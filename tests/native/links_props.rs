//! What holds of every link: decoding never fails and gives what can be run; encoding and decoding are inverse.

use crate::links::SAMPLES;
use interleave::model::{Fault, Harm, Kind, Model, Param, RunSpec, Values};
use interleave::scenarios::{REGISTRY, Scenario};
use interleave::share::{self, Panel, Theme, View, keys};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use rust_decimal::Decimal;

/// A scenario that a failing case can name.
#[derive(Clone, Copy)]
struct Lesson(&'static Scenario);

impl std::fmt::Debug for Lesson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.id)
    }
}

fn lessons() -> impl Strategy<Value = Lesson> {
    select(all().into_iter().map(Lesson).collect::<Vec<_>>())
}

fn all() -> Vec<&'static Scenario> {
    REGISTRY.iter().chain(SAMPLES).copied().collect()
}

/// A value of a parameter, as text.
fn value(param: &Param) -> BoxedStrategy<String> {
    match param.kind {
        Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => (min..=max).prop_map(|n| n.to_string()).boxed(),
        Kind::OneOf { options, .. } => select(options).prop_map(|n| n.to_string()).boxed(),
        Kind::Amount { min, max, default, .. } => {
            let units = |mut d: Decimal| {
                d.rescale(default.scale());
                d.mantissa() as i64
            };
            (units(min)..=units(max)).prop_map(move |n| Decimal::new(n, default.scale()).to_string()).boxed()
        }
    }
}

fn values(params: &'static [Param]) -> impl Strategy<Value = Values> {
    params.iter().map(value).collect::<Vec<_>>().prop_map(move |texts| {
        let mut values = Values::defaults(params);
        for (param, text) in params.iter().zip(&texts) {
            values.set(params, param.key, text).unwrap();
        }
        values
    })
}

/// Specifications that can be run.
fn specs() -> impl Strategy<Value = (Lesson, RunSpec)> {
    lessons().prop_flat_map(|Lesson(scenario)| {
        let offered = scenario.offered();
        let most = offered.len();
        let variants: Vec<_> = scenario.variants.iter().map(|v| v.id.to_owned()).collect();
        let least = usize::from(!variants.is_empty());
        let most_variants = variants.len();
        let parts = (
            values(scenario.params),
            subsequence(offered, 1..=most),
            subsequence(variants, least..=most_variants),
            1..=RunSpec::MAX_REPEATS,
            0..=RunSpec::MAX_SEED,
        );
        let spec = parts.prop_map(move |(values, models, variants, repeats, seed)| {
            let scenario = scenario.id.to_owned();
            RunSpec { scenario, values, models, variants, repeats, seed }
        });
        spec.prop_filter("no pair is offered", |spec| !share::offered_pairs(scenario, spec).is_empty())
            .prop_map(move |spec| (Lesson(scenario), spec))
    })
}

fn fault() -> impl Strategy<Value = Fault> {
    let harms = [Harm::Panic, Harm::Hang, Harm::OutOfMemory, Harm::Kill, Harm::Lose];
    let worker = proptest::option::of(0..=255_u32);
    (select(harms.to_vec()), 0..=Fault::LATEST, worker).prop_map(|(harm, after, worker)| Fault { harm, after, worker })
}

/// Tasks of any characters, as the page keeps them; many are as long as may be.
fn tasks() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "",
        ".{0,40}",
        "[ \n<>&=#%+\"']{0,40}",
        proptest::collection::vec(any::<char>(), 0..=keys::MAX_TASK).prop_map(String::from_iter)
    ];
    text.prop_filter_map("too long", |text| share::task::clean(&text))
}

fn views(scenario: &'static Scenario) -> impl Strategy<Value = View> {
    let keys: Vec<_> = scenario.params.iter().map(|p| p.key.to_owned()).collect();
    let most = keys.len();
    let panels = proptest::option::of(subsequence(Panel::ALL.to_vec(), 1..=6));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let parts = (flags, select(&Theme::ALL[..]), panels, subsequence(keys, 0..=most));
    (parts, proptest::collection::vec(proptest::option::of(fault()), 0..4), tasks()).prop_map(
        |(((embed, readonly, predict), theme, panels, lock), faults, task)| View {
            embed,
            theme,
            panels,
            lock,
            readonly,
            predict,
            task,
            faults,
        },
    )
}

/// Text in the grammar's alphabet, with its own keys and values among it.
fn grammatical() -> impl Strategy<Value = String> {
    let words: Vec<String> = keys::HASH
        .iter()
        .chain(&keys::QUERY)
        .map(|k| (*k).to_owned())
        .chain(all().iter().flat_map(|s| s.params.iter().map(|p| p.key.to_owned())))
        .chain(all().iter().map(|s| s.id.to_owned()))
        .chain(Model::ALL.map(|m| m.id().to_owned()))
        .chain(["%", "%2", "%41", "99999999999999999999", "-1", "0.0.1", "1"].map(str::to_owned))
        .collect();
    let word = prop_oneof![3 => select(words), 1 => "[A-Za-z0-9._%-]{0,8}"];
    let mark = select(&["=", "&", ",", "==", "&&"][..]);
    proptest::collection::vec((word, mark), 0..40).prop_map(|parts| parts.into_iter().map(|(w, m)| w + m).collect())
}

/// Characters that turn the direction of a text, or are not seen in it: a notice has none of them.
const UNSEEN: [std::ops::RangeInclusive<char>; 4] =
    ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{206f}', '\u{e0000}'..='\u{e0fff}'];

/// What every decoded link must be.
pub fn sound(query: &str, hash: &str) -> Result<(), TestCaseError> {
    for registry in [REGISTRY, SAMPLES] {
        let link = share::decode_in(registry, query, hash);
        let Some(scenario) = registry.iter().find(|s| s.id == link.spec.scenario) else {
            prop_assert!(registry.is_empty());
            continue;
        };
        prop_assert!(!share::offered_pairs(scenario, &link.spec).is_empty());
        prop_assert!((1..=RunSpec::MAX_REPEATS).contains(&link.spec.repeats));
        prop_assert!(link.spec.seed <= RunSpec::MAX_SEED);
        prop_assert_eq!(link.spec.values.iter().count(), scenario.params.len());
        for notice in &link.notices {
            let text = notice.to_string();
            prop_assert!(text.chars().count() < 400, "{}", text);
            prop_assert!(!text.contains(char::is_control), "{:?}", text);
            prop_assert!(!text.contains(|c: char| UNSEEN.iter().any(|range| range.contains(&c))), "{:?}", text);
        }
        let again = share::encode_for(scenario, &link.spec, link.at);
        prop_assert!(again.chars().all(keys::is_plain), "{}", again);
        let back = share::decode_in(registry, &share::encode_query(&link.view), &again);
        prop_assert!(back.notices.is_empty(), "{:?}", back.notices);
        prop_assert_eq!((back.spec, back.at, back.view), (link.spec, link.at, link.view));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_decoded(query in any::<String>(), hash in any::<String>()) {
        sound(&query, &hash)?;
    }

    #[test]
    fn any_text_in_the_alphabet_is_decoded(query in grammatical(), hash in grammatical()) {
        sound(&query, &hash)?;
    }

    #[test]
    fn what_is_encoded_comes_back((Lesson(scenario), spec) in specs(), at in proptest::option::of(0..=keys::MAX_AT)) {
        let text = share::encode_for(scenario, &spec, at);
        prop_assert!(text.chars().all(keys::is_plain), "{}", text);
        let link = share::decode_in(&all(), "", &text);
        prop_assert!(link.notices.is_empty(), "{:?}", link.notices);
        prop_assert_eq!((link.spec, link.at, link.run), (spec, at, false));
    }

    #[test]
    fn what_is_shown_comes_back(
        (Lesson(scenario), view) in lessons().prop_flat_map(|s| (Just(s), views(s.0))),
    ) {
        let query = share::encode_query(&view);
        let plain = |part: &str| part.chars().all(|c| keys::is_plain(c) || part.starts_with("task=") && c == '%');
        prop_assert!(query.split('&').all(plain) && query.len() <= keys::MAX_BYTES, "{}", query);
        let link = share::decode_in(&all(), &query, &format!("s={}", scenario.id));
        prop_assert!(link.notices.is_empty(), "{:?}", link.notices);
        prop_assert_eq!(link.view, view);
    }

    #[test]
    fn one_damaged_character_never_breaks_the_page((Lesson(scenario), spec) in specs(), at in any::<Index>(), c in any::<char>()) {
        let mut text: Vec<char> = share::encode_for(scenario, &spec, None).chars().collect();
        let place = at.index(text.len());
        text[place] = c;
        sound("", &text.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_message_is_read(text in any::<String>(), kind in "interleave:[a-z]{3,4}") {
        share::incoming(&text, Some(&kind));
        share::incoming(&kind, Some(&text));
    }
}

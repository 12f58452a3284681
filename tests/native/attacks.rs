//! Attacks, the known ones (tests/links/attacks.txt) and mixtures of them: links and messages are read without harm.

use crate::corpus::{At, Attack, all};
use crate::links_props::sound;
use interleave::share::{self, Incoming, keys};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::fmt::Write;

/// Longest piece of an attack that is mixed with others, in characters.
const PIECE: usize = 200;

/// Reads a message as the page does: a text may hold JSON, even twice; of an object two fields count, where they are texts.
fn message(text: &str) -> Option<Incoming> {
    let mut value = serde_json::from_str::<serde_json::Value>(text).ok()?;
    if let Some(inner) = value.as_str() {
        value = serde_json::from_str(inner).ok()?;
    }
    share::incoming(value.get("type")?.as_str()?, value.get("hash").and_then(|h| h.as_str()))
}

/// What holds of an attack, wherever it strikes.
fn survived(attack: &str) -> Result<(), TestCaseError> {
    sound("", attack)?;
    sound(attack, "v=1&s=primes")?;
    sound(attack, attack)?;
    let link = share::decode(attack, attack);
    let written = share::link("https://host/path/", &link.view, &link.spec, link.at);
    let rest = written.strip_prefix("https://host/path/").unwrap_or("<");
    prop_assert!(rest.chars().all(|c| keys::is_plain(c) || matches!(c, '?' | '#' | '%')), "{}", written);
    // One for each key, and of the keys that take lists one for each name.
    let most = 2 * (keys::MAX_KEYS + 6) + 5 * (keys::MAX_KEYS + 1);
    prop_assert!(link.notices.len() <= most, "{} notices", link.notices.len());
    if let Some(Incoming::Set(hash)) = message(attack) {
        sound("", &hash)?;
    }
    for kind in ["interleave:set", attack] {
        if let Some(Incoming::Set(hash)) = share::incoming(kind, Some(attack)) {
            sound("", &hash)?;
        }
    }
    Ok(())
}

#[test]
fn every_known_attack_is_survived() {
    let attacks = all().unwrap();
    assert!(attacks.len() > 100 && attacks.iter().any(|a| a.at == At::Object), "{} attacks", attacks.len());
    for Attack { what, line, .. } in attacks {
        survived(&what).unwrap_or_else(|why| panic!("{line}: {why}"));
    }
}

/// Nothing of an attack is taken for a value: what would run is what runs when nothing is said, or differs by a number that a
/// form could have said.
#[test]
fn no_attack_says_what_no_form_could() {
    for Attack { what, line, .. } in all().unwrap() {
        let link = share::decode(&what, &what);
        let scenario = interleave::scenarios::find(&link.spec.scenario).expect(line);
        for (key, value) in link.spec.values.iter() {
            let param = scenario.params.iter().find(|p| p.key == key).expect(line);
            assert_eq!(param.parse(&value.to_string()), Ok(value), "{line}: {key}");
        }
    }
}

#[test]
fn the_corpus_is_written_out() {
    let attacks = all().unwrap();
    let of = |start: &str| attacks.iter().find(|a| a.line.starts_with(start)).unwrap().what.clone();
    assert_eq!(of("text {12000*").matches("{\"a\":").count(), 12_000);
    assert!(of("text {12000*").ends_with("}}}"));
    assert!(of("hash v=1&s=primes{10000*").ends_with("&k9998=1&k9999=1"));
    assert_eq!(of("hash v=1&s=\\u{202e}semirp"), "v=1&s=\u{202e}semirp");
    assert!(of("object {\"type\":\"interleave:set\",\"v\":1,\"__proto__\"").starts_with("{\"type\""));
}

/// Pieces of attacks, put together in any order.
fn mixture() -> impl Strategy<Value = String> {
    let pieces: Vec<String> =
        all().unwrap_or_default().into_iter().map(|a| a.what.chars().take(PIECE).collect()).collect();
    let piece = prop_oneof![4 => select(pieces), 1 => "[ -~]{0,12}", 1 => any::<String>()];
    let mark = select(&["&", "=", ",", "", "%", "#", "?", "&&v="][..]);
    proptest::collection::vec((piece, mark), 0..12).prop_map(|parts| parts.into_iter().map(|(p, m)| p + m).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn mixtures_of_attacks_are_survived(text in mixture()) {
        survived(&text)?;
    }

    /// Every byte there is, as it stands and as percent-escapes, as a value of every key.
    #[test]
    fn hostile_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64), at in any::<Index>()) {
        let escaped = bytes.iter().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "%{byte:02x}");
            out
        });
        let known: Vec<&str> = keys::HASH.into_iter().chain(keys::QUERY).chain(["limit", "workers"]).collect();
        let key = known[at.index(known.len())];
        for value in [escaped, String::from_utf8_lossy(&bytes).into_owned()] {
            survived(&format!("v=1&s=primes&{key}={value}"))?;
            survived(&format!("{value}={key}"))?;
        }
    }

    #[test]
    fn hostile_messages_are_survived(text in mixture(), kind in mixture()) {
        for json in [
            serde_json::json!({ "type": "interleave:set", "v": 1, "hash": text }),
            serde_json::json!({ "type": kind, "hash": { "type": text } }),
            serde_json::json!({ kind: text }),
        ] {
            survived(&json.to_string())?;
            survived(&serde_json::Value::String(json.to_string()).to_string())?;
        }
    }
}

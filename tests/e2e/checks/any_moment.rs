//! Faults of every kind at seeded random moments, one after the other in one page: each is named, the next run is right, and
//! workers and memory come back to where they were. `FAULTS=200` says how many, `FAULT_SEED=7` which.

use crate::ensure;
use crate::harness::census::{Census, census};
use crate::harness::page::{Page, all_give};
use crate::harness::{Outcome, Trouble, number};
use interleave::model::rng::Rng;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Faults of each kind, unless it is said how many there are.
const FEW: u32 = 10;

/// What a fault is called in links, and what the page must say of it.
const HARMS: [(&str, &[&str]); 5] = [
    ("panic", &["panic"]),
    ("kill", &["not answered"]),
    ("lose", &["got lost", "not answered"]),
    ("hang", &["not answered"]),
    ("memory", &["memory"]),
];

/// How long ended workers may take to be gone: Firefox keeps their threads for the next ones, for half a minute.
const GONE: Duration = Duration::from_secs(45);
/// By how much the memory of a browser may differ between the first and the last quarter of the runs, MiB. One memory of
/// an engine that is not given back is about 10, one that was filled up 256.
const MORE: u64 = 128;

/// Where a fault is put in.
struct Place {
    /// The scenario and the models and values that make it long enough.
    link: &'static str,
    scenario: &'static str,
    model: &'static str,
    /// The latest moment for a fault, ms: every browser is at work then.
    latest: u32,
    /// Threads or processes that may be struck.
    workers: u32,
    value: &'static str,
}

const fn primes(model: &'static str, link: &'static str, workers: u32) -> Place {
    Place { link, scenario: "primes", model, latest: 120, workers, value: "348,513" }
}

const CHILDREN: &str = "s=manager&processes=2&updates=200";
const SLEEPER: &str = "s=gil-switch&models=threads&variant=ms-5";

/// As many as there are kinds of faults share no factor with: so each kind comes to each place.
const PLACES: [Place; 7] = [
    primes("processes", "s=primes&limit=5000000&models=processes&workers=2", 2),
    primes("sequential", "s=primes&limit=5000000&models=sequential", 1),
    primes("hybrid", "s=primes&limit=5000000&models=hybrid&workers=2", 2),
    Place {
        link: CHILDREN,
        scenario: "manager",
        model: "processes",
        latest: 60,
        workers: 3,
        value: "2 keys, 400 entries",
    },
    primes("threads", "s=primes&limit=5000000&models=threads", 4),
    primes("free-threads", "s=primes&limit=5000000&models=free-threads", 4),
    Place { link: SLEEPER, scenario: "gil-switch", model: "threads", latest: 800, workers: 3, value: "5 ms" },
];

/// Runs them all.
pub async fn any_moment(page: &Page) -> Outcome {
    let count = number("FAULTS").unwrap_or(FEW).clamp(1, 200);
    let seed = number("FAULT_SEED").unwrap_or(7);
    let mut rng = Rng::new(seed.into(), 0);
    let faults: Vec<_> = (0..count as usize)
        .map(|i| {
            let (place, (harm, words)) = (&PLACES[i % PLACES.len()], HARMS[i % HARMS.len()]);
            // Nobody waits for what the manager says last: that it got lost changes nothing and is never noticed.
            let first = u32::from(harm == "lose" && place.scenario == "manager");
            let (after, worker) = (rng.below(place.latest + 1), first + rng.below(place.workers - first));
            (place, words, format!("{harm}.{after}.{worker}"))
        })
        .collect();
    let list: Vec<_> = faults.iter().map(|(_, _, fault)| format!("{fault},none")).collect();
    page.open(&format!("fault={}", list.join(",")), "v=1&s=primes").await?;
    let (mut named, mut workers, mut memory) = (BTreeMap::<&str, u32>::new(), BTreeMap::new(), Vec::new());
    for (i, (place, words, fault)) in faults.iter().enumerate() {
        let what = |trouble: Trouble| Trouble::Failed(format!("fault {i}, {fault} in {}: {trouble}", place.link));
        *named.entry(strike(page, place, words).await.map_err(what)?).or_default() += 1;
        let again = i >= PLACES.len() || i + PLACES.len() < faults.len();
        if !again {
            continue; // nothing to compare it with
        }
        // As many workers as after the first fault in this place: none of the broken engines is left.
        let wanted = workers.get(place.link).copied();
        let Some(census) = settled(page, wanted).await.map_err(what)? else { continue };
        let least = workers.get(place.link).map_or(census.workers, |w: &usize| census.workers.min(*w));
        workers.insert(place.link, least);
        memory.push(census.mib);
    }
    let quarter = (memory.len() / 4).max(1);
    let median = |part: &[u64]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        part.get(part.len() / 2).copied().unwrap_or(0)
    };
    let (first, last) =
        (median(&memory[..quarter.min(memory.len())]), median(&memory[memory.len().saturating_sub(quarter)..]));
    ensure!(last <= first + MORE, "memory grew from {first} to {last} MiB: {memory:?}");
    let named: Vec<_> = named.into_iter().map(|(words, times)| format!("{times} × {words}")).collect();
    let counts: Vec<_> = workers.values().map(usize::to_string).collect();
    Ok(format!("{count} faults: {}; workers {}; {first} → {last} MiB", named.join(", "), counts.join(" ")))
}

/// One fault and the run after it; by which words it was named.
async fn strike<'a>(page: &Page, place: &Place, words: &[&'a str]) -> Result<&'a str, Trouble> {
    choose(page, place).await?;
    let state = page.run_to_end().await?;
    ensure!(state == "failed", "the run ended as {state}: {}", page.situation().await?);
    let named = page.wait("the failure", "return document.querySelector('#failure')?.textContent.trim()").await?;
    let text = named.as_str().unwrap_or_default().to_lowercase();
    let Some(word) = words.iter().find(|word| text.contains(**word)) else {
        return Err(Trouble::Failed(format!("it was named {named}")));
    };
    // A worker that dies may tell the page on its way; only what follows must be clean.
    page.js("e2e.errors = []", json!([])).await?;
    let cells = page.run().await?;
    all_give(&cells, place.value)?;
    Ok(word)
}

/// Sets the form by the address, without loading anything anew.
async fn choose(page: &Page, place: &Place) -> Result<(), Trouble> {
    page.js("location.hash = arguments[0]", json!([format!("v=1&{}&repeats=1", place.link)])).await?;
    let chosen = "return location.hash.includes(`s=${arguments[0]}`)
        && document.querySelector('.side a.on')?.dataset.scenario === arguments[0]
        && [...document.querySelectorAll('[data-model][aria-pressed=\"true\"]')].map((e) => e.dataset.model).join() === arguments[1]";
    let (scenario, model) = (place.scenario, place.model);
    page.wait_for("the form", chosen, json!([scenario, model]), GONE).await.map(|_| ())
}

/// How long a number of workers must not be exceeded before it counts: ended ones take a moment to be gone, and so do those
/// that replace them to come.
const STEADY: Duration = Duration::from_secs(2);

/// What the browser uses once it has no more workers than `wanted`.
async fn settled(page: &Page, wanted: Option<usize>) -> Result<Option<Census>, Trouble> {
    let start = std::time::Instant::now();
    // The most seen since it was last too many.
    let mut most: Option<(std::time::Instant, usize)> = None;
    loop {
        let Some(mut seen) = census(page.program) else { return Ok(None) };
        let settled = match wanted {
            Some(wanted) => seen.workers == wanted,
            None => start.elapsed() > STEADY,
        };
        if settled {
            return Ok(Some(seen));
        }
        if wanted.is_none_or(|wanted| seen.workers > wanted) {
            most = None;
        } else {
            let (since, number) = most.unwrap_or((std::time::Instant::now(), 0));
            seen.workers = seen.workers.max(number);
            most = Some((since, seen.workers));
            if since.elapsed() > STEADY {
                return Ok(Some(seen));
            }
        }
        ensure!(start.elapsed() < GONE, "{} workers, not {wanted:?} as before", seen.workers);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

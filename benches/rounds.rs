//! The rounds: who is there, in which order they are asked, and what is printed and kept.

use crate::contender::{Bodies, Contender};
use crate::harness::Trouble;
use crate::harness::browser::Browser;
use crate::table::{Sample, Side, csv, row};
use std::process::Command;

/// Rounds when `ROUNDS` says nothing; nine give an interval of 96 %.
const ROUNDS: usize = 9;
/// Bodies of `bodies.rs` that threads can share.
const SHAREABLE: Bodies = &["primes", "decimal", "matrix", "sha256"];
/// Those of the event loop, which has one thread.
const LOOPS: Bodies = &["spawn", "switch", "sleepers"];
/// Two processes from nothing to both answers.
const START: Bodies = &["start"];
/// The time a wake-up takes beside a thread that spins, by the switch interval.
const GIL: Bodies = &["gil-5", "gil-1", "gil-half"];
const COMPUTED: Bodies = &["primes", "decimal", "matrix", "sha256", "spawn", "switch", "sleepers"];
/// What `plain.js` has.
const PLAIN: Bodies = &["primes", "matrix", "sha256", "spawn", "switch", "sleepers"];
const ALL: Bodies =
    &["primes", "decimal", "matrix", "sha256", "spawn", "switch", "sleepers", "start", "gil-5", "gil-1", "gil-half"];
/// Where `./dev bench` puts the native contender.
const NATIVE: &str = "target/release/bench-native";

/// Measures, prints the table, writes the raw figures.
///
/// # Errors
/// When a contender does not start, or two of them disagree about a result.
pub async fn run() -> Result<(), Trouble> {
    let rounds = std::env::var("ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS).max(1);
    let mut contenders = contenders().await?;
    let names: Vec<&str> = contenders.iter().map(|c| c.name.as_str()).collect();
    println!("{rounds} rounds, after one that is not counted: {}", names.join(", "));
    let mut samples = Vec::new();
    for round in 0..=rounds {
        // Every other round goes backwards, so that a drift of the machine favours nobody.
        if round > 0 {
            contenders.reverse();
        }
        for &body in ALL {
            for contender in contenders.iter_mut().filter(|c| c.bodies.contains(&body)) {
                // CPython takes half a minute for it, and no first time to get warm.
                if round == 0 && body == "matrix" && contender.name.starts_with("CPython") {
                    continue;
                }
                for &threads in contender.threads {
                    if threads > 1 && !SHAREABLE.contains(&body) {
                        continue;
                    }
                    let (time, check) = contender.ask(body, threads).await?;
                    let who = contender.name.clone();
                    samples.push(Sample { round, body, who, threads, time, check });
                }
            }
        }
    }
    for contender in contenders {
        contender.end().await?;
    }
    agree(&samples)?;
    samples.retain(|s| s.round > 0);
    print(&samples);
    std::fs::create_dir_all("bench-results")?;
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let file = format!("bench-results/{seconds}.csv");
    std::fs::write(&file, csv(&samples))?;
    println!("\nraw figures: {file}");
    Ok(())
}

/// Native twice (the pair A/A), each browser chosen twice and with plain JavaScript, and every CPython of `PYTHONS` there is, with uvloop where it has it.
async fn contenders() -> Result<Vec<Contender>, Trouble> {
    let mut all = Vec::new();
    for name in ["native", "native again"] {
        all.push(Contender::program(name, &mut Command::new(NATIVE), &[1, 2], COMPUTED)?);
    }
    for browser in Browser::chosen().into_iter().filter(|b| !matches!(b, Browser::Webkit { .. })) {
        all.push(Contender::browser(browser, false, ALL).await?);
        let mut again = Contender::browser(browser, false, ALL).await?;
        again.name += " again";
        again.threads = &[1];
        all.push(again);
        all.push(Contender::browser(browser, true, PLAIN).await?);
    }
    let pythons = std::env::var("PYTHONS").unwrap_or_else(|_| "python3.13 python3".to_owned());
    for python in pythons.split_whitespace() {
        let version = Command::new(python)
            .args(["-c", "import platform as p; print(p.python_implementation(), p.python_version())"])
            .output();
        let Some(version) = version.ok().filter(|v| v.status.success()) else {
            println!("  left out: {python}, which is not here");
            continue;
        };
        let name = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        if all.iter().all(|c: &Contender| c.name != name) {
            let mut add = |name: String, args: &[&str], bodies| -> Result<(), Trouble> {
                all.push(Contender::program(&name, Command::new(python).args(args), &[1], bodies)?);
                Ok(())
            };
            add(name.clone(), &["benches/reference.py"], COMPUTED)?;
            add(format!("{name}, switching"), &["benches/gil.py"], GIL)?;
            for method in ["spawn", "forkserver", "fork"] {
                add(format!("{name}, {method}"), &["benches/processes.py", method], START)?;
            }
            if Command::new(python).args(["-c", "import uvloop"]).output().is_ok_and(|o| o.status.success()) {
                add(format!("{name} with uvloop"), &["benches/reference.py", "uvloop"], LOOPS)?;
            } else {
                println!("  left out: uvloop, which {name} does not have");
            }
        }
    }
    Ok(all)
}

/// Every contender must have come to the same check.
fn agree(samples: &[Sample]) -> Result<(), Trouble> {
    for a in samples {
        if let Some(b) = samples.iter().find(|b| b.body == a.body && b.check != a.check) {
            let text = format!("{}: {} came to {}, {} to {}", a.body, a.who, a.check, b.who, b.check);
            return Err(Trouble::Failed(text));
        }
    }
    Ok(())
}

fn print(samples: &[Sample]) {
    println!(
        "\n  {:<8} {:<50} {:>7}   {:>7} … {:<7} {:>9} {:>9}",
        "body", "ratio of times", "median", "from", "to", "ms", "÷ ms"
    );
    let mut names: Vec<&str> = samples.iter().map(|s| s.who.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let again = |name: &str| name.ends_with(" again");
    for &body in ALL {
        let show = |title: String, over: Side, under: Side| {
            if let Some(row) = row(samples, body, &title, over, under) {
                println!("{row}");
            }
        };
        for &name in names.iter().filter(|n| !again(n)) {
            let wasm = name != "native" && !name.starts_with("CPython") && !name.starts_with("JavaScript");
            if wasm {
                show(format!("wasm in {name} ÷ native"), (name, 1), ("native", 1));
                show(format!("wasm in {name} ÷ JavaScript"), (name, 1), (&format!("JavaScript in {name}"), 1));
                for &python in names.iter().filter(|n| n.starts_with("CPython")) {
                    if GIL.contains(&body) {
                        show(format!("wake-ups: {name} ÷ {python}"), (python, 1), (name, 1)); // the reverse of times
                    } else {
                        show(format!("wasm in {name} ÷ {python}"), (name, 1), (python, 1));
                    }
                }
            }
            show(format!("{name}: one thread ÷ two (speed-up)"), (name, 1), (name, 2));
            show(format!("{name}: A ÷ A (noise)"), (&format!("{name} again"), 1), (name, 1));
        }
    }
}

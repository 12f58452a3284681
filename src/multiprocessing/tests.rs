//! Whole programs in virtual time.
#![allow(clippy::unwrap_used, clippy::panic)]

mod crews;
mod ends;
mod lives;
mod locks;
mod outside;
mod pools;

use super::virtual_time::{self, Ran};
use super::*;
use crate::kernels::Primes;
use crate::model::{MS, Mark, Model, Outcome, Plan, State, Values};

fn plan() -> Plan {
    let (scenario, variant) = ("test".to_owned(), String::new());
    Plan { scenario, values: Values::default(), model: Model::Processes, variant, seed: 1, repeat: 0 }
}

/// Sleeps for so many milliseconds, and returns how many.
const NAP: Target = Target {
    name: "nap",
    run: |cx, args| {
        Box::pin(async move {
            cx.sleep(args.value.int().unwrap_or_default() as u64 * MS).await;
            Ok(args.value)
        })
    },
};

const TARGETS: &[Target] = &[
    Target {
        name: "echo",
        run: |_, mut args| {
            Box::pin(async move {
                let end = args.end()?;
                loop {
                    match end.recv().await {
                        Ok(value) => end.send(&value)?,
                        Err(_) => return Ok(args.value),
                    }
                }
            })
        },
    },
    Target {
        name: "take",
        run: |cx, mut args| {
            Box::pin(async move {
                let (queue, results) = (Queue::at(&cx, args.end()?), Queue::at(&cx, args.end()?));
                loop {
                    match queue.get().await? {
                        Value::None => return Ok(Value::None),
                        value => {
                            cx.sleep(MS).await;
                            results.put(&Value::list([args.value.clone(), value])).await?;
                        }
                    }
                }
            })
        },
    },
    Target { name: "fail", run: |_, _| Box::pin(async { Err(Exception::new("ValueError", "no")) }) },
    Target {
        name: "compute",
        run: |cx, mut args| {
            Box::pin(async move {
                let kernel = Primes::kernel(&Primes::payload(2, 100_000))?;
                let result = cx.compute(kernel).await;
                args.end()?.send(&Value::Int(Primes::count(&result)? as i64))?;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "again",
        run: |cx, _| {
            Box::pin(async move {
                Process::new(&cx, "echo").start()?;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "client",
        run: |_, mut args| {
            Box::pin(async move {
                let end = args.end()?;
                let proxies = Proxies::over(&end);
                proxies.set(args.value.clone(), Value::Int(1)).await?;
                proxies.append(args.value).await?;
                Ok(Value::None)
            })
        },
    },
];

fn run(main: Main) -> Ran {
    let ran = virtual_time::run(Code { main, targets: TARGETS }, &plan());
    assert_eq!(ran, virtual_time::run(Code { main, targets: TARGETS }, &plan()), "always in the same way");
    ran
}

#[test]
fn a_pipe_carries_values_both_ways_and_ends_when_one_side_closes() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let (ours, theirs) = cx.pipe()?;
            let child = Process::new(&cx, "echo").give(theirs).start()?;
            for n in 0..3 {
                ours.send(&Value::Int(n))?;
            }
            for n in 0..3 {
                assert_eq!(ours.recv().await?, Value::Int(n));
            }
            ours.close();
            Ok(Outcome::new(child.join().await.to_string()).line(child.name()))
        })
    });
    assert_eq!(ran.result.unwrap().value, "0");
    assert_eq!(ran.trace.lanes[1].name, "Process-1");
    assert_eq!(ran.trace.marks(Mark::Sent).count(), 6);
    assert!(ran.trace.total(State::Starting) >= 30 * MS);
}

#[test]
fn a_queue_serves_whoever_asks_first_and_loses_nothing() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let (jobs, results) = (Queue::new(&cx, "jobs"), Queue::new(&cx, "results"));
            let mut children = Vec::new();
            for n in 0..2 {
                let child = Process::new(&cx, "take").args(Value::Int(n));
                children.push(child.give(jobs.share()?).give(results.share()?).start()?);
            }
            for n in 0..10 {
                jobs.put(&Value::Int(n)).await?;
            }
            let (mut got, mut by) = (Vec::new(), [0; 2]);
            for _ in 0..10 {
                let Value::List(pair) = results.get().await? else { panic!("no pair") };
                by[pair[0].int().unwrap() as usize] += 1;
                got.push(pair[1].int().unwrap());
            }
            got.sort_unstable();
            assert_eq!(got, (0..10).collect::<Vec<_>>());
            assert_eq!(by, [5, 5]);
            for child in children {
                jobs.put(&Value::None).await?;
                assert!(child.is_alive());
            }
            Ok(Outcome::new(jobs.qsize().await?.to_string()))
        })
    });
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    assert_eq!(ran.trace.objects, ["jobs", "results"]);
}

#[test]
fn exit_codes_tell_how_a_process_ended() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let bad = Process::new(&cx, "fail").start()?;
            let again = Process::new(&cx, "again").start()?;
            let unknown = Process::new(&cx, "nobody").start()?;
            let (ours, theirs) = cx.pipe()?;
            let endless = Process::new(&cx, "echo").give(theirs).start()?;
            assert_eq!((bad.exitcode(), bad.join().await), (None, 1));
            assert_eq!(bad.error().unwrap(), "ValueError: no");
            again.join().await;
            assert!(again.error().unwrap().starts_with("RuntimeError: An attempt has been made to start"));
            unknown.join().await;
            assert!(unknown.error().unwrap().starts_with("AttributeError: Can't get attribute 'nobody'"));
            endless.terminate();
            assert_eq!(endless.join().await, -15);
            assert_eq!(ours.recv().await.unwrap_err().kind, "EOFError");
            Ok(Outcome::default())
        })
    });
    assert!(ran.result.is_ok(), "{:?}", ran.result);
}

#[test]
fn what_cannot_be_pickled_is_refused_before_a_process_starts() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let refused = Process::of(&cx, Value::function("main.<locals>.work")).start().map(drop);
            assert_eq!(refused.unwrap_err().kind, "AttributeError");
            let refused = Process::new(&cx, "echo").args(Value::function("<lambda>")).start().map(drop);
            assert_eq!(refused.unwrap_err().kind, "PicklingError");
            Ok(Outcome::default())
        })
    });
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    assert_eq!(ran.trace.lanes.len(), 1);
}

#[test]
fn a_stock_makes_starts_quick_once() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            cx.stock(1).await?;
            let mut times = Vec::new();
            for _ in 0..2 {
                let began = cx.now();
                let (ours, theirs) = cx.pipe()?;
                Process::new(&cx, "compute").method(Method::ForkServer).give(theirs).start()?;
                assert_eq!(ours.recv().await?, Value::Int(9_592));
                times.push(cx.now() - began);
            }
            assert!(times[0] + 20 * MS < times[1], "{times:?}");
            Ok(Outcome::default())
        })
    });
    assert!(ran.result.is_ok(), "{:?}", ran.result);
}

#[test]
fn a_manager_owns_what_others_change() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let (manager, ends) = Manager::start(&cx, 3)?;
            let mut children = Vec::new();
            for (n, end) in (0..).zip(ends) {
                children.push(Process::new(&cx, "client").args(Value::Int(n)).give(end).start()?);
            }
            for child in &children {
                assert_eq!(child.join().await, 0);
            }
            let proxies = manager.proxies();
            assert_eq!(proxies.get(Value::Int(2)).await?, Value::Int(1));
            assert_eq!(proxies.get(Value::Int(9)).await.unwrap_err().to_string(), "KeyError: 9");
            assert_eq!(proxies.dict().await?.to_string(), "{0: 1, 1: 1, 2: 1}");
            assert_eq!(proxies.list().await?.to_string(), "[0, 1, 2]");
            Ok(Outcome::new(manager.shutdown().await?.to_string()))
        })
    });
    assert_eq!(ran.result.unwrap().value, "10");
}

#[test]
fn a_program_that_waits_for_nothing_ends() {
    let ran = run(|cx, _| {
        Box::pin(async move {
            let (ours, _theirs) = cx.pipe()?;
            ours.recv().await?;
            Ok(Outcome::default())
        })
    });
    assert_eq!(ran.result.unwrap_err().kind, "RuntimeError");
}

//! Ends of pipes that change hands, and what is heard of processes that have ended.

use super::*;
use crate::model::{SECOND, US};

const ENDS: &[Target] = &[
    Target {
        name: "say",
        run: |_, mut args| {
            Box::pin(async move {
                args.end()?.send(&args.value)?;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "say and stay",
        run: |cx, mut args| {
            Box::pin(async move {
                let end = args.end()?;
                end.send(&args.value)?;
                cx.sleep(1_000 * SECOND).await;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "send a block",
        run: |cx, mut args| {
            Box::pin(async move {
                let block = Block::new(&cx, 4, false)?;
                block.set(3, 7);
                args.end()?.send_block(block);
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "put",
        run: |cx, mut args| {
            Box::pin(async move {
                Queue::at(&cx, args.end()?).put(&Value::Int(1)).await?;
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "tell all",
        run: |_, mut args| {
            Box::pin(async move {
                let (from, to) = (args.end()?, args.end()?);
                if args.value != Value::None {
                    to.send(&Value::from(u32::from(from.recv_block().await?.get(3))))?;
                }
                loop {
                    match from.recv().await {
                        Ok(value) => to.send(&value)?,
                        Err(e) => return to.send(&Value::from(&*e.to_string())).map(|()| Value::None),
                    }
                }
            })
        },
    },
];

fn ended(main: Main) {
    let ran = virtual_time::run(Code { main, targets: ENDS }, &plan());
    assert!(ran.result.is_ok(), "{:?}", ran.result);
}

async fn next(end: &Connection) -> String {
    end.recv().await.map_or_else(|e| e.to_string(), |value| value.to_string())
}

#[test]
fn an_end_that_is_given_away_takes_along_what_lies_there() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            Process::new(&cx, "say").args(Value::Int(1)).give(a).start()?;
            cx.sleep(SECOND).await;
            assert!(b.poll()?);
            let (ours, theirs) = cx.pipe()?;
            Process::new(&cx, "tell all").give(b).give(theirs).start()?;
            assert_eq!([next(&ours).await, next(&ours).await], ["1", "'EOFError'"]);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn a_block_that_lies_there_goes_along() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            Process::new(&cx, "send a block").give(a).start()?;
            cx.sleep(SECOND).await;
            let (ours, theirs) = cx.pipe()?;
            Process::new(&cx, "tell all").args(Value::Int(1)).give(b).give(theirs).start()?;
            assert_eq!([next(&ours).await, next(&ours).await], ["7", "'EOFError'"]);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn what_comes_while_the_process_still_starts_follows_what_lay_there() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            let (ours, theirs) = cx.pipe()?;
            a.send(&Value::Int(1))?;
            cx.sleep(MS).await;
            Process::new(&cx, "tell all").give(b).give(theirs).start()?;
            a.send(&Value::Int(2))?;
            a.close();
            assert_eq!([next(&ours).await, next(&ours).await, next(&ours).await], ["1", "2", "'EOFError'"]);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn another_child_hears_the_last_letter_of_one_that_is_terminated_and_then_that_it_is_gone() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            let (ours, theirs) = cx.pipe()?;
            let child = Process::new(&cx, "say and stay").args(Value::Int(1)).give(a).start()?;
            Process::new(&cx, "tell all").give(b).give(theirs).start()?;
            cx.sleep(SECOND).await;
            child.terminate();
            assert_eq!([next(&ours).await, next(&ours).await], ["1", "'EOFError'"]);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn whoever_has_waited_for_the_end_of_a_process_has_heard_its_last_letter() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            let long = "a letter that takes longer than to say that the process has ended";
            let child = Process::new(&cx, "say").args(Value::from(long)).give(a).start()?;
            child.join().await;
            assert!(b.poll()?);
            assert_eq!([next(&b).await, next(&b).await], [&*format!("'{long}'"), "EOFError"]);
            let queue = Queue::new(&cx, "queue");
            let child = Process::new(&cx, "put").give(queue.share()?).start()?;
            child.join().await;
            assert_eq!(queue.get_within(0).await?, Value::Int(1));
            Ok(Outcome::default())
        })
    });
}

#[test]
fn a_process_that_was_terminated_is_gone_when_its_last_letter_was_heard() {
    ended(|cx, _| {
        Box::pin(async move {
            let (a, b) = cx.pipe()?;
            let child = Process::new(&cx, "say and stay").args(Value::Int(1)).give(a).start()?;
            cx.sleep(30 * MS + 10 * US).await;
            assert!(!b.poll()?, "the letter is on its way");
            child.terminate();
            child.join().await;
            assert!(b.poll()?);
            assert_eq!([next(&b).await, next(&b).await], ["1", "EOFError"]);
            Ok(Outcome::default())
        })
    });
}

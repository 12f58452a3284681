//! What a process asks of its host: answered to whoever asked, and waited for as something that will come.

use super::locks::Alone;
use super::*;
use crate::kernels::FileHash;
use std::rc::Rc;

const HASHES: &[Target] = &[Target {
    name: "hash",
    run: |cx, args| {
        Box::pin(async move {
            let digest = cx.digest(FileHash::content(args.value.int().unwrap_or_default() as usize)).await?;
            Ok(Value::from(&*FileHash::hex(&digest)))
        })
    },
}];

/// SHA-256 of one and of two bytes, 0 and 1, as hashlib gives it.
const KNOWN: [&str; 2] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2",
];

#[test]
fn every_process_gets_the_digest_that_it_asked_for() {
    let ran = virtual_time::run(
        Code {
            main: |cx, _| {
                Box::pin(async move {
                    let pool = Pool::start(&cx, PoolOrder::new(2))?;
                    let theirs = pool.map("hash", vec![Value::Int(1), Value::Int(2)], 1).await?;
                    let ours = FileHash::hex(&cx.digest(vec![0, 1]).await?);
                    assert_eq!(ours, KNOWN[1]);
                    let theirs: Vec<&str> = theirs.iter().filter_map(Value::text).collect();
                    Ok(Outcome::new(theirs.join(" ")))
                })
            },
            targets: HASHES,
        },
        &plan(),
    );
    assert_eq!(ran.result.unwrap().value, KNOWN.join(" "));
}

#[test]
fn whoever_waits_for_its_host_does_not_rest() {
    let mut body: Body<Vec<u8>> = Body::new(Rc::new(Alone::default()), 1, 1, |cx| {
        Box::pin(async move {
            let first = cx.digest(vec![1]).await;
            assert_eq!(first.unwrap_err().kind, "OSError");
            cx.digest(vec![2]).await
        })
    });
    let rests = |body: &Body<_>| body.rest(crate::model::Mails::new()).is_some();
    assert_eq!((body.turn(), rests(&body)), (Turn::Outside, false));
    body.hear(Event::Stock(1));
    assert_eq!((body.turn(), rests(&body)), (Turn::Outside, false), "that was no answer");
    body.hear(Event::Digested(Err(Exception::new("OSError", "it failed"))));
    assert_eq!((body.turn(), rests(&body)), (Turn::Outside, false), "it has asked again");
    body.hear(Event::Digested(Ok(vec![7])));
    assert!(rests(&body), "nothing is on its way from the host");
    assert_eq!(body.turn(), Turn::Finished(Ok(vec![7])));
}

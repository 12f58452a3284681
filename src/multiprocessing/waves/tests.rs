//! What follows from the answers of processes that rest.
#![allow(clippy::panic)]
use super::*;
use crate::model::MS;

const AT: Nanos = 100 * MS;

/// At its end 0, as much was sent and heard.
fn rest(turns: u64, sent: u64, heard: u64) -> Option<Rest> {
    rests(turns, &[(sent, heard)])
}

/// At its ends, in their order.
fn rests(turns: u64, mail: &[(u64, u64)]) -> Option<Rest> {
    Some(Rest { turns, mail: mails(mail), wants: "a message".to_owned(), holder: None })
}

fn mails(mail: &[(u64, u64)]) -> Mails {
    (0..).zip(mail).map(|(end, (sent, heard))| (end, Mail { sent: *sent, heard: *heard })).collect()
}

fn children(processes: impl IntoIterator<Item = u32>) -> BTreeMap<u32, String> {
    processes.into_iter().map(|process| (process, format!("Process-{process}"))).collect()
}

/// A pipe from each end of the main process to end 0 of one of the children.
fn pipes() -> Pipes {
    let mut pipes = Pipes::default();
    for end in 0..3 {
        pipes.made(end, 10 + end);
        pipes.gave(10 + end, Place { process: end + 1, end: 0 });
    }
    pipes
}

/// One wave: what the children answer, and what follows.
fn wave(waves: &mut Waves, now: Nanos, main: Option<Rest>, answers: &[Option<Rest>]) -> Option<Failure> {
    let answers: Vec<_> = (1..).zip(answers.iter().cloned()).collect();
    wave_of(waves, now, main, &answers, &pipes())
}

fn wave_of(
    waves: &mut Waves,
    now: Nanos,
    main: Option<Rest>,
    answers: &[(u32, Option<Rest>)],
    pipes: &Pipes,
) -> Option<Failure> {
    for (process, rest) in answers {
        waves.answer(waves.number(), *process, rest.clone());
    }
    waves.look(now, main, &children(answers.iter().map(|(process, _)| *process)), pipes)
}

/// What follows from two waves alike, and then from patience.
fn ends(waves: &mut Waves, main: Option<Rest>, answers: &[(u32, Option<Rest>)], pipes: &Pipes) -> &'static str {
    for at in [0, 1, 2, 3, 4, MISSED] {
        match wave_of(waves, at, main.clone(), answers, pipes) {
            None => {}
            Some(Failure::Deadlock(_)) if at == 1 => return "deadlock",
            Some(Failure::Deadlock(_)) => return "deadlock, with patience",
            Some(Failure::Lost { .. }) if at == MISSED => return "lost",
            found => panic!("{found:?} at {at}"),
        }
    }
    panic!("nothing follows")
}

#[test]
fn two_waves_alike_are_a_deadlock_and_name_everybody() {
    let (mut waves, answers) = (Waves::default(), [rest(3, 2, 1), rest(4, 0, 0)]);
    assert_eq!(wave(&mut waves, AT, rests(9, &[(1, 2), (0, 0)]), &answers), None);
    let found = wave(&mut waves, 2 * AT, rests(9, &[(1, 2), (0, 0)]), &answers);
    let Some(Failure::Deadlock(deadlock)) = found else { panic!("{found:?}") };
    assert_eq!(deadlock.at, 2 * AT);
    assert_eq!(
        deadlock.to_string(),
        "MainProcess waits for a message. Process-1 waits for a message. Process-2 waits for a message."
    );
}

#[test]
fn whoever_had_a_turn_or_does_not_rest_is_asked_again() {
    let mut waves = Waves::default();
    assert_eq!(wave(&mut waves, AT, rest(1, 0, 0), &[rest(1, 0, 0)]), None);
    assert_eq!(wave(&mut waves, 2 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]), None, "it had a turn");
    assert_eq!(wave(&mut waves, 3 * AT, None, &[rest(2, 0, 0)]), None, "the main process computes");
    assert_eq!(wave(&mut waves, 4 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]), None, "the first wave again");
    assert!(wave(&mut waves, 5 * AT, rest(1, 0, 0), &[rest(2, 0, 0)]).is_some());
}

#[test]
fn a_wave_is_over_when_all_have_answered_its_own_question() {
    let mut waves = Waves::default();
    let (both, pipes) = (children([1, 2]), pipes());
    let first = waves.number();
    waves.answer(first, 1, rest(1, 0, 0));
    assert_eq!(waves.look(AT, rest(1, 0, 0), &both, &pipes), None);
    waves.answer(first, 2, rest(1, 0, 0));
    assert_eq!(waves.look(AT, rest(1, 0, 0), &both, &pipes), None);
    // A late answer to the first question is none to the second.
    waves.answer(first, 1, rest(1, 0, 0));
    waves.answer(waves.number(), 2, rest(1, 0, 0));
    assert_eq!(waves.look(2 * AT, rest(1, 0, 0), &both, &pipes), None);
    waves.answer(waves.number(), 1, rest(1, 0, 0));
    assert!(waves.look(2 * AT, rest(1, 0, 0), &both, &pipes).is_some());
}

#[test]
fn what_is_on_its_way_is_waited_for_and_then_missed() {
    let mut waves = Waves::default();
    for at in [0, 2 * MISSED, 3 * MISSED, 4 * MISSED, 5 * MISSED] {
        assert_eq!(wave(&mut waves, at, rest(1, 5, 4), &[rest(1, 0, 0)]), None, "after a sleep");
    }
    assert!(wave(&mut waves, 6 * MISSED, rest(1, 5, 4), &[rest(1, 0, 0)]).is_some());
    let mut waves = Waves::default();
    for at in [0, 1, 2, 3, MISSED - 1] {
        assert_eq!(wave(&mut waves, at, rest(1, 5, 4), &[rest(1, 0, 0)]), None, "too soon");
    }
    assert_eq!(
        wave(&mut waves, MISSED, rest(1, 5, 4), &[rest(1, 0, 0)]),
        Some(Failure::Lost { lane: "a pipe".to_owned() })
    );
}

#[test]
fn what_was_sent_counts_by_end() {
    // What main has of the first child is not what it misses from the second.
    let answers = [(1, rest(1, 2, 0)), (2, rest(1, 1, 0))];
    let heard = |first, second| rests(7, &[(0, first), (0, second)]);
    assert_eq!(ends(&mut Waves::default(), heard(2, 1), &answers, &pipes()), "deadlock");
    assert_eq!(ends(&mut Waves::default(), heard(3, 0), &answers, &pipes()), "lost");
}

#[test]
fn what_a_process_sent_before_it_ended_is_waited_for_and_what_it_never_heard_is_not() {
    // It heard a task, and sent the result and that it closes.
    let gone = |heard| {
        let mut waves = Waves::default();
        waves.gone(1, "Process-1".to_owned(), Some(mails(&[(2, heard)])));
        waves
    };
    assert_eq!(ends(&mut gone(1), rest(7, 1, 2), &[], &pipes()), "deadlock");
    assert_eq!(ends(&mut gone(1), rest(7, 1, 1), &[], &pipes()), "lost", "that it closes did not come");
    // The main process has closed its end when nobody listened at the other.
    assert_eq!(ends(&mut gone(1), rest(7, 2, 2), &[], &pipes()), "deadlock");
}

#[test]
fn two_that_ended_without_hearing_each_other_are_not_waited_for() {
    let mut pipes = pipes();
    pipes.made(3, 13);
    pipes.gave(3, Place { process: 1, end: 1 });
    pipes.gave(13, Place { process: 2, end: 1 });
    let mut waves = Waves::default();
    waves.gone(1, "Process-1".to_owned(), Some(mails(&[(1, 0), (4, 1)])));
    let main = rests(7, &[(0, 1), (0, 0), (0, 0)]);
    let second = (2, rests(3, &[(0, 0), (2, 3)]));
    assert_eq!(ends(&mut waves, main.clone(), &[second], &pipes), "lost", "one of them has not ended");
    waves.gone(2, "Process-2".to_owned(), Some(mails(&[(1, 0), (2, 3)])));
    let main = rests(8, &[(0, 1), (0, 1), (0, 0)]);
    assert_eq!(ends(&mut waves, main, &[(3, rest(1, 0, 0))], &pipes), "deadlock");
}

#[test]
fn a_child_may_have_pipes_of_its_own() {
    let child = |heard| (1, rests(3, &[(0, 0), (2, 0), (0, heard)]));
    assert_eq!(ends(&mut Waves::default(), rest(7, 0, 0), &[child(2)], &pipes()), "deadlock");
    assert_eq!(ends(&mut Waves::default(), rest(7, 0, 0), &[child(1)], &pipes()), "lost");
}

#[test]
fn of_one_that_was_ended_from_outside_nobody_knows_and_patience_decides() {
    let mut waves = Waves::default();
    waves.gone(1, "Process-1".to_owned(), None);
    assert_eq!(ends(&mut waves, rest(7, 4, 4), &[], &pipes()), "deadlock, with patience");
    let main = rests(7, &[(4, 4), (0, 0)]);
    assert_eq!(ends(&mut waves, main, &[(2, rest(1, 1, 0))], &pipes()), "lost", "another one's letter");
}

//! What a reader expects before a run: a time for each model and variant, or only their order; and how far off that was.

use super::spec::Model;
use super::time::{Nanos, US};
use super::units;

/// A ratio of medians up to which nobody is called faster than the other.
const ALIKE: f64 = 1.05;

/// Times between 1 and 10 that the slider stops at, in tenths: about the same factor apart.
const STOPS: [u64; 20] = [10, 11, 12, 14, 16, 18, 20, 22, 25, 28, 32, 35, 40, 45, 50, 56, 63, 71, 80, 90];

/// What the reader expects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guess {
    times: Vec<(Model, String, u32)>,
    order: Vec<(Model, String)>,
}

impl Guess {
    /// The last step of a slider: 0 stands for 1 ms, this one for 100 s.
    pub const LAST: u32 = 100;
    /// Where a slider stands before it is touched.
    pub const START: u32 = 60;

    /// The time a step of the slider stands for.
    pub fn time(step: u32) -> Nanos {
        let step = step.min(Self::LAST) as usize;
        STOPS[step % STOPS.len()] * 100 * US * 10_u64.pow((step / STOPS.len()) as u32)
    }

    /// Whether nothing is guessed.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty() && self.order.is_empty()
    }

    /// Guesses a time: the step a slider was put to.
    pub fn put(&mut self, model: Model, variant: &str, step: u32) {
        self.times.retain(|(m, v, _)| (*m, v.as_str()) != (model, variant));
        self.times.push((model, variant.to_owned(), step));
    }

    /// The step guessed.
    pub fn step(&self, model: Model, variant: &str) -> Option<u32> {
        self.times.iter().find(|(m, v, _)| (*m, v.as_str()) == (model, variant)).map(|(.., step)| *step)
    }

    /// Makes it the next in the order, fastest first; takes it out when it was in it.
    pub fn pick(&mut self, model: Model, variant: &str) {
        match self.place(model, variant) {
            Some(place) => drop(self.order.remove(place)),
            None => self.order.push((model, variant.to_owned())),
        }
    }

    /// Its place in the order, from 0.
    pub fn place(&self, model: Model, variant: &str) -> Option<usize> {
        self.order.iter().position(|(m, v)| (*m, v.as_str()) == (model, variant))
    }

    /// Whether the order was right, as far as it was measured; who takes about as long as the next may stand before or after
    /// it. `None` with fewer than two to compare.
    pub fn in_order(&self, median: impl Fn(Model, &str) -> Option<f64>) -> Option<bool> {
        let times: Vec<f64> = self.order.iter().filter_map(|(m, v)| median(*m, v)).collect();
        (times.len() > 1).then(|| times.windows(2).all(|two| two[0] <= two[1] * ALIKE))
    }
}

/// A guess beside what was measured: "you guessed 2.00 s, it took 1.00 s: half".
pub fn compared(guess: Nanos, took: Nanos) -> String {
    let ratio = took as f64 / guess.max(1) as f64;
    let how = match ratio {
        r if (0.9..=1.1).contains(&r) => "about right".to_owned(),
        r if (0.45..=0.55).contains(&r) => "half".to_owned(),
        r if (1.8..=2.2).contains(&r) => "twice as long".to_owned(),
        r => format!("{} of it", units::times(r)),
    };
    format!("you guessed {}, it took {}: {how}", units::time(guess), units::time(took))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MS, SECOND};

    #[test]
    fn steps_ascend_from_a_millisecond_to_a_hundred_seconds() {
        assert_eq!(Guess::time(0), MS);
        assert_eq!(Guess::time(Guess::START), SECOND);
        assert_eq!(Guess::time(Guess::LAST), 100 * SECOND);
        assert_eq!(Guess::time(u32::MAX), 100 * SECOND);
        for step in 0..Guess::LAST {
            let ratio = Guess::time(step + 1) as f64 / Guess::time(step) as f64;
            assert!((1.05..1.2).contains(&ratio), "{step}: {ratio}");
        }
    }

    #[test]
    fn a_guess_is_set_beside_what_it_took() {
        assert_eq!(compared(2 * SECOND, SECOND), "you guessed 2.00 s, it took 1.00 s: half");
        assert_eq!(compared(SECOND, 2 * SECOND), "you guessed 1.00 s, it took 2.00 s: twice as long");
        assert_eq!(compared(SECOND, 1_050 * MS), "you guessed 1.00 s, it took 1.05 s: about right");
        assert_eq!(compared(SECOND, 300 * MS), "you guessed 1.00 s, it took 300 ms: 0.30× of it");
        assert!(compared(0, SECOND).contains("of it"), "no guess of 0 divides by it");
    }

    #[test]
    fn the_last_word_counts_and_a_second_pick_takes_it_back() {
        let mut guess = Guess::default();
        assert!(guess.is_empty());
        guess.put(Model::Asyncio, "a", 40);
        guess.put(Model::Asyncio, "a", 60);
        guess.put(Model::Asyncio, "b", 20);
        assert_eq!((guess.step(Model::Asyncio, "a"), guess.step(Model::Asyncio, "b")), (Some(60), Some(20)));
        assert_eq!(guess.step(Model::Threads, "a"), None);
        guess.pick(Model::Threads, "");
        guess.pick(Model::Processes, "");
        guess.pick(Model::Threads, "");
        assert_eq!((guess.place(Model::Processes, ""), guess.place(Model::Threads, "")), (Some(0), None));
    }

    #[test]
    fn an_order_is_judged_by_what_was_measured() {
        let mut guess = Guess::default();
        [Model::Processes, Model::Asyncio, Model::Sequential].into_iter().for_each(|model| guess.pick(model, ""));
        let took = |model: Model, _: &str| match model {
            Model::Processes => Some(103.0),
            Model::Asyncio => Some(100.0),
            Model::Sequential => Some(500.0),
            _ => None,
        };
        assert_eq!(guess.in_order(took), Some(true), "3 % is no difference");
        assert_eq!(guess.in_order(|m, v| took(m, v).map(|t| -t)), Some(false));
        assert_eq!(guess.in_order(|m, v| took(m, v).filter(|_| m == Model::Asyncio)), None);
    }
}

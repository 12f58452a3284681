//! Asks the guest for words: what a run that has ended tells, and what measurements say.

use super::Runner;
use crate::model::{Answer, Question};
use wasm_bindgen_futures::spawn_local;

impl Runner {
    /// The guest's answer; an empty one when there is no guest.
    pub fn read(&self, question: &Question) -> Answer {
        let guest = self.0.guest.borrow().clone();
        let answer = guest.map(|guest| guest.read(question));
        match answer {
            Some(Ok(answer)) => answer,
            Some(Err(failure)) => {
                self.0.broke_reading(failure);
                Answer::default()
            }
            None => Answer::default(),
        }
    }

    /// Asks a guest that is fetched when there is none (one that broke is gone, and its run is looked at all the same), and calls
    /// `then` with the answer.
    pub fn look(&self, question: Question, then: impl FnOnce(Answer) + 'static) {
        let runner = self.clone();
        spawn_local(async move {
            if runner.0.guest().await.is_ok() {
                then(runner.read(&question));
            }
        });
    }
}

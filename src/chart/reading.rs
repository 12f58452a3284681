//! What is asked of a trace that has ended, answered in words and tables.

use super::{Levels, cursor, heart, holds, iterations, story, table, wait_words};
use crate::model::reading::ROWS;
use crate::model::{Answer, Nanos, Question, Trace, units};

/// A trace that is looked at, with its story.
pub struct Told {
    trace: Trace,
    story: Vec<(Nanos, String)>,
}

impl Told {
    /// Looks at a trace.
    pub fn of(trace: Trace) -> Self {
        Self { story: story::story(&trace), trace }
    }

    /// The moments of its story, each once: what the cursor steps along.
    pub fn events(&self) -> Answer {
        let mut moments: Vec<Nanos> = self.story.iter().map(|(at, _)| *at).collect();
        moments.dedup();
        Answer { moments, ..Answer::default() }
    }

    /// The answer to a question about it; what is not about a trace has none.
    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Of(_) | Question::Curve(_) => Answer::default(),
            Question::Turns => turns(&self.trace),
            Question::Story => self.told(),
            Question::Table => {
                let rows = table::table(&self.trace, ROWS).into_iter().map(Vec::from).collect();
                Answer { rows, ..Answer::default() }
            }
            Question::Moment(at) => self.moment(*at),
        }
    }

    fn told(&self) -> Answer {
        let told = self.story.get(..ROWS).unwrap_or(&self.story);
        let rows = told.iter().map(|(at, words)| vec![units::time(*at), words.clone()]).collect();
        Answer { moments: told.iter().map(|(at, _)| *at).collect(), rows }
    }

    fn moment(&self, at: Option<Nanos>) -> Answer {
        let trace = &self.trace;
        let happened = at.and_then(|at| story::happened(&self.story, at)).map(|(moment, mut words)| {
            words.insert(0, units::time(moment));
            words
        });
        let lanes = at.map(|at| cursor::at_cursor(trace, at)).unwrap_or_default();
        let beat = heart::heartbeat(trace).map(|beat| format!("{beat} {}", Levels::of(trace).words()));
        let below = beat.or_else(|| wait_words::who_waits(trace, at));
        let mut rows = vec![happened.unwrap_or_default(), lanes, below.into_iter().collect()];
        if let Some(at) = at {
            let iteration = iterations::iterations_at(trace, at).map(|words| vec!["Iteration".to_owned(), words]);
            // Without a loop there is nothing that it could hold.
            let held = holds::holds(trace, at).into_iter().map(|(term, what)| vec![term.to_owned(), what]);
            rows.extend(iteration.into_iter().chain(held));
        }
        Answer { rows, ..Answer::default() }
    }
}

fn turns(trace: &Trace) -> Answer {
    let mut all = iterations::iterations(trace);
    let mut moments: Vec<Nanos> = all.iter().map(|i| i.at).collect();
    moments.sort_unstable();
    moments.dedup();
    all.truncate(ROWS);
    Answer { moments, rows: all.iter().map(|i| vec![i.number.to_string(), units::time(i.at), i.words()]).collect() }
}

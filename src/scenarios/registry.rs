//! The registry: every scenario, put together from the lists of the chapters.

use super::{Scenario, processes, threads, together, waiting};

/// Declares the scenarios of a chapter, in the order the page lists them: a new one adds its name, and nothing else anywhere.
macro_rules! lessons {
    ($($name:ident),+ $(,)?) => {
        $(pub mod $name;)+

        /// The scenarios of this chapter, in the order the page lists them.
        pub static LESSONS: &[&crate::scenarios::Scenario] = &[$(&$name::SCENARIO),+];

        /// How many there are.
        pub const COUNT: usize = [$(stringify!($name)),+].len();
    };
}

static CHAPTERS: [&[&Scenario]; 4] = [waiting::LESSONS, threads::LESSONS, processes::LESSONS, together::LESSONS];

static ALL: [&Scenario; count()] = all();

/// Every scenario, in the order the page lists them.
pub static REGISTRY: &[&Scenario] = &ALL;

const fn count() -> usize {
    waiting::COUNT + threads::COUNT + processes::COUNT + together::COUNT
}

const fn all() -> [&'static Scenario; count()] {
    let mut all = [CHAPTERS[0][0]; count()];
    let (mut chapter, mut place) = (0, 0);
    while chapter < CHAPTERS.len() {
        let mut lesson = 0;
        while lesson < CHAPTERS[chapter].len() {
            all[place] = CHAPTERS[chapter][lesson];
            place += 1;
            lesson += 1;
        }
        chapter += 1;
    }
    all
}

/// The scenario with this id (ids in links are matched without regard to case).
pub fn find(id: &str) -> Option<&'static Scenario> {
    REGISTRY.iter().copied().find(|s| s.id.eq_ignore_ascii_case(id))
}

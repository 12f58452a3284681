//! What must hold in every browser; each check opens the page afresh.

mod accessible;
mod any_moment;
mod attacks;
mod browser;
mod chapters;
#[path = "../../links/attacks.rs"]
mod corpus;
mod deadlocks;
mod embed;
mod faults;
mod frames;
mod guide;
mod hosts;
mod lessons;
mod links;
mod loops;
mod policy;
mod reading;
mod recorded;
mod saving;
mod shared;
mod sharing;
mod stills;
mod stop;
mod views;
mod worker;

use crate::harness::Check;
use crate::harness::Needs::{Anything, NoSharedMemory, Once, OwnHosts, SharedMemory};

/// A row of the table: name, where it runs, what it does.
macro_rules! checks {
    ($($name:literal, $needs:expr, $run:path;)+) => {
        &[$(Check { name: $name, needs: $needs, run: |page| Box::pin($run(page)) }),+]
    };
}

/// Every check, in the order they run.
pub const ALL: &[Check] = checks! {
    "every scenario opens", Anything, lessons::every_scenario_opens;
    "every lesson of the loop", Anything, chapters::waiting;
    "every lesson of threads", Anything, chapters::threads;
    "every lesson of processes", Anything, chapters::processes;
    "every lesson of models together", Anything, chapters::together;
    "a signal by hand", Anything, loops::signal;
    "prices", Anything, lessons::prices;
    "fallback", Anything, lessons::fallback;
    "hashing", Anything, lessons::hashing;
    "datasets", Anything, lessons::datasets;
    "http", Anything, browser::http;
    "files", Anything, browser::files;
    "database", Anything, browser::database;
    "stopped files and database", Anything, browser::stopped;
    "refused", Anything, browser::refused;
    "faster loop", Anything, browser::faster_loop;
    "primes in every model", Anything, lessons::primes;
    "race loses", SharedMemory, lessons::race_loses;
    "race fixed", SharedMemory, lessons::race_fixed;
    "deadlocks every time", SharedMemory, deadlocks::every_time;
    "threads say why not", NoSharedMemory, shared::threads_say_why_not;
    "recorded run shown", NoSharedMemory, recorded::shown;
    "recorded run replaced", NoSharedMemory, recorded::replaced;
    "recorded run refused", NoSharedMemory, recorded::refused;
    "recorded run in a frame", NoSharedMemory, recorded::embedded;
    "threads are offered", SharedMemory, shared::threads_are_offered;
    "address follows the form", Anything, links::address_follows;
    "a link reloads", Anything, links::reloads;
    "hostile links", Anything, links::hostile;
    "ten thousand keys", Anything, links::ten_thousand_keys;
    "stop processes", Anything, stop::processes;
    "stop threads", SharedMemory, stop::threads;
    "stop the loop", Anything, stop::event_loop;
    "pages that were left", SharedMemory, stop::left;
    "iterations are told", Anything, views::iterations;
    "a deadlock is drawn", SharedMemory, views::deadlock;
    "lost updates are counted", Anything, views::losses;
    "accessible in every state", Anything, accessible::axe::states;
    "accessible in every run", Once, accessible::axe::runs;
    "accessible on every page", Once, accessible::axe::pages;
    "by keyboard, every stop", Once, accessible::keyboard::walk;
    "by keyboard, every page", Once, accessible::keyboard::walk_others;
    "by keyboard, every function", Once, accessible::deeds::by_keys;
    "a phone loses nothing", Anything, accessible::room::on_a_phone;
    "200 % zoom loses nothing", Anything, accessible::room::zoomed;
    "less motion", Once, accessible::room::still;
    "a run in words", Once, accessible::words::story;
    "attacks by query", Once, attacks::by_query;
    "attacks by hash", Once, attacks::by_hash;
    "attacks by hash, the others", Once, attacks::by_hash_too;
    "attacks one after another", Once, attacks::one_after_another;
    "attacks by message", Anything, attacks::by_message;
    "a guess first", Anything, reading::guess;
    "no guess is asked for", Anything, reading::no_guess;
    "steps say what happened", Anything, reading::steps;
    "play to the end", Anything, reading::play;
    "the run before as a ghost", Anything, reading::before;
    "speed-up by workers", Anything, reading::sweep;
    "no speed-up to measure", Anything, reading::no_sweep;
    "a hidden page is explained", Anything, views::hidden;
    "a broken page says so", Anything, faults::broken_page;
    "panic in a process", Anything, faults::panic_in_process;
    "panic in a child", Anything, faults::panic_in_child;
    "panic in a thread", SharedMemory, faults::panic_in_thread;
    "memory in a process", Anything, faults::memory_in_process;
    "memory in a child", Anything, faults::memory_in_child;
    "memory in a thread", SharedMemory, faults::memory_in_thread;
    "embed speaks", Anything, embed::speaks;
    "embed obeys", Anything, embed::obeys;
    "policy forbids", Anything, policy::forbids;
    "hosts: top level", OwnHosts, hosts::top_level;
    "hosts: cross-site frame", OwnHosts, hosts::cross_site;
    "hosts: sandboxed frame", OwnHosts, hosts::sandboxed;
    "hosts: storage blocked", OwnHosts, hosts::blocked;
    "hosts: isolated parent", OwnHosts, hosts::isolated_parent;
    "hosts: two frames", OwnHosts, hosts::two_frames;
    "worker: offline", OwnHosts, worker::offline;
    "worker: a new build", OwnHosts, worker::update;
    "worker: coi=0", OwnHosts, worker::opt_out;
    "worker: when to load again", OwnHosts, worker::reloads;
    "guide opens", Anything, guide::every_page;
    "guide runs in place", Anything, guide::runs_in_place;
    "guide checks an exercise", Anything, guide::exercise;
    "guide walks its tree", Anything, guide::tree;
    "share choices", Anything, sharing::choices;
    "share by keyboard", Anything, sharing::keyboard;
    "share copies", Anything, sharing::copies;
    "share long links", Anything, sharing::long;
    "share preview", Anything, sharing::preview;
    "share pasted", Anything, sharing::pasted;
    "save files", Anything, saving::files;
    "save what is shown", Anything, saving::shown;
    "save in a frame", Anything, saving::framed;
    "embed shows a picture first", Anything, stills::light;
    "embed goes live", Anything, stills::live;
    "embed does what its link asks", Anything, stills::asked;
    "embed in a sandbox", Anything, stills::sandboxed;
    "embed script makes two frames", Anything, stills::two;
    "a scenario's own page", Anything, stills::own_page;
    "frame gaps", SharedMemory, frames::gaps;
    "frame gaps of many tasks", SharedMemory, frames::many_tasks;
    // Last: WebKit cannot interrupt a loop in wasm, so what hangs there keeps a core until the browser ends.
    "hang in a process", Anything, faults::hang_in_process;
    "hang in a child", Anything, faults::hang_in_child;
    "hang in a thread", SharedMemory, faults::hang_in_thread;
    "faults at any moment", SharedMemory, any_moment::any_moment;
};

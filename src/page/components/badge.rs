//! What is possible here: cores, shared memory, and why not.

use crate::model::Machine;
use yew::prelude::*;

/// Why threads cannot run here and what would help; `None` when they can.
pub fn obstacle(machine: &Machine, embedded: bool) -> Option<&'static str> {
    if machine.shared_memory {
        return None;
    }
    Some(match (machine.isolated, embedded) {
        _ if machine.cores == 0 => {
            "Threads and processes cannot run: this frame is sandboxed, and may start no workers. The full page can."
        }
        (_, true) => {
            "Threads cannot run inside this frame, because it gets no shared memory. The full page may have it."
        }
        (true, _) => "Threads cannot run: this browser gives pages no shared memory. Chrome, Edge and Firefox do.",
        (false, _) => {
            "Threads cannot run: shared memory needs an isolated page. The server has to send COOP and COEP headers."
        }
    })
}

/// How many cores there are.
pub fn cores(machine: &Machine) -> String {
    match machine.cores {
        0 => "no workers".to_owned(),
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    }
}

/// The badge; `embedded` when the full page may do more.
pub fn badge(m: &Machine, embedded: bool) -> Html {
    let cores = cores(m);
    let text = match obstacle(m, embedded) {
        None => format!("Real threads and processes on {cores}, with shared memory."),
        Some(why) if m.cores == 0 => format!("Event loop only. {why}"),
        Some(why) => format!("{cores}. Event loop and processes run. {why}"),
    };
    html! {
        <p class="badge" id="badge" data-shared={m.shared_memory.to_string()} data-isolated={m.isolated.to_string()}>
            <span class="dot" aria-hidden="true" />{text}
        </p>
    }
}

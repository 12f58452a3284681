//! A failure as a plain sentence, with what to do about it.

use crate::model::Failure;
use yew::prelude::*;

fn advice(failure: &Failure) -> &'static str {
    match failure {
        Failure::Raised { .. } => "The program itself raised this. Change the parameters and run it again.",
        Failure::Panicked { .. } => "Its worker was thrown away, with its memory. The next run starts with a new one.",
        Failure::OutOfMemory => "Choose smaller values. The next run starts with fresh memory.",
        Failure::Hung { .. } | Failure::Lost { .. } => {
            "It was ended from outside. The next run starts with a new worker."
        }
        Failure::NoSharedMemory => {
            "Choose another model, or look at a recorded run. The badge of this page says what would help."
        }
        Failure::Engine { .. } => "Check the connection and run again, or reload the page.",
        Failure::NotOffered => "Choose another model or variant for this scenario.",
        Failure::Deadlock(_) => "None of these could ever go on. The run was ended; the next one starts anew.",
        Failure::NoRecording => "Check the connection, or reload the page.",
        Failure::Garbled => "Reload the page: its parts may be of different versions.",
    }
}

/// The first letter as a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| std::iter::once(c.to_ascii_uppercase()).chain(chars).collect()).unwrap_or_default()
}

/// The box; `first` when nothing was measured before. What then lacked shared memory alone is said to www/boot.js, too.
pub fn failure_box(failure: &Failure, first: bool) -> Html {
    let lacked = first && *failure == Failure::NoSharedMemory;
    html! {
        <div class="failure" id="failure" role="alert" data-lacked={lacked.then_some("")}>
            <strong>{capital(&failure.to_string())}{"."}</strong>{" "}{advice(failure)}
        </div>
    }
}

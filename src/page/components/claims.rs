//! What must hold, and whether it did.

use super::rich::rich;
use crate::model::Claim;
use yew::prelude::*;

/// Mark and word: never told by colour alone.
fn verdict(ok: bool) -> Html {
    let path = if ok { "M3 8.5 6.5 12 13 4.5" } else { "M4 4 12 12 M12 4 4 12" };
    html! {
        <span class="verdict">
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d={path} /></svg>
            <span class="word">{if ok { "held" } else { "did not hold" }}</span>
        </span>
    }
}

/// The card; no claims until a run has ended.
pub fn claims_card(claims: Option<&[Claim]>, tag: Html, busy: bool) -> Html {
    let body = match claims {
        Some(claims) if !claims.is_empty() => html! {
            <ul class="claims">
                {for claims.iter().map(|c| html! {
                    <li class={if c.ok { "ok" } else { "bad" }} data-claim="" data-ok={c.ok.to_string()} data-timed={c.timed.to_string()}>
                        {verdict(c.ok)}
                        <span>{rich(&c.text)}
                            if !c.measured.is_empty() { <span class="measured"><span class="hidden">{"Measured: "}</span>{c.measured.clone()}</span> }
                            if c.timed && !c.ok {
                                <span class="measured">{"Judged by the clock: a busy machine can cause this. Run it again."}</span>
                            }
                        </span>
                    </li>
                })}
            </ul>
        },
        Some(_) => html! { <p class="soft">{"Nothing that ran can be judged."}</p> },
        None if busy => html! { <p class="soft">{"Judged when the run has ended."}</p> },
        None => html! { <p class="soft">{"What must hold is checked after each run."}</p> },
    };
    html! { <section class="card"><h2>{"What must hold"}{tag}</h2>{body}</section> }
}

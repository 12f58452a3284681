//! One parameter: a slider and a number, or a few numbers to choose from.

use super::Page;
use crate::model::params::{Kind, Param, Value};
use crate::page::browser;
use crate::page::state::Action;
use js_sys::Math;
use std::cell::RefCell;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A parameter and its value.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The parameter.
    pub param: &'static Param,
    /// What it does.
    pub help: AttrValue,
    /// Its value.
    pub value: Option<Value>,
    /// How often the form was filled from elsewhere.
    pub filled: u32,
    /// Whether it cannot be changed.
    pub locked: bool,
}

/// Positions of a slider.
const STEPS: f64 = 1000.0;

/// Least and greatest value, unit, and whether it is shown in decimals.
fn range(kind: &Kind) -> (f64, f64, &'static str, u32) {
    match kind {
        Kind::Count { min, max, unit, .. } => (*min as f64, *max as f64, unit, 0),
        Kind::Millis { min, max, .. } => (*min as f64, *max as f64, "ms", 0),
        Kind::Amount { min, max, default, unit } => {
            let number = |d: &rust_decimal::Decimal| js_sys::parse_float(&d.to_string());
            (number(min), number(max), unit, default.scale())
        }
        Kind::OneOf { options, unit, .. } => {
            (options.first().copied().unwrap_or(0) as f64, options.last().copied().unwrap_or(0) as f64, unit, 0)
        }
    }
}

/// Wide ranges move by ratio, so that small values can be reached too.
fn is_wide(min: f64, max: f64) -> bool {
    max > 200.0 * min.max(1.0)
}

/// Where on the slider a value sits, 0 to 1000.
fn position(value: f64, min: f64, max: f64) -> f64 {
    let share = if is_wide(min, max) {
        Math::log(value - min + 1.0) / Math::log(max - min + 1.0)
    } else {
        (value - min) / (max - min).max(f64::MIN_POSITIVE)
    };
    (share.clamp(0.0, 1.0) * STEPS).round()
}

/// The value at a position, rounded to what a person would choose.
fn value_at(position: f64, min: f64, max: f64, scale: u32) -> f64 {
    let share = (position / STEPS).clamp(0.0, 1.0);
    if share >= 1.0 {
        return max;
    }
    let raw = if is_wide(min, max) { Math::pow(max - min + 1.0, share) + min - 1.0 } else { min + share * (max - min) };
    let least = Math::pow(10.0, -f64::from(scale));
    let step = if raw > 0.0 { (Math::pow(10.0, Math::log10(raw).floor()) / 10.0).max(least) } else { least };
    ((raw / step).round() * step).clamp(min, max)
}

/// The field.
#[component]
pub fn Field(props: &Props) -> Html {
    let page = use_context::<Page>();
    let Props { param, value, filled, locked, .. } = props;
    let (param, locked) = (*param, *locked);
    let text = value.map(|v| v.to_string()).unwrap_or_default();
    let (min, max, unit, scale) = range(&param.kind);
    // What was typed, and the value that is or why it is none. It stays as it was typed ("7.5" on the way to "7.25") until the
    // field is left. A value from elsewhere (a preset, a link, reset) ends it: no effect does, which a busy browser may run after
    // somebody has typed.
    let typed = use_memo(*filled, |_| RefCell::new(None::<(String, Result<Value, String>)>));
    let redraw = use_force_update();
    let told = {
        let typed = typed.clone();
        move |what| {
            typed.replace(what);
            redraw.force_update();
        }
    };
    let set = {
        let (page, told) = (page.clone(), told.clone());
        Callback::from(move |text: String| match param.parse(&text) {
            Ok(value) => {
                told(Some((text.clone(), Ok(value))));
                if let Some(page) = &page {
                    page.dispatch.dispatch(Action::Set(param.key, text));
                }
            }
            Err(why) => told(Some((text, Err(why.to_string())))),
        })
    };
    let left = {
        let (typed, told) = (typed.clone(), told.clone());
        Callback::from(move |_: FocusEvent| {
            if matches!(*typed.borrow(), Some((_, Ok(_)))) {
                told(None);
            }
        })
    };
    let reset = {
        let page = page.clone();
        Callback::from(move |_: MouseEvent| {
            told(None);
            // The button goes.
            browser::focus(&["[data-param=\"", param.key, "\"] :is(input, [data-option])"].concat());
            if let Some(page) = &page {
                page.dispatch.dispatch(Action::Reset(Some(param.key)));
            }
        })
    };
    let typed = typed.borrow();
    let bad = typed.as_ref().and_then(|(_, what)| what.as_ref().err());
    let changed = *value != Some(param.default_value()) || bad.is_some();
    let (id, help) = (format!("p-{}", param.key), format!("h-{}", param.key));
    let body = if let Kind::OneOf { options, names, .. } = param.kind {
        let choose = |n: u64| set.reform(move |_: MouseEvent| n.to_string());
        html! {
            <div class="segments" role="group" aria-labelledby={format!("{id}-l")} aria-describedby={help.clone()}>
                {for options.iter().enumerate().map(|(i, n)| html! {
                    <button type="button" data-option={n.to_string()} disabled={locked} onclick={choose(*n)}
                        aria-pressed={(*value == Some(Value::Count(*n))).to_string()}>
                        {names.get(i).map_or_else(|| html! { <>{*n}{unit}</> }, |name| html! { {*name} })}
                    </button>
                })}
            </div>
        }
    } else {
        let entered = |e: InputEvent| e.target_unchecked_into::<HtmlInputElement>().value();
        let now = js_sys::parse_float(&text);
        let at = position(now, min, max);
        let slide = set.reform(move |e: InputEvent| {
            let mut to = e.target_unchecked_into::<HtmlInputElement>().value_as_number();
            // A key moves by one position, which may be rounded to the value there is: then it goes on to the next.
            let by = if to < at { -1.0 } else { 1.0 };
            while value_at(to, min, max, scale) == now && to > 0.0 && to < STEPS {
                to += by;
            }
            format!("{:.*}", scale as usize, value_at(to, min, max, scale))
        });
        let own = typed.as_ref().filter(|(_, what)| what.as_ref().map_or(true, |own| Some(*own) == *value));
        let shown = own.map_or(text.clone(), |(typed, _)| typed.clone());
        html! {
            <div class="dial">
                <input type="number" id={id.clone()} value={shown} disabled={locked} oninput={set.reform(entered)} onblur={left}
                    min={min.to_string()} max={max.to_string()} step="any" inputmode="decimal"
                    aria-describedby={help.clone()} aria-invalid={bad.is_some().then_some("true")} />
                <input type="range" min="0" max="1000" step="1" value={at.to_string()} disabled={locked} oninput={slide}
                    aria-labelledby={format!("{id}-l")} aria-valuetext={format!("{text} {unit}")} />
            </div>
        }
    };
    let note = match bad {
        Some(why) => html! { <span role="alert">{format!("Not used ({why}); {text} is kept.")}</span> },
        None => html! { {&props.help} },
    };
    html! {
        <div class="field" data-param={param.key}>
            <div class="label">
                if let Kind::OneOf { .. } = param.kind {
                    <span id={format!("{id}-l")}>{param.label}</span>
                } else {
                    <label id={format!("{id}-l")} for={id}>{param.label}
                        if !unit.is_empty() { <span class="unit">{" "}{unit}</span> }
                    </label>
                }
                if locked { <span class="lock">{"fixed"}</span> }
                if changed && !locked {
                    <button type="button" class="quiet" onclick={reset} title="Reset" aria-label={format!("Reset {}", param.label)}>
                        {"↺"}
                    </button>
                }
            </div>
            {body}
            <p class={classes!("help", bad.is_some().then_some("wrong"))} id={help}>{note}</p>
        </div>
    }
}

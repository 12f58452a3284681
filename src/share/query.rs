//! The query of a link: how the page is shown.

use super::keys::MAX_KEYS;
use super::notice::Notice;
use super::task;
use super::view::{Panel, Theme, View, fault_of, fault_text};
use crate::model::{Fault, Param};

/// Reads a query. `params` are those of the scenario shown; `None` when the link named one that is not known.
pub(super) fn decode_query(pairs: &[(String, String)], params: Option<&[Param]>, notices: &mut Vec<Notice>) -> View {
    let mut view = View::default();
    for (key, value) in pairs {
        let value = value.as_str();
        let result = match key.as_str() {
            "embed" => flag(value).map(|on| view.embed = on),
            "readonly" => flag(value).map(|on| view.readonly = on),
            "predict" => flag(value).map(|on| view.predict = on),
            "task" => match task::clean(value) {
                Some(task) => {
                    view.task = task;
                    Ok(())
                }
                None => Err("longer than 600 characters".to_owned()),
            },
            "theme" => one_of(&Theme::ALL, Theme::id, value).map(|theme| view.theme = theme),
            "fault" => {
                view.faults = value.split(',').take(Fault::MOST).filter_map(|text| fault(key, text, notices)).collect();
                Ok(())
            }
            "coi" => flag(value).map(|_| ()), // www/boot.js looks at it: without the service worker, so not isolated by it
            "lang" if value.eq_ignore_ascii_case("en") => Ok(()),
            "lang" => Err("only en is known".to_owned()),
            "panels" => {
                let panels = several(&Panel::ALL, Panel::id, key, value, notices);
                view.panels = (!panels.is_empty()).then_some(panels);
                Ok(())
            }
            "lock" => {
                if let Some(params) = params {
                    let locked = several(params, |p| p.key, key, value, notices);
                    view.lock = locked.iter().map(|p| p.key.to_owned()).collect();
                }
                Ok(())
            }
            _ => {
                notices.push(Notice::UnknownKey(super::notice::shown(key)));
                Ok(())
            }
        };
        if let Err(why) = result {
            notices.push(Notice::bad(key, value, why));
        }
    }
    view
}

/// One of a list of faults; what is none goes to `notices`.
fn fault(key: &str, text: &str, notices: &mut Vec<Notice>) -> Option<Option<Fault>> {
    let fault = fault_of(text);
    if fault.is_none() {
        notices.push(Notice::bad(key, text, "none of panic, hang, memory, kill, lose"));
    }
    fault
}

/// A switch: on when it stands alone or says so.
pub(super) fn flag(value: &str) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err("neither 1 nor 0".to_owned()),
    }
}

fn one_of<T: Copy>(all: &[T], id: impl Fn(T) -> &'static str, value: &str) -> Result<T, String> {
    let names = || all.iter().map(|&t| id(t)).collect::<Vec<_>>().join(", ");
    all.iter().copied().find(|&t| id(t).eq_ignore_ascii_case(value)).ok_or_else(|| format!("none of {}", names()))
}

/// A comma list of ids: what is known, in the order of `all`, each once; the rest goes to `notices`.
pub(super) fn several<T: Copy>(
    all: &[T],
    id: impl Fn(T) -> &'static str,
    key: &str,
    list: &str,
    notices: &mut Vec<Notice>,
) -> Vec<T> {
    let named = |t: T, name: &str| id(t).eq_ignore_ascii_case(name);
    let mut names = list.split(',');
    let read: Vec<&str> = names.by_ref().take(MAX_KEYS).collect();
    for name in read.iter().filter(|name| !all.iter().any(|&t| named(t, name))) {
        notices.push(Notice::bad(key, name, "not offered"));
    }
    if names.next().is_some() {
        notices.push(Notice::TooLong);
    }
    all.iter().copied().filter(|&t| read.iter().any(|name| named(t, name))).collect()
}

/// The query text for a view, without `?`; defaults are left out.
pub fn encode_query(view: &View) -> String {
    let mut parts = Vec::new();
    if view.embed {
        parts.push("embed=1".to_owned());
    }
    if view.theme != Theme::Auto {
        parts.push(format!("theme={}", view.theme.id()));
    }
    if let Some(panels) = view.panels.as_ref().filter(|panels| !panels.is_empty()) {
        let ids: Vec<_> = Panel::ALL.into_iter().filter(|p| panels.contains(p)).map(Panel::id).collect();
        parts.push(format!("panels={}", ids.join(",")));
    }
    if !view.lock.is_empty() {
        parts.push(format!("lock={}", view.lock.join(",")));
    }
    if view.readonly {
        parts.push("readonly=1".to_owned());
    }
    if view.predict {
        parts.push("predict=1".to_owned());
    }
    if !view.task.is_empty() {
        parts.push("task=".to_owned() + &task::escape(&view.task));
    }
    if !view.faults.is_empty() {
        let faults: Vec<_> = view.faults.iter().map(|fault| fault_text(*fault)).collect();
        parts.push(format!("fault={}", faults.join(",")));
    }
    parts.join("&")
}

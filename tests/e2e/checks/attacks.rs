//! The corpus of attacks (tests/links/attacks.txt) on the page itself, by links and by messages: nothing runs, nothing is put
//! into the page, nothing fails, and the page goes on.

use super::corpus::{At, Attack, all};
use super::embed;
use crate::ensure;
use crate::harness::browser::Browser;
use crate::harness::page::Page;
use crate::harness::{Outcome, Trouble};
use serde_json::{Value, json};

/// What an attack did to the page it is looked for in: foreign code that ran, elements and attributes that no page of ours
/// has, objects that were changed, errors, and a page that does not answer the form.
const HARM: &str = "const harm = [];
    if ('owned' in window || ({}).owned !== undefined || Object.prototype.hasOwnProperty('owned')) harm.push('it ran');
    for (const e of document.querySelectorAll('*')) {
      if (/^(iframe|object|embed|base|img|template|math|form form|video|audio)$/.test(e.localName)) harm.push(`an element: ${e.localName}`);
      for (const { name, value } of e.attributes) {
        if (name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(value) && name !== 'data-value') harm.push(`${e.localName} ${name}=${value.slice(0, 60)}`);
      }
    }
    const scripts = [...document.scripts].filter((s) => s.src && new URL(s.src).origin !== location.origin);
    harm.push(...scripts.map((s) => `a script: ${s.src}`), ...e2e.errors);
    const run = document.querySelector('#run');
    if (!run || run.disabled || run.ariaDisabled === 'true') harm.push('Run cannot be pressed');
    if (!document.querySelector('h1')?.textContent) harm.push('no scenario is shown');
    if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.querySelector('#main')?.textContent)) harm.push('the direction of the text is turned');
    if (/interleave:|NaN|undefined|\\[object/.test(document.querySelector('#status')?.textContent)) harm.push('a strange status');
    return harm;";

/// A link that every attack is followed by: what a form says now was not changed for ever.
const PLAIN: &str = "v=1&s=prices&gold=61&repeats=1&speed=10";
const PLAIN_SHOWN: &str = "return document.querySelector('[data-param=gold] input')?.value === '61.00'
    && document.querySelector('.notice') === null";

/// Each attack in a link's query, as somebody follows it.
pub async fn by_query(page: &Page) -> Outcome {
    follow(page, opened(page.browser, At::Query)?.into_iter()).await
}

/// Those in a link's hash.
pub async fn by_hash(page: &Page) -> Outcome {
    follow(page, opened(page.browser, At::Hash)?.into_iter()).await
}

/// The attacks a browser opens a page for, which takes half a second each: every third one. In a page that is open already, each
/// browser sees them all.
fn opened(browser: Browser, at: At) -> Result<Vec<Attack>, Trouble> {
    let first = match browser {
        Browser::Chromium => 0,
        Browser::Firefox => 1,
        Browser::Webkit { .. } => 2,
    };
    Ok(corpus()?.into_iter().filter(|a| a.at == at).skip(first).step_by(3).collect())
}

async fn follow(page: &Page, attacks: impl Iterator<Item = Attack>) -> Outcome {
    let (mut count, mut harmed) = (0, Vec::new());
    for Attack { at, what, line } in attacks {
        let (query, hash) = match at {
            At::Hash => (String::new(), escaped(&what)),
            At::Query => (escaped(&what).replace('#', "%23"), "v=1&s=primes".to_owned()),
            At::Text | At::Object => continue,
        };
        page.open(&query, &hash).await?;
        let harm = page.js(HARM, json!([])).await?;
        if harm != json!([]) {
            harmed.push(format!("{line}: {harm}"));
        }
        count += 1;
    }
    ensure!(harmed.is_empty(), "{} did harm:\n{}", harmed.len(), harmed.join("\n"));
    ensure!(count > 0, "there are no attacks");
    Ok(format!("{count} attacks"))
}

/// Each attack in a hash as a link followed inside the page, one after another, in a page that is never loaded anew.
pub async fn one_after_another(page: &Page) -> Outcome {
    page.open("", PLAIN).await?;
    let mut count = 0;
    for Attack { what, .. } in corpus()?.into_iter().filter(|a| a.at == At::Hash) {
        page.js("location.hash = arguments[0]", json!([what])).await?;
        count += 1;
    }
    ensure!(count > 0, "there are no attacks");
    page.js("location.hash = arguments[0]", json!([PLAIN])).await?;
    page.wait("the plain link after all attacks", PLAIN_SHOWN).await?;
    let harm = page.js(HARM, json!([])).await?;
    ensure!(harm == json!([]), "one after another they did harm: {harm}");
    page.run().await?;
    page.claims_hold().await?;
    Ok(format!("{count} attacks"))
}

/// Each attack as a message of the host page, and messages of a frame that is not the host; then the page runs as ever.
pub async fn by_message(page: &Page) -> Outcome {
    embed::open(page, "v=1&s=race").await?;
    let (mut count, mut harmed) = (0, Vec::new());
    for Attack { at, what, line } in corpus()? {
        let message = match at {
            At::Hash | At::Query => json!(["set", what]),
            At::Text => json!(["text", what]),
            At::Object => json!(["object", what]),
        };
        post(page, message).await?;
        // The plain link comes after it, in the order of messages: when it shows, the attack has been read.
        post(page, json!(["set", PLAIN])).await?;
        page.driver.enter_frame(0).await?;
        let harm = match page.wait(line, PLAIN_SHOWN).await {
            Ok(_) => page.js(HARM, json!([])).await,
            Err(trouble) => Err(trouble),
        };
        page.driver.enter_default_frame().await?;
        let harm = harm?;
        if harm != json!([]) {
            harmed.push(format!("{line}: {harm}"));
        }
        count += 1;
        post(page, json!(["set", "v=1&s=race"])).await?;
    }
    ensure!(harmed.is_empty(), "{} did harm:\n{}", harmed.len(), harmed.join("\n"));
    strangers(page).await?;
    post(page, json!(["set", PLAIN])).await?;
    embed::inside(page, "the plain link", PLAIN_SHOWN).await?;
    post(page, json!(["object", r#"{"type":"interleave:run","v":1}"#])).await?;
    let done = "return document.querySelector('#status').dataset.state === 'done'";
    embed::inside(page, "a run after all attacks", done).await?;
    embed::inside(page, "no errors", "return e2e.errors.length === 0").await?;
    Ok(format!("{count} attacks"))
}

/// A frame beside ours says what only the host may say; the host's own message after it shows that it was not listened to.
async fn strangers(page: &Page) -> Result<(), Trouble> {
    let script = "const done = arguments[arguments.length - 1];
        const stranger = document.createElement('iframe');
        stranger.onload = () => {
          const { contentWindow } = stranger, ours = document.querySelector('iframe').contentWindow;
          const say = contentWindow.Function('ours', 'what', 'ours.postMessage(what, \"*\")');
          say(ours, { type: 'interleave:set', v: 1, hash: 'v=1&s=deadlock' });
          say(ours, JSON.stringify({ type: 'interleave:run', v: 1 }));
          ours.postMessage({ type: 'interleave:set', v: 1, hash: 'v=1&s=semaphore&jobs=17' }, '*');
          done(true);
        };
        stranger.srcdoc = '<p>somebody else</p>';
        document.body.append(stranger);";
    page.driver.execute_async(script, Vec::new()).await?;
    let shown = "return document.querySelector('[data-param=jobs] input')?.value === '17'";
    embed::inside(page, "the host's message", shown).await?;
    let seen =
        "return [String(e2e.states.some((s) => s.state === 'running')), document.querySelector('h1').textContent]";
    let seen = embed::inside(page, "what the stranger did", seen).await?;
    ensure!(seen[0] == "false" && seen[1] == "At most K at once", "a stranger was listened to: {seen}");
    Ok(())
}

/// Posts to the frame, as the host page: a hash to set, a text, or an object given as JSON.
async fn post(page: &Page, message: Value) -> Result<(), Trouble> {
    let script = "const [[kind, what]] = arguments, ours = document.querySelector('iframe').contentWindow;
        ours.postMessage(kind === 'set' ? { type: 'interleave:set', v: 1, hash: what } : kind === 'text' ? what : JSON.parse(what), '*');";
    page.js(script, json!([message])).await.map(|_| ())
}

fn corpus() -> Result<Vec<Attack>, Trouble> {
    all().map_err(Trouble::Failed)
}

/// What the driver itself takes as an address: a browser would escape these, too.
fn escaped(text: &str) -> String {
    text.replace('\u{0}', "%00").replace('\n', "%0a").replace('\r', "%0d").replace('\t', "%09")
}

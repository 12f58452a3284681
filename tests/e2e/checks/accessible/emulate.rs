//! Windows of a given size, and the time they take to draw.

use crate::harness::Trouble;
use crate::harness::browser::Browser;
use crate::harness::page::Page;
use serde_json::{Value, json};

/// Makes the window this wide and high, CSS pixels; gives the width it has then.
pub async fn window(page: &Page, (width, height): (u32, u32)) -> Result<u32, Trouble> {
    if page.browser == Browser::Chromium {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
    } else {
        // Below the pointer, which rests in the middle of the screen: without a desktop that gives a window the keys.
        let (left, top) = (640_u32.saturating_sub(width / 2), 500_u32.saturating_sub(height / 2));
        // The window has a frame around the page: what is missing after the first try is added. Most often it is as wanted.
        let mut wanted = (width, height);
        for _ in 0..2 {
            let (w, h) = inner(page).await?;
            if (w, h) == (width, height) {
                break;
            }
            page.driver.set_window_rect(i64::from(left), i64::from(top), wanted.0, wanted.1).await?;
            two_frames(page).await?; // a window may be told its size before it has it
            let (w, h) = inner(page).await?;
            wanted =
                ((wanted.0 + width).saturating_sub(w).max(width), (wanted.1 + height).saturating_sub(h).max(height));
        }
    }
    Ok(inner(page).await?.0)
}

async fn inner(page: &Page) -> Result<(u32, u32), Trouble> {
    let seen = page.js("return [innerWidth, innerHeight]", json!([])).await?;
    let number = |v: &Value| v.as_f64().unwrap_or(0.0) as u32;
    Ok((number(&seen[0]), number(&seen[1])))
}

/// Lets the browser draw two frames.
pub async fn two_frames(page: &Page) -> Result<(), Trouble> {
    let frames = "const done = arguments[arguments.length - 1];
        requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
    page.driver.execute_async(frames, Vec::new()).await?;
    Ok(())
}

/// The window as the other checks have it.
pub async fn off(page: &Page) -> Result<(), Trouble> {
    if page.browser == Browser::Chromium {
        page.driver.cdp().send_raw("Emulation.clearDeviceMetricsOverride", json!({})).await?;
    } else {
        page.driver.set_window_rect(0, 0, 1280, 1000).await?;
    }
    Ok(())
}

//! Windows of a given size, and readers who want less motion: as far as the browser's driver can make them.

use crate::harness::Trouble;
use crate::harness::browser::Browser;
use crate::harness::page::Page;
use serde_json::{Value, json};

/// Makes the window this wide and high, CSS pixels; gives the width it has then, since not every browser goes as small.
pub async fn window(page: &Page, (width, height): (u32, u32)) -> Result<u32, Trouble> {
    if page.browser == Browser::Chromium {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
    } else {
        // The window has a frame around the page: what is missing after the first try is added.
        let mut wanted = (width, height);
        for _ in 0..2 {
            page.driver.set_window_rect(0, 0, wanted.0, wanted.1).await?;
            let (w, h) = inner(page).await?;
            wanted = ((wanted.0 + width).saturating_sub(w), (wanted.1 + height).saturating_sub(h));
        }
    }
    Ok(inner(page).await?.0)
}

async fn inner(page: &Page) -> Result<(u32, u32), Trouble> {
    let seen = page.js("return [innerWidth, innerHeight]", json!([])).await?;
    let number = |v: &Value| v.as_f64().unwrap_or(0.0) as u32;
    Ok((number(&seen[0]), number(&seen[1])))
}

/// Asks for less motion; whether the browser's driver can.
pub async fn less_motion(page: &Page, on: bool) -> Result<bool, Trouble> {
    if page.browser != Browser::Chromium {
        return Ok(false);
    }
    let wish = if on { "reduce" } else { "" };
    let media = json!({ "features": [{ "name": "prefers-reduced-motion", "value": wish }] });
    page.driver.cdp().send_raw("Emulation.setEmulatedMedia", media).await?;
    Ok(true)
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

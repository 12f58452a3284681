//! Scrolls a list so far that one of its items is seen.

use web_sys::Element;

/// Brings `item` to the middle of `list`, unless it is in view there; nothing else on the page scrolls.
pub fn reveal(list: &Element, item: &Element) {
    let (room, at) = (list.get_bounding_client_rect(), item.get_bounding_client_rect());
    if at.top() < room.top() || at.bottom() > room.bottom() {
        let middle = at.top() - room.top() - room.height() / 2.0;
        list.set_scroll_top(list.scroll_top() + middle as i32);
    }
}

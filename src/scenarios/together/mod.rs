//! Chapter D: models together.

lessons![datasets];

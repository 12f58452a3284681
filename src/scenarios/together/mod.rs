//! Chapter D: models together.

lessons![datasets, pipeline, offload, pick_a_model];

"""The shared domain: boxes, datasets, the project store, image files, splits. No Keras, no Qt."""

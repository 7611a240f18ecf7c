"""From image files to batches: what a training learns from. No Keras but in what it hands over."""

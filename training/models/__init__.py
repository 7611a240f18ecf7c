"""What is learned: backbones, heads, box encoding, losses, metrics. Keras and keras.ops only."""

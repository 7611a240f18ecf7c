"""The window: all the Qt there is. Nothing here reaches Keras or TensorFlow."""

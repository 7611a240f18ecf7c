"""One phase of a training: what `fit` needs, what happens between its steps, and what resuming goes on from."""

"""Boxwright without a window: the dataset, the models and the runs. Nothing here imports Qt."""

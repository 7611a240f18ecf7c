"""One training or prediction from settings to result."""

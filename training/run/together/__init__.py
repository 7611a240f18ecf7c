"""Several devices and machines that share one training."""

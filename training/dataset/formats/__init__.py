"""One module per annotation format; each reads into and writes from a Dataset."""

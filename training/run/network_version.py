"""Which networks this version builds: counted up when weights of earlier ones no longer fit. No Keras."""

from __future__ import annotations

# FORMER is that of models and states that say nothing: before there was `lab`, and before the box was refined.
FORMER, NETWORK = 1, 2

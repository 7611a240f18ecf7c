"""What the sample project is painted with: four clay toys, nine grounds and the light that falls on both."""

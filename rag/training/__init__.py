"""Scripts that fit what the default backend ships; not needed to run it."""

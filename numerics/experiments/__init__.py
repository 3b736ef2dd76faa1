"""Experiments: an engine of cells that survives a kill, and what is measured. Knows nothing of theory or verify."""

"""What becomes of a mutant: refuted, shown to be true as well, or a survivor."""

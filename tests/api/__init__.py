"""Every name that `theory` gives to authors, with an example that is run."""

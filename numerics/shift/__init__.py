"""Internal covariate shift: networks with and without batch norm, the measure, the data. Knows nothing of theory."""

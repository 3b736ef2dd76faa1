"""What is computed: torch references, batched random instances, devices. Knows nothing of theory or verify."""

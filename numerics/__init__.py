"""What is computed: torch references, batched random instances. Knows nothing of theory or verify."""

"""How a statement is said, what discharges an obligation, which assumption builds instances: tables that are run."""

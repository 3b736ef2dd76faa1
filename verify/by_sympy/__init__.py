"""A second derivation by SymPy. It shares terms and statements with the line checker, and no code of its calculus."""

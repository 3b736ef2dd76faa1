"""`python -m verify`: the same program as `normproof`."""

from verify.cli import main

if __name__ == "__main__":
    main()

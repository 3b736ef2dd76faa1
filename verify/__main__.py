"""`python -m verify` and the console script `normproof`: the same program.

Ctrl-C while the program is still being imported is answered like Ctrl-C at any other time.
"""

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Import the command line and run it."""
    try:
        from verify.own_packages import refuse, shadowed

        if found := shadowed():
            from verify import errors

            refuse(found, errors)
        from verify.settings import OBJECTS

        gc.set_threshold(OBJECTS)
        from verify.command.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()

"""`python -m long_term_memory`: the command line.

Owns: nothing; `cli` does the work.
"""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())

"""`python -m bot`: runs the command line of `bot.cli.main`."""

from __future__ import annotations

import sys

# Tools of developers bring these along, and structlog and httpx import them wherever they find
# them: for colours, and for a command of httpx. Easel needs neither, and they take 4 MB.
for _name in ("click", "pygments", "rich"):
    sys.modules[_name] = None  # type: ignore[assignment] # this is how an import is made to fail

from bot.cli.main import main  # noqa: E402 - what it imports must not find them

if __name__ == "__main__":
    sys.exit(main())

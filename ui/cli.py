"""The `sourcier` command from its first moment to its last: what ends it early ends it quietly."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command. Ctrl-C ends it with exit code 130 at any time: while its modules are imported, too."""
    try:
        from ui.commands import run  # takes most of the first second

        run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what Python still tidies up at its end needs no traceback


if __name__ == "__main__":
    main()

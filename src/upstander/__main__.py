"""``python -m upstander`` is the command line."""

from upstander.cli import main

main()

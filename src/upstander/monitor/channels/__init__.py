"""Ways out: ONE FILE PER CHANNEL with ``CHANNEL``, found by its name. A channel writes bytes and sends nothing."""

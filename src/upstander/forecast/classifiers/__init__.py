"""One file per model of a yes/no target (``CLASSIFIER``)."""

"""One file per family of features (``FAMILY``)."""

"""One file per model that forecasts draws (``MODEL``)."""

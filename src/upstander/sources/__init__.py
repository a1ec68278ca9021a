"""One file per dataset: what it is, how to find its releases, how to read them."""

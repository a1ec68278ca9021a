"""Public releases: the public figures of a month as files, described for machines, at addresses that last."""

"""Reports: all that people take away, each with where it is made."""

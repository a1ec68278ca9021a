"""Treaties: how many States are bound, by instrument and region, and one State's steps from signing to reporting."""

"""From what was known on a day to what is probable after it."""

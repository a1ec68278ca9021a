"""Civilians killed deliberately in one-sided violence over the coming months: odds for every place, and the paths they come from.

``months`` reads deaths by month and type; ``features`` says what was known at an origin; ``events`` names what may
happen; ``chances`` learns it; ``paths`` draws months that agree with the odds; ``rows`` puts both into an issue.
"""

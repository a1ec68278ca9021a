"""Forecasts in others' formats, out and in: the VIEWS challenge's and the Hubverse's."""

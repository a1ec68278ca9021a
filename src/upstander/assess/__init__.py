"""Structured judgement: forms that people fill, frameworks they are read through, and what follows from them."""

"""Exercises: past country-years, judged blind and compared with base rates and the models."""

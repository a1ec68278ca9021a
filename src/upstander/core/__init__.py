"""The words every other package uses. Imports nothing of ours."""

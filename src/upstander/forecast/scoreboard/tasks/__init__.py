"""One file a task: what is forecast, from when, on which data, and the tables that judge it."""

"""Pages and API: every page has a ``.json`` twin and an "as of" day."""

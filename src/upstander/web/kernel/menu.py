"""The menu: names of routes; with the five public entries eight. What they are called: ``web.menu_<route>``."""

MENU = ("today", "countries", "track_record", "data", "about")
MENU_OF_PEOPLE = ("assessments", "evidence", "plans")

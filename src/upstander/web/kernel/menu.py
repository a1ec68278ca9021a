"""The menu: names of routes, and what they are called in it; with the five public entries seven."""

MENU = (
    ("today", "Today"),
    ("countries", "Countries"),
    ("track_record", "Were we right?"),
    ("data", "Data"),
    ("about", "About"),
)
MENU_OF_PEOPLE = (("assessments", "Assessments"), ("evidence", "Evidence"))

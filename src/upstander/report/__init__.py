"""Say it: one ``Situation``, rendered for a terminal, a page, a PDF or a program."""

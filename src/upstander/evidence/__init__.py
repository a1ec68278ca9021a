"""Evidence: brought in, mapped to the form, held against what is there, asked about. Formats are ONE FILE PER PROGRAM."""

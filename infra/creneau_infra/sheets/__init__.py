"""Tables as files for spreadsheets, written row by row: their length costs time, never memory.

`writing.opened` gives a writer for a format. Each writes to an open file and keeps nothing of what
it wrote.
"""

"""Documents on paper: HTML becomes tagged PDF in processes that may do nothing else.

`press.Press` is what the application holds: a short queue before a few printers. A printer
(`printer`) is a process that has WeasyPrint and the typeface ready, and forks for each document; the
fork is confined (`confinement`) before it reads what it is to print, and ends with it.
"""

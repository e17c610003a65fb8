"""DpawatchError
└── InputError
"""


class DpawatchError(Exception):
    "The program cannot go on; the message is one line that says what is wrong and what to do"


class InputError(DpawatchError):
    "What the user gave cannot be used: a file, a line of it, an id"

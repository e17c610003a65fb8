"""DpawatchError
├── InputError
├── ExtraError
├── SampleError
├── ToldError
└── WorkerError
"""


class DpawatchError(Exception):
    "The program cannot go on; the message is one line that says what is wrong and what to do"


class InputError(DpawatchError):
    "What the user gave cannot be used: a file, a line of it, an id"


class ExtraError(DpawatchError):
    "The command takes libraries that are installed only on demand; the message says how"


class SampleError(DpawatchError):
    "A file of the bundled sample breaks its schema; the message names the file and the key"


class ToldError(DpawatchError):
    "The run failed, and whoever should know was told: nothing more is to be said"


class WorkerError(DpawatchError):
    "A process that serves the site or reads for us ended by itself, or none is there"

"""NlpError
└── GazetteerError
"""


class NlpError(Exception):
    "A text could not be read"


class GazetteerError(NlpError):
    "A data file breaks its schema; the message names the file and the key"

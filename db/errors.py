"""DatabaseError
├── RefusedError
├── StorageError
├── PublishError
├── LockedError
├── GroupsError
├── DecisionError
└── RedactionError
"""


class DatabaseError(Exception):
    "The database cannot be used; the message is one line that says which file and why"


class RefusedError(DatabaseError):
    "The file is no database of this program's, or was made by a newer version of it"


class StorageError(DatabaseError):
    "The file or the disk fails: it is full, damaged, or may not be written; what was stored before stays"


class PublishError(DatabaseError):
    "The public copy could not be written or is not sound; the message says why"


class LockedError(DatabaseError):
    "Another run is writing to this database"


class GroupsError(DatabaseError):
    "A data file of companies breaks its schema; the message names the file and the key"


class DecisionError(DatabaseError):
    "What a person decides of companies cannot be done; the message says why"


class RedactionError(DatabaseError):
    "What a person wants redacted cannot be; the message says why"

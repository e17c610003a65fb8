"""DatabaseError
├── RefusedError
├── StorageError
├── PublishError
├── BackupError
├── LockedError
├── GroupsError
├── DecisionError
├── FollowError
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


class BackupError(DatabaseError):
    "A backup could not be made, or is not sound; the message says why"


class LockedError(DatabaseError):
    "Another run is writing to this database; `stuck` when it has done so for a day, and nobody was told for a day"

    def __init__(self, message: str, stuck: bool = False) -> None:
        super().__init__(message)
        self.stuck = stuck


class GroupsError(DatabaseError):
    "A data file of companies breaks its schema; the message names the file and the key"


class DecisionError(DatabaseError):
    "What a person decides of companies cannot be done; the message says why"


class FollowError(DatabaseError):
    "What somebody wants to follow, or a follow that is named, does not exist; the message says why"


class RedactionError(DatabaseError):
    "What a person wants redacted cannot be; the message says why"

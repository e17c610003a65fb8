"""The single private-use characters that stand for the names of a masked sentence, as regular expressions."""

COMPANY = "[\ue000-\uefff]"
REGULATOR_MARK = "\uf000"
REGULATOR = "[\uf000-\uf8fe]"
AMOUNT = "\uf8ff"

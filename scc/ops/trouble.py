"""What every error of the commands has in common."""


class Trouble(Exception):
    """What keeps a command from its work. `str(error)` says what to do, and nothing private."""

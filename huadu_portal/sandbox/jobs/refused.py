class Refused(Exception):
    """What was sent is not what we take. The caller has the sentence for `code`."""

    def __init__(self, code: str, **params: str | int):
        super().__init__(code)
        self.code, self.params = code, params

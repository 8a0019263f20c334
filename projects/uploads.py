"""Large uploads on their way through the temp directory, also when that is full."""

import errno
import os
from contextlib import suppress
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from huadu_portal.transient_errors import is_disk_full


class Unkept(UploadedFile):
    """Stands in the form for a file that found no room, so that all else typed is read.

    Whoever reads it is told as by the full disk.
    """

    def chunks(self, chunk_size=None):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.name)

    def read(self, size=-1):
        return self.chunks()


class TemporaryFiles(TemporaryFileUploadHandler):
    """Django's own; at a full disk it takes the rest of the request all the same."""

    # Also where a file has been kept in memory, and none has begun here.
    is_full = False

    def new_file(self, *args, **kwargs):
        self.is_full = False
        # The request's former file is complete: it is no longer ours to take away.
        vars(self).pop("file", None)
        self._unless_full(super().new_file, *args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        if not self.is_full:
            self._unless_full(super().receive_data_chunk, raw_data, start)

    def file_complete(self, file_size):
        # What is still in memory is written only now.
        kept = None if self.is_full else self._unless_full(super().file_complete, file_size)
        return kept or Unkept(BytesIO(), self.file_name, self.content_type, file_size)

    def upload_interrupted(self):
        if not self.is_full:
            super().upload_interrupted()

    def _unless_full(self, act, *args, **kwargs):
        try:
            return act(*args, **kwargs)
        except OSError as error:
            if not is_disk_full(error):
                raise
            self.is_full = True
            self._give_room_back()

    def _give_room_back(self):
        # Closing writes what is left once more, and takes the file away whatever comes of it.
        if hasattr(self, "file"):
            with suppress(OSError):
                self.file.close()

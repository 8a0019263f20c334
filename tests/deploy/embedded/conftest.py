import shutil
import tempfile
from pathlib import Path

import pytest

from deploy.embedded.processes import sweep


@pytest.fixture
def home():
    """A folder for servers that any user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    sweep(folder)
    shutil.rmtree(folder)

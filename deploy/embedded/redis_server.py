"""A private Redis (redis_program.py: which executable that is)."""

from pathlib import Path

import redis

from . import ports
from .memory import Memory, write_private
from .places import Trouble
from .processes import Service, wait_until
from .redis_program import program

# What the broker holds is kept over a restart, and never thrown out for room.
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
save ""
maxmemory 256mb
maxmemory-policy noeviction
tcp-backlog 128
daemonize no
"""


class Redis:
    """One server, in `home`/redis."""

    name = "redis"

    def __init__(self, home: Path, memory: Memory) -> None:
        self.home, self.memory = home, memory
        self.folder = home / "redis"
        self.service: Service | None = None

    @property
    def url(self) -> str:
        password = self.memory.password("redis password")
        return f"redis://:{password}@{ports.HOST}:{self._port}/0"

    @property
    def _port(self) -> int:
        return self.memory.once("redis port", ports.draw)

    @property
    def alive(self) -> bool:
        return self.service is not None and self.service.alive

    def start(self) -> None:
        self.stop()
        self.folder.mkdir(exist_ok=True, mode=0o700)
        try:
            self._launch()
        except Trouble:
            if not self._put_aside():
                raise
            self._launch()

    def stop(self) -> None:
        if self.service:
            self.service.stop()

    def _launch(self) -> None:
        # Started again, it keeps its port: those who use it know only the one.
        if self.service is None and not ports.is_free(self._port):
            self.memory.keep("redis port", ports.draw())
        file = self.folder / "redis.conf"
        write_private(file, self._configuration())
        self.service = Service(self.name, [program(self.home), file], home=self.home)
        self.service.start()
        wait_until(self._answers, self.service)

    def _configuration(self) -> str:
        return CONFIGURATION.format(
            host=ports.HOST,
            port=self._port,
            password=self.memory.password("redis password"),
            folder=str(self.folder).replace("\\", "\\\\").replace('"', '\\"'),
        )

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=3) as client:
                return client.ping()
        except redis.exceptions.RedisError:
            return False

    def _put_aside(self) -> bool:
        """Begin empty when the log cannot be read: PostgreSQL is the only memory."""
        log = self.folder / "appendonly.aof"
        words = self.service.end_of_log().lower() if self.service else ""
        if "aof" not in words or not log.exists():
            return False
        log.replace(log.with_suffix(".broken"))
        return True

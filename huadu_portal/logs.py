"""The log: lines of JSON, without links and tokens that open something to whoever reads them."""

import re
from typing import Any

import structlog

# Addresses whose last part is a key, written out or within another address, and parameters.
SECRETS = re.compile(
    r"((?:/|%2F)accounts(?:/|%2F)(?:password(?:/|%2F)reset(?:/|%2F)key|confirm-email)(?:/|%2F))"
    r"(?:(?!%2F)[^/?&#\s\"'\\<>])+"
    r"|([?&;](?:token|key|code|password|signature)=)[^&#\s\"'\\<>]+",
    re.IGNORECASE,
)


def redact(logger: Any, method: str, line: str) -> str:
    """For structlog, behind the renderer: a whole line, tracebacks and all, without secrets."""
    return SECRETS.sub(lambda found: f"{found[1] or found[2]}…", line)


PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
STRUCTLOG: dict[str, Any] = {
    "processors": [*PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    "logger_factory": structlog.stdlib.LoggerFactory(),
    "cache_logger_on_first_use": True,
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
                redact,
            ],
            "foreign_pre_chain": PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {name: {"level": "WARNING"} for name in ("fontTools", "pikepdf")},
}

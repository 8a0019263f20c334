from datetime import datetime
from zoneinfo import ZoneInfo

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

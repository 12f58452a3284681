GOLD = Decimal("60.00")
SILVER = Decimal("0.75")
GOLD_GRAMS = Decimal("85")
SILVER_GRAMS = Decimal("595")
GOLD_WAIT = 0.2
SILVER_WAIT = 0.2
RATE_WAIT = 0.1

import asyncio
import time
from decimal import Decimal

"""The buckets in which the scripts count how long something took (`observe` in record.lua)."""

from __future__ import annotations

from typing import Final

#: what a bucket holds at most, in milliseconds: from a tenth of a second to 30 days, since an order may take either
BOUNDS_MS: Final = (
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000,
    86_400_000, 259_200_000, 604_800_000, 2_592_000_000,
)  # fmt: skip
#: the bucket of all that took longer
LONGER: Final = "longer"

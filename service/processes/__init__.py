"""Child processes: what they run, who looks after them, and the signals that the looker-after hears."""
